package dev.warmfront.task;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.OnceOnly;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.idempotency.IdempotencyService;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Cursor;
import dev.warmfront.problem.Problems;
import dev.warmfront.provider.Providers;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import dev.warmfront.tenant.TenantService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Takes tasks up, and tells what became of them. */
@ApplicationScoped
public class TaskService {

    private static final int MOST_IN_BATCH = 10_000;

    /** What a batch is answered. */
    public record Accepted(List<String> ids) {}

    /**
     * A task of a workflow, by the key that the workflow gives it.
     *
     * @param parents keys
     */
    public record WorkflowTask(String key, TaskRequest task, List<String> parents) {}

    private final TaskStore store;
    private final DefinitionService definitions;
    private final IdempotencyService idempotency;
    private final CellInbox inbox;
    private final TaskThings things;
    private final TenantService tenants;
    private final Providers providers;

    TaskService(
            TaskStore store,
            DefinitionService definitions,
            IdempotencyService idempotency,
            CellInbox inbox,
            TaskThings things,
            TenantService tenants,
            Providers providers) {
        this.things = things;
        this.tenants = tenants;
        this.providers = providers;
        this.store = store;
        this.definitions = definitions;
        this.idempotency = idempotency;
        this.inbox = inbox;
    }

    Uni<Reply> submit(TenantId tenant, TaskRequest request, @Nullable String key) {
        return once(tenant, key, "POST /v1/tasks", request, ids -> specs(tenant, List.of(request), ids, i -> "")
                .chain(specs -> accept(
                        tenant,
                        new Event.TasksSubmitted(tenant, specs),
                        key,
                        request,
                        "POST /v1/tasks",
                        TaskView.accepted(specs.getFirst()))));
    }

    Uni<Reply> submitBatch(TenantId tenant, List<TaskRequest> requests, @Nullable String key) {
        if (requests.isEmpty() || requests.size() > MOST_IN_BATCH) {
            throw Problems.invalid("tasks", "1 to " + MOST_IN_BATCH + " tasks");
        }
        String target = "POST /v1/tasks/batch";
        return once(tenant, key, target, requests, ids -> specs(tenant, requests, ids, i -> "tasks[" + i + "].")
                .chain(specs -> accept(
                        tenant,
                        new Event.TasksSubmitted(tenant, specs),
                        key,
                        requests,
                        target,
                        new Accepted(
                                specs.stream().map(spec -> spec.id().value()).toList()))));
    }

    /**
     * Hands a workflow to the cell.
     *
     * @param view the answer, made of the workflow's id
     */
    public Uni<Reply> submitWorkflow(
            TenantId tenant,
            String name,
            List<WorkflowTask> tasks,
            @Nullable String key,
            String target,
            Function<WorkflowId, Object> view) {
        return once(tenant, key, target, List.of(name, tasks), ids -> {
            WorkflowId workflow = new WorkflowId(ids.apply(0));
            return workflowSpecs(tenant, workflow, tasks, ids)
                    .chain(specs -> accept(
                            tenant,
                            new Event.WorkflowSubmitted(tenant, workflow, name, specs),
                            key,
                            List.of(name, tasks),
                            target,
                            view.apply(workflow)));
        });
    }

    private Uni<List<TaskSpec>> workflowSpecs(
            TenantId tenant, WorkflowId workflow, List<WorkflowTask> tasks, IntFunction<String> ids) {
        TaskSpecs misplaced = new TaskSpecs(tenant, TaskThings.ANY);
        Map<String, TaskId> byKey = new HashMap<>();
        for (int i = 0; i < tasks.size(); i++) {
            if (byKey.put(tasks.get(i).key(), new TaskId(ids.apply(i + 1))) != null) {
                misplaced.error(
                        "tasks[" + i + "].key",
                        "another task has the key " + tasks.get(i).key());
            }
        }
        List<List<TaskId>> parents = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            List<TaskId> of = new ArrayList<>();
            for (String parent : new java.util.LinkedHashSet<>(tasks.get(i).parents())) {
                TaskId id = byKey.get(parent);
                if (id == null) {
                    misplaced.error("tasks[" + i + "].parents", "no task has the key " + parent);
                } else {
                    of.add(id);
                }
            }
            parents.add(of);
        }
        misplaced.throwErrors();
        return filled(tenant, tasks.stream().map(WorkflowTask::task).toList())
                .chain(requests -> made(
                        tenant,
                        requests,
                        (specs, i) -> specs.make(
                                requests.get(i),
                                new TaskId(ids.apply(i + 1)),
                                new TaskSpecs.Place(workflow, parents.get(i), byKey),
                                "tasks[" + i + "].")));
    }

    private Uni<List<TaskSpec>> specs(
            TenantId tenant, List<TaskRequest> requests, IntFunction<String> ids, IntFunction<String> path) {
        return filled(tenant, requests)
                .chain(filled -> made(
                        tenant,
                        filled,
                        (specs, i) -> specs.make(
                                filled.get(i), new TaskId(ids.apply(i)), TaskSpecs.Place.ALONE, path.apply(i))));
    }

    private Uni<List<TaskSpec>> made(
            TenantId tenant, List<TaskRequest> requests, BiFunction<TaskSpecs, Integer, @Nullable TaskSpec> make) {
        return things.named(tenant, requests).map(known -> {
            TaskSpecs specs = new TaskSpecs(tenant, known);
            List<TaskSpec> made = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                TaskSpec spec = make.apply(specs, i);
                if (spec != null) {
                    made.add(spec);
                }
            }
            specs.throwErrors();
            return made;
        });
    }

    private Uni<List<TaskRequest>> filled(TenantId tenant, List<TaskRequest> requests) {
        Set<String> names = new HashSet<>();
        for (TaskRequest request : requests) {
            if (request == null) {
                throw Problems.invalid("tasks", "a task is null");
            }
            if (request.definition() != null) {
                names.add(request.definition());
            }
        }
        return definitions.defaults(tenant, names).map(defaults -> requests.stream()
                .map(request -> {
                    TaskRequest under = request.definition() == null ? null : defaults.get(request.definition());
                    return under == null ? request : request.over(under);
                })
                .toList());
    }

    /** With a key, ids follow from it: whatever happens between the commit and the answer, a repetition finds them. */
    private Uni<Reply> once(
            TenantId tenant,
            @Nullable String key,
            String target,
            Object request,
            Function<IntFunction<String>, Uni<Reply>> work) {
        if (key == null) {
            List<String> made = new ArrayList<>();
            return work.apply(i -> {
                while (made.size() <= i) {
                    made.add(UuidCreator.getTimeOrderedEpochPlus1().toString());
                }
                return made.get(i);
            });
        }
        return idempotency
                .earlier(tenant, key, idempotency.fingerprint(target, request))
                .chain(earlier -> earlier.map(reply -> Uni.createFrom().item(reply))
                        .orElseGet(() -> {
                            String base = UuidCreator.getNameBasedSha1(tenant + " " + key)
                                    .toString();
                            // In the order of the request: tasks of one moment are taken in the order of their ids.
                            return work.apply(i -> String.format("%s-%05d", base, i));
                        }));
    }

    private Uni<Reply> accept(
            TenantId tenant, Event event, @Nullable String key, Object request, String target, Object view) {
        Reply reply = new Reply(202, idempotency.write(view));
        OnceOnly once =
                key == null ? null : idempotency.record(tenant, key, idempotency.fingerprint(target, request), reply);
        return inbox.submit(event, once).map(answer -> {
            if (answer instanceof Answer.Refused refused) {
                throw Problems.refused(refused);
            }
            return reply;
        });
    }

    // ---- what became of them

    Uni<TaskView> get(TenantId tenant, String task) {
        return store.require(tenant, task).chain(row -> {
            if (row.finishedAt != null) {
                return Uni.createFrom().item(TaskView.of(row));
            }
            return row.instanceId == null
                    ? tenants.machines(tenant).map(limits -> TaskView.waiting(row, limits, providers.offerings()))
                    : store.gpus(tenant, row).map(gpus -> TaskView.of(row, gpus));
        });
    }

    Uni<Page<TaskView>> list(TenantId tenant, TaskStore.Filter filter, Cursor cursor, int limit) {
        return store.list(tenant, filter, cursor, limit + 1)
                .map(rows -> Cursor.page(rows, limit, row -> new Cursor(row.submittedAt, row.taskId), TaskView::of));
    }

    Uni<List<AttemptView>> attempts(TenantId tenant, String task) {
        return store.require(tenant, task).chain(row -> store.attempts(tenant, task));
    }

    /** @param attempt the last one when absent */
    Uni<byte[]> log(TenantId tenant, String task, Optional<Integer> attempt, String stream) {
        return store.require(tenant, task).chain(row -> store.log(tenant, task, attempt.orElse(row.attempt), stream));
    }

    /** @param attempt the last one when absent */
    Uni<List<SampleView>> samples(TenantId tenant, String task, Optional<Integer> attempt) {
        return store.require(tenant, task).chain(row -> store.samples(tenant, task, attempt.orElse(row.attempt)));
    }

    /** The figures of all of the tenant's tasks, or of a workflow's. */
    public Uni<SummaryView> summary(TenantId tenant, @Nullable String workflow) {
        return store.summary(tenant, workflow);
    }

    Uni<TaskView> cancel(TenantId tenant, String task) {
        return store.require(tenant, task)
                .chain(row -> inbox.submit(new Event.TaskCancelRequested(tenant, new TaskId(row.taskId))))
                .chain(answer -> {
                    if (answer instanceof Answer.Refused refused) {
                        // Final tasks are soon forgotten by the cell; the row has said that it exists.
                        throw refused.refusal() == Answer.Refusal.UNKNOWN_TASK
                                ? Problems.refused(
                                        new Answer.Refused(Answer.Refusal.ALREADY_FINAL, "The task has already ended."))
                                : Problems.refused(refused);
                    }
                    return get(tenant, task);
                });
    }
}

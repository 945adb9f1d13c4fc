package dev.warmfront.workflow;

import dev.warmfront.cell.CellInbox;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.idempotency.Reply;
import dev.warmfront.platform.Page;
import dev.warmfront.problem.Cursor;
import dev.warmfront.problem.Problems;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import dev.warmfront.task.TaskRequest;
import dev.warmfront.task.TaskService;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** DAGs of tasks. */
@ApplicationScoped
public class WorkflowService {

    private static final int MOST_TASKS = 20_000;
    private static final int LONGEST_NAME = 200;
    private static final double FASTEST = 1_000_000;

    private final WorkflowStore store;
    private final TaskService tasks;
    private final CellInbox inbox;

    WorkflowService(WorkflowStore store, TaskService tasks, CellInbox inbox) {
        this.store = store;
        this.tasks = tasks;
        this.inbox = inbox;
    }

    Uni<Reply> submit(TenantId tenant, WorkflowRequest request, @Nullable String key) {
        List<WorkflowRequest.Node> nodes = request.tasks() == null ? List.of() : request.tasks();
        List<TaskService.WorkflowTask> made = new ArrayList<>();
        checkSize(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            WorkflowRequest.Node node = nodes.get(i);
            if (node == null || node.key() == null || node.key().isBlank()) {
                throw Problems.invalid("tasks[" + i + "].key", "is missing: parents name their children's tasks by it");
            }
            List<String> parents = node.parents() == null ? List.of() : node.parents();
            if (parents.stream().anyMatch(parent -> parent == null)) {
                throw Problems.invalid("tasks[" + i + "].parents", "a parent is null");
            }
            made.add(new TaskService.WorkflowTask(node.key(), node.task(), parents));
        }
        return submit(tenant, request.name() == null ? "workflow" : request.name(), made, key, "POST /v1/workflows");
    }

    /**
     * Replays a recorded run.
     *
     * @param speed how many times faster than recorded, > 0
     */
    Uni<Reply> replay(
            TenantId tenant,
            WfFormat recorded,
            double speed,
            TaskRequest.ResourcesRequest resources,
            @Nullable String key) {
        if (!(speed > 0 && speed <= FASTEST)) {
            throw Problems.malformed("speed must be above 0 and at most " + (long) FASTEST + ".");
        }
        List<TaskService.WorkflowTask> made = recorded.tasks(speed, resources);
        checkSize(made.size());
        String target = "POST /v1/workflows/import?speed=" + speed;
        return submit(tenant, recorded.name() == null ? "imported" : recorded.name(), made, key, target);
    }

    private static void checkSize(int size) {
        if (size < 1 || size > MOST_TASKS) {
            throw Problems.invalid("tasks", "a workflow has 1 to " + MOST_TASKS + " tasks, not " + size);
        }
    }

    private Uni<Reply> submit(
            TenantId tenant, String name, List<TaskService.WorkflowTask> made, @Nullable String key, String target) {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw Problems.invalid("name", "1 to " + LONGEST_NAME + " characters");
        }
        long roots = made.stream().filter(task -> task.parents().isEmpty()).count();
        Map<String, Long> byState = roots == made.size()
                ? Map.of("QUEUED", roots)
                : Map.of("QUEUED", roots, "PENDING", made.size() - roots);
        return tasks.submitWorkflow(
                tenant,
                name,
                made,
                key,
                target,
                (WorkflowId id) ->
                        new WorkflowView(id.value(), name, made.size(), "RUNNING", byState, null, null, null));
    }

    Uni<WorkflowView> get(TenantId tenant, String workflow) {
        return store.find(tenant, workflow)
                .map(found -> found.orElseThrow(() -> Problems.notFound("There is no such workflow.")));
    }

    Uni<Page<WorkflowView>> list(TenantId tenant, Cursor cursor, int limit) {
        return store.list(tenant, cursor, limit + 1)
                .map(views -> Cursor.page(views, limit, WorkflowService::place, view -> view));
    }

    private static Cursor place(WorkflowView view) {
        if (view.submittedAt() == null) {
            throw new IllegalStateException("a listed workflow was submitted");
        }
        return new Cursor(view.submittedAt(), view.id());
    }

    Uni<WorkflowView> cancel(TenantId tenant, String workflow) {
        return get(tenant, workflow)
                .chain(view -> inbox.submit(new Event.WorkflowCancelRequested(tenant, new WorkflowId(view.id()))))
                .chain(answer -> {
                    if (answer instanceof Answer.Refused refused) {
                        throw refused.refusal() == Answer.Refusal.UNKNOWN_WORKFLOW
                                ? Problems.conflict("The workflow has already ended.")
                                : Problems.refused(refused);
                    }
                    return get(tenant, workflow);
                });
    }
}

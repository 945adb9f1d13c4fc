package dev.warmfront.simulator;

import dev.warmfront.domain.Command;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a trace says into what the control plane would be told. Tenants and tasks are named in the order in which they
 * come, so no name tells of the future.
 */
final class TaskMaker {

    private static final Command COMMAND = Command.of("true");
    private static final int PRIORITY = 5;

    private final Resources request;
    private final RetryPolicy retry;
    private final Edges edges;
    private final boolean specialised;

    private record Kind(TenantId tenant, String type) {}

    /** Traces name tenants as they like; numbers keep two names apart that differ in odd characters only. */
    private final Map<String, TenantId> tenants = new HashMap<>();

    /** Types may be named as badly. */
    private final Map<Kind, EnvironmentId> environments = new HashMap<>();

    private long submissions;

    /**
     * @param request what every task sets aside
     * @param retry of every task
     * @param specialised whether each type of a tenant's tasks needs an environment of its own
     */
    TaskMaker(Resources request, RetryPolicy retry, boolean specialised) {
        this(request, retry, specialised, Edges.DECLARED);
    }

    private TaskMaker(Resources request, RetryPolicy retry, boolean specialised, Edges edges) {
        this.request = request;
        this.retry = retry;
        this.specialised = specialised;
        this.edges = edges;
    }

    /** A fresh one; where edges are not declared its tasks are in no workflow and wait for none. */
    TaskMaker with(Edges whether) {
        return new TaskMaker(request, retry, specialised, whether);
    }

    /** Whether tasks say what they wait for. */
    boolean declares() {
        return edges == Edges.DECLARED;
    }

    TenantId tenant(String name) {
        TenantId known = tenants.get(name);
        if (known == null) {
            known = new TenantId("tenant-" + tenants.size());
            tenants.put(name, known);
        }
        return known;
    }

    /** The submission's tasks, in its order, with names that were not given before. */
    List<TaskSpec> next(Submission submission) {
        TenantId tenant = tenant(submission.tenant());
        long number = submissions++;
        List<TraceTask> tasks = submission.tasks();
        if (tasks.size() == 1) {
            return List.of(spec(tenant, new TaskId("t" + number), null, tasks.getFirst(), List.of()));
        }
        WorkflowId workflow = declares() ? new WorkflowId("w" + number) : null;
        List<TaskSpec> specs = new ArrayList<>(tasks.size());
        for (TraceTask task : tasks) {
            List<TaskId> parents = new ArrayList<>(task.parents().size());
            for (int parent : declares() ? task.parents() : List.<Integer>of()) {
                parents.add(specs.get(parent).id());
            }
            specs.add(spec(tenant, new TaskId("w" + number + "." + specs.size()), workflow, task, parents));
        }
        return specs;
    }

    private TaskSpec spec(
            TenantId tenant, TaskId id, @Nullable WorkflowId workflow, TraceTask task, List<TaskId> parents) {
        return new TaskSpec(
                tenant,
                id,
                workflow,
                task.type(),
                task.type(),
                COMMAND,
                specialised ? environment(tenant, task.type()) : Environment.GENERIC.id(),
                request,
                PRIORITY,
                TaskSpec.MAX_TIMEOUT,
                retry,
                parents,
                TaskTraits.NONE);
    }

    private EnvironmentId environment(TenantId tenant, String type) {
        return environments.computeIfAbsent(
                new Kind(tenant, type), kind -> new EnvironmentId("e" + environments.size()));
    }
}

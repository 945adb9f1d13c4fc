package dev.warmfront.domain;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that is fixed about a task when it is submitted.
 *
 * @param tenant who wants it and pays
 * @param id its identifier, given by the API before the cell sees it
 * @param workflow the workflow it belongs to, or null
 * @param taskType what learners group by: the task definition's name, or what the tenant calls it
 * @param name what people call this one task
 * @param command what runs
 * @param environment what must be loaded; {@link Environment#GENERIC}'s id for nothing
 * @param request what is set aside on the instance while it runs
 * @param priority 0 (last) – 9 (first) among the tenant's own tasks
 * @param timeout the attempt is killed after this long, > 0
 * @param retry what happens when an attempt fails
 * @param parents tasks of the same workflow that must succeed first
 * @param traits what learners tell it by
 * @param data what ties it to places; {@link TaskData#NONE} in specifications written before there was any
 */
public record TaskSpec(
        TenantId tenant,
        TaskId id,
        @Nullable WorkflowId workflow,
        String taskType,
        String name,
        Command command,
        EnvironmentId environment,
        Resources request,
        int priority,
        Duration timeout,
        RetryPolicy retry,
        List<TaskId> parents,
        TaskTraits traits,
        TaskData data) {

    public static final int MAX_PRIORITY = 9;
    public static final Duration MAX_TIMEOUT = Duration.ofDays(30);

    public TaskSpec {
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("priority must be 0 to 9, not " + priority);
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout must be above 0 and at most 30 days, not " + timeout);
        }
        if (request.cpuMillis() == 0 || request.memoryBytes() == 0) {
            throw new IllegalArgumentException("a task requests some CPU and some memory");
        }
        if (workflow == null && !parents.isEmpty()) {
            throw new IllegalArgumentException("only a workflow's task has parents");
        }
        parents = List.copyOf(parents);
        // What was written before there was any has none.
        data = Objects.requireNonNullElse(data, TaskData.NONE);
        for (TaskInput input : data.inputs()) {
            if (input instanceof TaskInput.Output made && !parents.contains(made.parent())) {
                throw new IllegalArgumentException("input " + made.name() + " is not made by a parent of the task");
            }
        }
    }

    /** Of a task that runs as well anywhere. */
    public TaskSpec(
            TenantId tenant,
            TaskId id,
            @Nullable WorkflowId workflow,
            String taskType,
            String name,
            Command command,
            EnvironmentId environment,
            Resources request,
            int priority,
            Duration timeout,
            RetryPolicy retry,
            List<TaskId> parents,
            TaskTraits traits) {
        this(
                tenant,
                id,
                workflow,
                taskType,
                name,
                command,
                environment,
                request,
                priority,
                timeout,
                retry,
                parents,
                traits,
                TaskData.NONE);
    }
}

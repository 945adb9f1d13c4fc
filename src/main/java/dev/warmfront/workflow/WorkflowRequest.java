package dev.warmfront.workflow;

import dev.warmfront.task.TaskRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A DAG of tasks, all or none. */
public record WorkflowRequest(
        @Nullable String name, @Nullable List<Node> tasks) {

    /**
     * A task of the workflow: its fields are those of a task.
     *
     * @param key names it within the workflow
     * @param parents keys of tasks that must succeed first
     */
    public record Node(
            @Nullable String key,
            @Nullable List<String> parents,
            @Nullable String definition,
            @Nullable String name,
            @Nullable String taskType,
            @Nullable List<String> command,
            @Nullable Map<String, String> variables,
            @Nullable String environment,
            TaskRequest.@Nullable ResourcesRequest resources,
            @Nullable Integer priority,
            @Nullable Double timeoutSeconds,
            TaskRequest.@Nullable RetryRequest retry,
            TaskRequest.@Nullable TraitsRequest traits,
            @Nullable List<String> datasets,
            @Nullable List<TaskRequest.InputRequest> inputs,
            @Nullable Map<String, String> outputs,
            @Nullable List<TaskRequest.ServiceUseRequest> services) {

        TaskRequest task() {
            return new TaskRequest(
                    definition,
                    name == null ? key : name,
                    taskType,
                    command,
                    variables,
                    environment,
                    resources,
                    priority,
                    timeoutSeconds,
                    retry,
                    traits,
                    datasets,
                    inputs,
                    outputs,
                    services);
        }
    }
}

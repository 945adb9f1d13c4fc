package dev.warmfront.task;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task definition, new or as it shall be; fields as in {@link TaskRequest}. */
public record DefinitionRequest(
        @Nullable String name,
        @Nullable List<String> command,
        @Nullable Map<String, String> variables,
        @Nullable String environment,
        TaskRequest.@Nullable ResourcesRequest resources,
        @Nullable Integer priority,
        @Nullable Double timeoutSeconds,
        TaskRequest.@Nullable RetryRequest retry,
        TaskRequest.@Nullable TraitsRequest traits,
        @Nullable List<String> datasets,
        @Nullable Map<String, String> outputs,
        @Nullable List<TaskRequest.ServiceUseRequest> services) {

    TaskRequest task(String definition) {
        return new TaskRequest(
                definition,
                null,
                null,
                command,
                variables,
                environment,
                resources,
                priority,
                timeoutSeconds,
                retry,
                traits,
                datasets,
                null,
                outputs,
                services);
    }
}

package dev.warmfront.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task definition: what its tasks have in common. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DefinitionView(
        String name,
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
        @Nullable List<TaskRequest.ServiceUseRequest> services,
        long version,
        Instant createdAt,
        Instant updatedAt) {}

package dev.warmfront.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task has moved on.
 *
 * @param id the task
 * @param detail why it failed or was cancelled
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EventView(
        String id,
        String taskType,
        @Nullable String workflow,
        String state,
        int attempt,
        @Nullable String startKind,
        Instant at,
        @Nullable String detail) {}

package dev.warmfront.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try.
 *
 * @param end as its agent reported it; LOST when the machine ended under it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttemptView(
        int number,
        String instance,
        Instant assignedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String startKind,
        @Nullable String end,
        @Nullable Integer exitCode,
        @Nullable String detail) {}

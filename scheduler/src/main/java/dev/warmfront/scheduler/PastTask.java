package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskSpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task of the past, for policies with a memory.
 *
 * @param eligibleAt when it could first have run
 * @param assignedAt when its last attempt was given a machine; null when none was
 * @param finishedAt when it became final; null while it is not
 */
public record PastTask(
        TaskSpec spec,
        Instant eligibleAt,
        @Nullable Instant assignedAt,
        @Nullable Instant finishedAt) {}

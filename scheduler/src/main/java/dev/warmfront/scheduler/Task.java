package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.Tier;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as the cell knows it; immutable, each change makes a new image.
 *
 * @param spec what was submitted
 * @param state where it stands
 * @param attempt number of the current or last attempt; 0 before the first
 * @param failures attempts that failed by the command's own fault
 * @param losses attempts that ended because their machine did
 * @param instance where the current or last attempt is; null before the first and while queued again
 * @param submittedAt when the cell took it up
 * @param eligibleAt when it could first have run: submitted and all parents done; null while PENDING
 * @param notBefore not to be placed earlier (retry back-off); null when free to go
 * @param assignedAt when the current attempt was given to its instance
 * @param startedAt when the current attempt's process ran
 * @param finishedAt when the task became final
 * @param startKind what the current attempt found: HOT, or it waited for a resume (STANDBY) or a launch (COLD)
 * @param result how the last attempt ended; null before one has
 * @param detail one tenant-safe sentence on why it failed or was cancelled, else empty
 */
public record Task(
        TaskSpec spec,
        TaskState state,
        int attempt,
        int failures,
        int losses,
        @Nullable InstanceId instance,
        Instant submittedAt,
        @Nullable Instant eligibleAt,
        @Nullable Instant notBefore,
        @Nullable Instant assignedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Tier startKind,
        @Nullable AttemptResult result,
        String detail) {

    /** The current attempt's fence. Only where there has been an attempt. */
    public AttemptId attemptId() {
        return new AttemptId(spec.tenant(), spec.id(), attempt);
    }
}

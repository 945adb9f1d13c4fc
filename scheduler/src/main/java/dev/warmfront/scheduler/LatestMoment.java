package dev.warmfront.scheduler;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The latest moment that any image tells of: the clock may step back, as it may between two owners of a cell. */
final class LatestMoment {

    private Instant latest = Instant.MIN;

    /** The present, or the latest moment known where the clock stepped back. */
    Instant notBefore(Instant now) {
        return now.isBefore(latest) ? latest : now;
    }

    /** The latest of its moments: each stage begins after those before it, and old ones lie in memory that nothing else touches. */
    void see(Task task) {
        if (task.finishedAt() != null) {
            see(task.finishedAt());
        } else if (task.startedAt() != null) {
            see(task.startedAt());
        } else if (task.assignedAt() != null) {
            see(task.assignedAt());
        } else {
            see(task.eligibleAt() == null ? task.submittedAt() : task.eligibleAt());
        }
    }

    /** @param before its image until now, whose moments were seen; null where there was none */
    @SuppressWarnings("ReferenceEquality") // What did not change was carried over, and need not be looked at for it.
    void see(@Nullable Instance before, Instance after) {
        if (before == null || before.stateSince() != after.stateSince()) {
            see(after.stateSince());
        }
        if (before == null || before.chargedUntil() != after.chargedUntil()) {
            see(after.chargedUntil());
        }
        if (before == null || before.lastUsedAt() != after.lastUsedAt()) {
            see(after.lastUsedAt());
        }
    }

    void see(@Nullable Instant moment) {
        if (moment != null && moment.isAfter(latest)) {
            latest = moment;
        }
    }
}

package dev.warmfront.costs;

import java.time.Instant;
import java.util.List;

/**
 * What a tenant pays for, in nano-dollars.
 *
 * @param activeNanoUsd set aside for its tasks
 * @param idleHotNanoUsd running machines that nobody used, held for its sake
 * @param standbyNanoUsd machines in standby for its sake, and their ways there and back
 * @param launchNanoUsd launches for its sake, until hot
 */
public record CostView(
        String tenant,
        Instant from,
        Instant to,
        long totalNanoUsd,
        long activeNanoUsd,
        long idleHotNanoUsd,
        long standbyNanoUsd,
        long launchNanoUsd,
        List<GroupView> groups) {

    /** The costs that one key has. */
    public record GroupView(String key, long nanoUsd, long activeNanoUsd, long idleNanoUsd) {}
}

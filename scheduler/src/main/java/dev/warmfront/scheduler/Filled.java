package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.util.HashMap;
import java.util.Map;

/** Tasks as whole instances: how many the shares of those that count fill. */
final class Filled {

    /** Shares are summed in millionths, so that what is taken away again leaves nothing behind. */
    private static final double WHOLE = 1e6;

    private final Map<TaskId, Long> shares = new HashMap<>();
    private long counted;

    /** A task's share of an instance, before it counts for the first time. */
    void put(TaskId task, double share) {
        shares.putIfAbsent(task, Math.clamp(Math.round(share * WHOLE), 1, (long) WHOLE));
    }

    /** It will not count again. */
    void remove(TaskId task) {
        shares.remove(task);
    }

    /** The task counts from now on, or no more; returns by how many instances that changes what is filled. */
    int change(TaskId task, boolean counts) {
        long before = instances();
        long share = shares.getOrDefault(task, (long) WHOLE);
        counted += counts ? share : -share;
        return (int) (instances() - before);
    }

    private long instances() {
        return Math.ceilDiv(counted, (long) WHOLE);
    }
}

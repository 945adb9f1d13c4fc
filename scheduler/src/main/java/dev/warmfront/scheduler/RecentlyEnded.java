package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that ended a little while ago, so that a submission repeated after that is recognised. Two generations: a task is
 * only ever put in, and is forgotten with its whole generation, because taking the oldest out one by one touches memory
 * that nothing else has touched for minutes.
 */
final class RecentlyEnded {

    /** A generation takes in what ends within this time, and is kept for as long again at least. */
    private static final Duration GENERATION = Duration.ofMinutes(2);

    /** And only so many tasks, however fast they end. */
    private static final int MOST = 100_000;

    private Set<TaskId> young = new HashSet<>();
    private Set<TaskId> old = Set.of();
    private @Nullable Instant since;

    /** @param at when it ended; roughly growing from call to call */
    void add(TaskId task, Instant at) {
        if (since == null) {
            since = at;
        } else if (young.size() >= MOST || !at.isBefore(since.plus(GENERATION))) {
            old = young;
            young = HashSet.newHashSet(old.size());
            since = at;
        }
        young.add(task);
    }

    boolean contains(TaskId task) {
        return young.contains(task) || old.contains(task);
    }
}

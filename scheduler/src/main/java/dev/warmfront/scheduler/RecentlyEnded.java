package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.time.Duration;
import java.time.Instant;
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

    private NameSet young = new NameSet();
    private NameSet old = new NameSet();

    /** When the young generation takes in no more. */
    private @Nullable Instant ends;

    /** @param at when it ended; roughly growing from call to call */
    void add(TaskId task, Instant at) {
        if (ends == null) {
            ends = at.plus(GENERATION);
        } else if (young.size() >= MOST || !at.isBefore(ends)) {
            NameSet forgotten = old;
            old = young;
            young = forgotten;
            young.clear();
            ends = at.plus(GENERATION);
        }
        young.add(task.value());
    }

    boolean contains(TaskId task) {
        return young.contains(task.value()) || old.contains(task.value());
    }
}

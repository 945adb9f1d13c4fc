package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.time.Instant;

/** When something of a task is to be looked at again: the earliest first, then by task. */
record Due(Instant at, TaskId task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
        int byTime = at.compareTo(other.at);
        return byTime != 0 ? byTime : task.compareTo(other.task);
    }
}

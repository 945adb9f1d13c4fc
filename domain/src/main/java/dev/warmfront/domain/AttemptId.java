package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * One numbered try of a task. The number fences: what an older attempt reports changes nothing.
 *
 * @param tenant whose task it is
 * @param task the task
 * @param number 1 for the first try
 */
public record AttemptId(TenantId tenant, TaskId task, int number) {

    public AttemptId {
        if (number < 1) {
            throw new IllegalArgumentException("attempts are numbered from 1, not " + number);
        }
    }

    // Written out: compared at every report, where what the compiler generates for records is slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AttemptId id && number == id.number && task.equals(id.task) && tenant.equals(id.tenant);
    }

    @Override
    public int hashCode() {
        return 31 * task.hashCode() + number;
    }

    /** {@code task#number}. */
    @Override
    public String toString() {
        return task + "#" + number;
    }
}

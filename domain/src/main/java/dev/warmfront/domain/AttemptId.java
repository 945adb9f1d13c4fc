package dev.warmfront.domain;

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

    /** {@code task#number}. */
    @Override
    public String toString() {
        return task + "#" + number;
    }
}

package dev.warmfront.domain;

/** Where a task stands. The legal transitions are the table in {@code scheduler}'s TaskLifecycle. */
public enum TaskState {
    /** Waits for its parents in a workflow. */
    PENDING,
    /** Eligible, waits for a machine. */
    QUEUED,
    /** An attempt is given to an instance; its process is not known to run. */
    ASSIGNED,
    /** The attempt's process runs. */
    RUNNING,
    /** Cancelled by the tenant; the attempt is being ended. */
    CANCELLING,
    SUCCEEDED,
    /** Out of attempts, or the command failed and its retry policy ends there. */
    FAILED,
    /** Ended on the tenant's wish, or because a parent did not succeed. */
    CANCELLED;

    /** Whether nothing more can happen to it. */
    public boolean isFinal() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
}

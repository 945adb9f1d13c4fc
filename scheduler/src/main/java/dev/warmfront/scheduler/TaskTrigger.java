package dev.warmfront.scheduler;

/** What moves a task from one state to the next; {@link TaskLifecycle} says which moves exist. */
public enum TaskTrigger {
    SUBMITTED,
    /** The last parent succeeded. */
    UNBLOCKED,
    ASSIGNED,
    STARTED,
    SUCCEEDED,
    /** An attempt failed and none is left. */
    FAILED,
    /** An attempt failed and another is allowed. */
    RETRIED,
    /** Its retry back-off is over. */
    RELEASED,
    /** The machine ended under it; it goes back to its queue. */
    REQUEUED,
    CANCEL_REQUESTED,
    CANCELLED
}

package dev.warmfront.scheduler;

/** What moves an instance from one state to the next; {@link InstanceLifecycle} says which moves exist. */
public enum InstanceTrigger {
    /** Its launch was decided: the first image. */
    REQUESTED,
    LAUNCH_ACCEPTED,
    LAUNCH_REFUSED,
    AGENT_REGISTERED,
    /** Everything it was to load is loaded. */
    WARMED,
    WARM_UP_FAILED,
    /** An idle instance is given another environment to load. */
    SPECIALISED,
    ASSIGNED,
    /** Its last attempt ended. */
    IDLED,
    DRAINED,
    /** Taken back into service from a drain, idle or with attempts left. */
    DRAIN_CANCELLED,
    STOP_DECIDED,
    STOPPED,
    /** The provider refused the stop, or it took too long: it is ended instead. */
    STOP_REFUSED,
    START_DECIDED,
    /** The provider refused the start for now; it is still in standby. */
    START_REFUSED,
    /** Silent, overdue or interrupted: to be ended for certain. */
    LOST,
    /** Its end is confirmed. */
    ENDED
}

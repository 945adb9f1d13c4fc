package dev.warmfront.scheduler;

/** What moves a reservation. */
public enum ReservationTrigger {
    /** A task that waits for one that runs here will probably run here. */
    FORESEEN,
    /** A task was given to the instance. */
    GRANTED,
    /** The foreseen task was given to the instance. */
    ARRIVED,
    /** Its use left the band, and it was given more. */
    ESCALATED,
    /** Its use left the band, and there is no room; the instance takes nothing new until there is. */
    REFUSED,
    /** Its use is back within the band. */
    EASED,
    /** It runs longer than was expected: what it has not needed by now is not set aside any longer. */
    LAPSED,
    /** Its attempt is over. */
    ENDED,
    /** What was foreseen did not come in time. */
    EXPIRED,
    /** The task runs elsewhere or not at all, or the room was needed. */
    TAKEN_BACK,
    /** Its attempt used more than was expected of it while there was no room, and is stopped; its task is queued again. */
    STOPPED
}

package dev.warmfront.scheduler;

/** Where a reservation stands. */
public enum ReservationState {
    /** Probable: its room may be given to what is certain. */
    SOFT,
    /** Given to an attempt; the instance holds it. */
    COMMITTED,
    /** Its attempt is over. */
    RELEASED,
    /** Taken back: it expired, was not needed, or others needed it more. */
    RECLAIMED;

    public boolean isFinal() {
        return this == RELEASED || this == RECLAIMED;
    }
}

package dev.warmfront.scheduler;

/**
 * A period at which one type's bursts may come: when the next one is due, and how often one came when it was due. Recent
 * experience counts most.
 */
final class Rhythm {

    /** A burst belongs to an expected time when it begins within so many seconds of it. */
    private static final double NEAR = 90;

    /** What is known of a rhythm loses this part of its weight each time that a burst is due. */
    private static final double AGEING = 0.2;

    /** Before anything is known of a rhythm it is as likely as not, and that counts as much as one time that it was due. */
    private static final double PRIOR = 0.5;

    /** How late a burst may be, in seconds, before anything is known of it: then it is given up. */
    private static final double LATE = 20;

    private final double period;
    private double hits;
    private double trials;
    private double due;
    private boolean kept;
    private double late = LATE;
    private double early;

    /**
     * @param period seconds
     * @param start of the burst from which it is counted
     */
    Rhythm(double period, double start) {
        this.period = period;
        this.due = start + period;
    }

    double due() {
        return due;
    }

    double period() {
        return period;
    }

    /** Counts what was due and did not come. */
    void pass(double time) {
        while (due + NEAR < time) {
            tried(0);
            kept = false;
            due += period;
        }
    }

    private void tried(int hit) {
        hits += hit - AGEING * hits;
        trials += 1 - AGEING * trials;
    }

    /** A burst began; all before it has been passed. */
    void began(double start) {
        if (Math.abs(start - due) <= NEAR) {
            tried(1);
            kept = true;
            late = Math.max(0.7 * late, Math.min(NEAR, 2 * (start - due) + 5));
            early = Math.max(0.7 * early, Math.min(NEAR, due - start));
            // Half way, so that one late burst does not make all that follow late.
            due += (start - due) / 2 + period;
        } else if (!kept) {
            due = start + period;
        }
    }

    /** How likely a burst is at the next time that one is due. */
    double likelihood() {
        return (hits + PRIOR) / (trials + 1);
    }

    /** From when on the next one may come, in seconds since the epoch. */
    double earliest() {
        return due - early;
    }

    /** When it is given up if it has not begun. */
    double latest() {
        return due + late;
    }
}

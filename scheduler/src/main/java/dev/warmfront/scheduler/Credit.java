package dev.warmfront.scheduler;

/**
 * What may be spent on being ready, by what was spent so far (policy.md §5). One surprise says that more would have been needed,
 * not how often it will come again: without a limit, the record of a single surge is answered with margins that would have
 * borne it, and they cost many times what launching on arrival does for as long as the surge weighs in the record. So what is
 * followed may grow dearer by a factor only while the record turns over once, and again while it does so again.
 *
 * <p>Sums are weighted as those of {@link ShadowPool} are.
 */
final class Credit {

    /** A setting may have cost at most so many times what those cost that were followed instead. */
    private static final double GROWTH = 1.7;

    /** While demand drifts: the record of an hour that is like no other is dear to answer. */
    private static final double DRIFTING = 1.4;

    /** And the holding of one more instance: from nothing, no factor leads anywhere. */
    private static final double BESIDES = 1;

    /** Before so many tasks have come there is nothing to measure by. */
    private static final int YOUNG = 300;

    private int tasks;
    private double spent;
    private double lived;
    private double before;

    /** It begins with nothing. */
    Credit() {
        // All sums are 0.
    }

    /** The same, kept apart from now on. */
    Credit(Credit other) {
        tasks = other.tasks;
        spent = other.spent;
        lived = other.lived;
        before = other.before;
    }

    /** The record begins: what was before tells of an empty pool. */
    void begin() {
        tasks = 0;
        spent = 0;
        lived = 0;
        before = 0;
    }

    /** A task came. */
    void arrived() {
        tasks = Math.min(tasks + 1, YOUNG);
    }

    /**
     * Time has passed.
     *
     * @param paid the account of the setting that is followed
     * @param time weighted, in seconds
     */
    void passed(double paid, double time) {
        spent += paid - before;
        before = paid;
        lived += time;
    }

    /** Another setting is followed from now on, with this on its account. */
    void follows(double paid) {
        before = paid;
    }

    /** What settings cost while they were followed, weighted, in seconds of a hot instance. */
    double spent() {
        return spent;
    }

    /**
     * What a setting may have cost to be followed.
     *
     * @param drifts whether what is foreseen does not cover demand
     */
    double limit(boolean drifts) {
        return tasks < YOUNG ? Double.POSITIVE_INFINITY : (drifts ? DRIFTING : GROWTH) * spent + BESIDES * lived;
    }

    /** Multiplies all sums: weights are relative. */
    void rescale(double by) {
        spent *= by;
        lived *= by;
        before *= by;
    }
}

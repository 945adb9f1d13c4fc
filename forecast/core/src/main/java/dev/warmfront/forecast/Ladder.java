package dev.warmfront.forecast;

import java.util.Arrays;

/**
 * At most four rising amounts of a resource: a task is given the lowest that holds its use so far, and the next when its use
 * passes it. Only the highest is a limit, so that use beyond an amount moves the reservation and breaks nothing (policy.md §3.3:
 * go to the next step before the kernel ends the task). Immutable.
 */
public final class Ladder {

    private static final int CELLS = 64;
    private static final double BEYOND = 1.1;

    private final double[] rungs;

    /**
     * @param rungs one to four amounts, ≥ 0, each above the one before
     */
    public Ladder(double... rungs) {
        if (rungs.length == 0 || rungs.length > Staircase.STEPS_MAX) {
            throw new IllegalArgumentException("a ladder has 1 to 4 rungs, not " + rungs.length);
        }
        for (int i = 0; i < rungs.length; i++) {
            if (!(rungs[i] >= 0) || (i > 0 && rungs[i] <= rungs[i - 1])) {
                throw new IllegalArgumentException("rungs rise from 0 or more: " + Arrays.toString(rungs));
            }
        }
        this.rungs = rungs.clone();
    }

    /**
     * The rungs that reserve the least over some uses, if each is held by the lowest rung above it.
     *
     * @param highs the highest use so far, at moments that weigh the same; at least one
     */
    static Ladder over(double[] highs) {
        double[] sorted = highs.clone();
        Arrays.sort(sorted);
        double[] cells = new double[CELLS];
        for (int c = 0; c < CELLS; c++) {
            cells[c] = sorted[(int) Math.ceil((c + 1.0) / CELLS * sorted.length) - 1];
        }
        return new Ladder(Arrays.stream(
                        Staircase.cover(cells, 1, Staircase.STEPS_MAX, false).values())
                .distinct()
                .toArray());
    }

    /** The amounts, ascending. */
    public double[] rungs() {
        return rungs.clone();
    }

    /** The lowest amount: what a task begins with. */
    public double first() {
        return rungs[0];
    }

    /** The highest amount: the limit. */
    public double last() {
        return rungs[rungs.length - 1];
    }

    /** The lowest rung that holds {@code use}; beyond the highest, a tenth more than the use. */
    public double holding(double use) {
        for (double rung : rungs) {
            if (rung >= use) {
                return rung;
            }
        }
        return BEYOND * use;
    }

    /** The same with the highest rung raised by a share of itself, ≥ 0. */
    Ladder withLimitRaised(double share) {
        double[] raised = rungs.clone();
        raised[raised.length - 1] *= 1 + share;
        return new Ladder(raised);
    }
}

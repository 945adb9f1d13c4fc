package dev.warmfront.scheduler;

import java.util.Arrays;

/** How long the latest tasks of one type ran, and what that says of one that runs still. */
final class Runtimes {

    private static final int REMEMBERED = 16;

    /** Of one that has outlived all that are remembered: it goes on for so much of what it ran (as Lindy's law has it). */
    private static final double OUTLIVED = 0.5;

    private final double[] latest = new double[REMEMBERED];
    private double[] sorted = {};
    private int next;
    private int size;

    /** Most types are never asked for. */
    private boolean isSorted = true;

    /** One ran so many seconds. */
    void add(double seconds) {
        latest[next] = Math.max(0, seconds);
        next = (next + 1) % REMEMBERED;
        size = Math.min(REMEMBERED, size + 1);
        isSorted = false;
    }

    /**
     * How long one runs in all: the quantile among those that ran longer than it has until now.
     *
     * @param elapsed how long it has run, in seconds
     * @param quantile 0 to 1
     * @return seconds, more than {@code elapsed}; infinite where nothing is known
     */
    double quantile(double quantile, double elapsed) {
        if (size == 0) {
            return Double.POSITIVE_INFINITY;
        }
        if (!isSorted) {
            sorted = Arrays.copyOf(latest, size);
            Arrays.sort(sorted);
            isSorted = true;
        }
        int from = 0;
        while (from < size && sorted[from] <= elapsed) {
            from++;
        }
        return from == size ? elapsed * (1 + OUTLIVED) : sorted[from + (int) Math.floor(quantile * (size - 1 - from))];
    }
}

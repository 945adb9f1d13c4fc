package dev.warmfront.forecast;

import java.util.Arrays;

/**
 * A step function of time: at most four steps, rising or falling throughout. What a task is expected to use, and is allowed.
 * Immutable.
 */
public final class Staircase {

    /** Steps at most. */
    public static final int STEPS_MAX = 4;

    private static final int CELLS = 64;

    private final double[] starts;
    private final double[] values;

    /**
     * @param starts seconds at which each step begins; the first is 0, ascending
     * @param values one per step, ≥ 0, rising or falling throughout
     */
    public Staircase(double[] starts, double[] values) {
        if (starts.length == 0 || starts.length > STEPS_MAX || starts.length != values.length || starts[0] != 0) {
            throw new IllegalArgumentException("a staircase has 1 to 4 steps and begins at 0");
        }
        boolean rises = true;
        boolean falls = true;
        for (int i = 1; i < starts.length; i++) {
            rises &= values[i] >= values[i - 1];
            falls &= values[i] <= values[i - 1];
            if (!(starts[i] > starts[i - 1])) {
                throw new IllegalArgumentException("steps begin one after the other: " + Arrays.toString(starts));
            }
        }
        if (!rises && !falls) {
            throw new IllegalArgumentException("steps rise or fall throughout: " + Arrays.toString(values));
        }
        this.starts = starts.clone();
        this.values = values.clone();
    }

    /** Seconds at which each step begins. */
    public double[] starts() {
        return starts.clone();
    }

    /** What each step allows. */
    public double[] values() {
        return values.clone();
    }

    /** The same value for ever. */
    public static Staircase flat(double value) {
        return new Staircase(new double[] {0}, new double[] {value});
    }

    /** What is allowed {@code seconds} after the start. */
    public double at(double seconds) {
        return values[step(seconds)];
    }

    private int step(double seconds) {
        int at = 0;
        while (at + 1 < starts.length && starts[at + 1] <= seconds) {
            at++;
        }
        return at;
    }

    /** The highest value. */
    public double peak() {
        return Math.max(values[0], values[values.length - 1]);
    }

    /** The integral over the first {@code seconds}. */
    public double area(double seconds) {
        double sum = 0;
        for (int i = 0; i < starts.length && starts[i] < seconds; i++) {
            double end = i + 1 < starts.length ? Math.min(starts[i + 1], seconds) : seconds;
            sum += values[i] * (end - starts[i]);
        }
        return sum;
    }

    /** The same, each value raised by {@code more}, or lowered, never below 0. */
    public Staircase plus(double more) {
        return new Staircase(
                starts, Arrays.stream(values).map(v -> Math.max(0, v + more)).toArray());
    }

    /**
     * What is allowed from now on after {@code use} was more than this allows: the next higher value of the staircase, or
     * {@code use} and a tenth where there is none. This is how a breach is met before the kernel meets it.
     */
    public double afterBreach(double use) {
        double next = Double.MAX_VALUE;
        for (double value : values) {
            if (value >= use && value < next) {
                next = value;
            }
        }
        return next == Double.MAX_VALUE ? 1.1 * use : next;
    }

    /**
     * The staircase of at most {@code steps} steps that covers a use and wastes the least (dynamic programming over 64 cells of
     * time; boundaries are free, as in KS+, 2024).
     *
     * @param times seconds since the start at which each value begins to hold, ascending from 0
     * @param use values, ≥ 0
     * @param end when the last stops to hold, seconds
     * @param mayFall whether a falling staircase may be chosen, where it wastes less
     */
    public static Staircase cover(double[] times, double[] use, double end, int steps, boolean mayFall) {
        if (times.length == 0 || !(end > 0)) {
            return flat(use.length == 0 ? 0 : Arrays.stream(use).max().orElse(0));
        }
        double[] cells = new double[CELLS];
        double width = end / CELLS;
        for (int i = 0; i < times.length; i++) {
            double until = i + 1 < times.length ? times[i + 1] : end;
            int from = (int) Math.min(CELLS - 1, times[i] / width);
            int to = (int) Math.min(CELLS - 1, Math.max(from, Math.ceil(until / width) - 1));
            for (int c = from; c <= to; c++) {
                cells[c] = Math.max(cells[c], use[i]);
            }
        }
        return cover(cells, width, steps, mayFall);
    }

    /** The same over cells of one width, each with the most that is used in it. */
    static Staircase cover(double[] cells, double width, int steps, boolean mayFall) {
        double[] rising = cells.clone();
        for (int c = 1; c < rising.length; c++) {
            rising[c] = Math.max(rising[c], rising[c - 1]);
        }
        Staircase up = fit(rising, width, Math.min(steps, STEPS_MAX));
        if (!mayFall) {
            return up;
        }
        double[] falling = cells.clone();
        for (int c = falling.length - 2; c >= 0; c--) {
            falling[c] = Math.max(falling[c], falling[c + 1]);
        }
        Staircase down = fit(falling, width, Math.min(steps, STEPS_MAX));
        double end = width * cells.length;
        return down.area(end) < up.area(end) ? down : up;
    }

    /** Over a monotone envelope: the cost of one step is its extreme times its length. */
    private static Staircase fit(double[] envelope, double width, int steps) {
        int n = envelope.length;
        double[][] cost = new double[steps + 1][n + 1];
        int[][] cut = new int[steps + 1][n + 1];
        for (double[] row : cost) {
            Arrays.fill(row, Double.MAX_VALUE);
        }
        cost[0][0] = 0;
        for (int k = 1; k <= steps; k++) {
            for (int to = 1; to <= n; to++) {
                for (int from = 0; from < to; from++) {
                    if (cost[k - 1][from] < Double.MAX_VALUE) {
                        double most = Math.max(envelope[from], envelope[to - 1]);
                        double total = cost[k - 1][from] + most * (to - from);
                        if (total < cost[k][to] * (1 - 1e-12)) {
                            cost[k][to] = total;
                            cut[k][to] = from;
                        }
                    }
                }
            }
        }
        int used = 1;
        for (int k = 2; k <= steps; k++) {
            // A step more must save something: ties go to the simpler staircase.
            if (cost[k][n] < cost[used][n] * (1 - 1e-9)) {
                used = k;
            }
        }
        double[] starts = new double[used];
        double[] values = new double[used];
        int to = n;
        for (int k = used; k >= 1; k--) {
            int from = cut[k][to];
            starts[k - 1] = from * width;
            values[k - 1] = Math.max(envelope[from], envelope[to - 1]);
            to = from;
        }
        return new Staircase(starts, values);
    }
}

package dev.warmfront.scheduler;

import java.util.Arrays;
import java.util.List;

/**
 * What has happened to one pool's demand since its settings' accounts were last brought up to date, in stretches that ticks close.
 * Hundreds of settings go through it one after the other, each with all of its own state at hand, instead of all of them at
 * every change; and what is the same for all of them, such as who may take over an instance that falls free, is found once.
 * Bounded: who writes asks {@link #isFull} first. Time is in seconds since the epoch.
 */
final class Tape {

    private static final int MOST_CHANGES = 256;

    /** Stretches that no tick closes: before settings begin anew, and when it is full; and that which is open. */
    private static final int UNTICKED = 3;

    /** What is kept of an expectation at a tick. */
    private static final int PARTS = 4;

    private int expectations;

    // Of each change.
    private double[] times = new double[8];
    private double[] units = new double[8];
    private double[] runtimes = new double[8];
    private int[] demands = new int[8];

    /** Whether a task came; and whether it finds nothing that fell free in that moment. */
    private boolean[] came = new boolean[8];

    private boolean[] asks = new boolean[8];
    private int changes;

    // Of each stretch.
    private final int[] ends;
    private final int[] lasts;
    private final int[] peaks;
    private final double[] areas;
    private final double[] works;
    private final double[] arrivals;
    private final double[] untils;
    private final double[] untilUnits;
    private final int[] leasts;
    private final boolean[] quiets;
    private final boolean[] ticks;
    private final boolean[] begins;
    private final boolean[] counts;

    /** Four figures for each expectation, tick by tick. */
    private double[] expected;

    private int stretches;

    // Of the stretch that is open.
    private int peak;
    private double area;
    private double work;
    private double arrived;

    private boolean counting;
    private int demand;
    private double now = Double.NaN;

    /** When the last ended, and how many tasks that came in the same moment may take over from those. */
    private double ended = Double.NaN;

    private int freed;

    /**
     * @param expectations how many are told of at each tick
     * @param most ticks at most before it is cleared
     */
    Tape(int expectations, int most) {
        this.expectations = expectations;
        int all = most + UNTICKED;
        this.expected = new double[all * expectations * PARTS];
        this.ends = new int[all];
        this.lasts = new int[all];
        this.peaks = new int[all];
        this.areas = new double[all];
        this.works = new double[all];
        this.arrivals = new double[all];
        this.untils = new double[all];
        this.untilUnits = new double[all];
        this.leasts = new int[all];
        this.quiets = new boolean[all];
        this.ticks = new boolean[all];
        this.begins = new boolean[all];
        this.counts = new boolean[all];
    }

    /** From now on it is told of so many expectations, more than before; only when all settings have gone through it. */
    void widen(int all) {
        expectations = all;
        expected = new double[ends.length * all * PARTS];
    }

    /** Whether no change or tick more fits: all settings must go through it, and it be cleared. */
    boolean isFull() {
        return changes == MOST_CHANGES || stretches >= ends.length - UNTICKED;
    }

    /**
     * One more task, or one fewer.
     *
     * @param runtime of tasks on the average, in seconds
     * @param unit the weight of the present
     */
    void change(int by, double time, double runtime, double unit) {
        pass(time, unit);
        if (now != ended) {
            ended = now;
            freed = 0;
        }
        boolean takesOver = by > 0 && freed > 0;
        freed = Math.max(0, freed - by);
        demand = Math.max(0, demand + by);
        peak = Math.max(peak, demand);
        if (changes == times.length) {
            grow();
        }
        times[changes] = now;
        units[changes] = unit;
        runtimes[changes] = runtime;
        demands[changes] = demand;
        came[changes] = by > 0;
        asks[changes] = by > 0 && !takesOver;
        changes++;
        arrived += by > 0 ? unit : 0;
    }

    private void grow() {
        int size = 2 * times.length;
        times = Arrays.copyOf(times, size);
        units = Arrays.copyOf(units, size);
        runtimes = Arrays.copyOf(runtimes, size);
        demands = Arrays.copyOf(demands, size);
        came = Arrays.copyOf(came, size);
        asks = Arrays.copyOf(asks, size);
    }

    private void pass(double time, double unit) {
        if (Double.isNaN(now)) {
            now = time;
        }
        double elapsed = Math.max(0, time - now);
        area += unit * elapsed;
        work += unit * demand * elapsed;
        now = Math.max(now, time);
    }

    /** From the next tick on it counts who waits, and with it settings begin anew: what was before tells of an empty pool. */
    void begin() {
        close();
        begins[stretches] = true;
        counting = true;
    }

    /**
     * Settings decide anew.
     *
     * @param least levels that tasks which wait ask for
     * @param quiet whether no task has come for so long that none is expected
     * @param all what each expectation expects now
     */
    void tick(double time, double unit, int least, boolean quiet, List<Expectation> all) {
        pass(time, unit);
        leasts[stretches] = least;
        quiets[stretches] = quiet;
        ticks[stretches] = true;
        int at = stretches * expectations * PARTS;
        for (int i = 0; i < expectations; i++) {
            all.get(i).write(expected, at);
            at += PARTS;
        }
        close(unit);
        begins[stretches] = false;
    }

    /** Ends the stretch that is open, so that all that happened is in one that is closed. */
    void close() {
        if (changes > (stretches == 0 ? 0 : ends[stretches - 1])) {
            ticks[stretches] = false;
            close(units[changes - 1]);
            begins[stretches] = false;
        }
    }

    private void close(double unit) {
        ends[stretches] = changes;
        lasts[stretches] = demand;
        peaks[stretches] = peak;
        areas[stretches] = area;
        works[stretches] = work;
        arrivals[stretches] = arrived;
        counts[stretches] = counting;
        untils[stretches] = now;
        untilUnits[stretches] = unit;
        stretches++;
        peak = demand;
        area = 0;
        work = 0;
        arrived = 0;
    }

    /** Forgets what all settings have gone through. */
    void clear() {
        changes = 0;
        stretches = 0;
        begins[0] = false;
    }

    /** Whether settings begin anew with it. */
    boolean isBeginning(int stretch) {
        return begins[stretch];
    }

    /** Whether it counts who waits. */
    boolean counts(int stretch) {
        return counts[stretch];
    }

    /** How many are closed. */
    int stretches() {
        return stretches;
    }

    /** The number of the first change of a stretch. */
    int first(int stretch) {
        return stretch == 0 ? 0 : ends[stretch - 1];
    }

    /** The number after that of its last. */
    int end(int stretch) {
        return ends[stretch];
    }

    /** The most that was wanted at once. */
    int peak(int stretch) {
        return peaks[stretch];
    }

    /** Weighted seconds. */
    double area(int stretch) {
        return areas[stretch];
    }

    /** Weighted instance seconds that were wanted. */
    double work(int stretch) {
        return works[stretch];
    }

    /** The weight of the tasks that came. */
    double arrived(int stretch) {
        return arrivals[stretch];
    }

    /** When it was closed. */
    double until(int stretch) {
        return untils[stretch];
    }

    /** The weight of that moment. */
    double untilUnit(int stretch) {
        return untilUnits[stretch];
    }

    /** Whether a tick closes it. */
    boolean isTick(int stretch) {
        return ticks[stretch];
    }

    int least(int stretch) {
        return leasts[stretch];
    }

    boolean isQuiet(int stretch) {
        return quiets[stretch];
    }

    /** Instances that will be wanted, by what was expected at a tick: so many beyond that, or what a burst will want. */
    double up(int stretch, int expectation, int margin) {
        int at = (stretch * expectations + expectation) * PARTS;
        return Math.max(expected[at] + margin, expected[at + 2]) + expected[at + 3];
    }

    /** Instances that are to stay: the most that was wanted of late, and so many beyond, or what a burst will want. */
    double kept(int stretch, int expectation, int margin) {
        int at = (stretch * expectations + expectation) * PARTS;
        return Math.max(expected[at + 1] + margin, expected[at + 2]) + expected[at + 3];
    }

    double time(int change) {
        return times[change];
    }

    double unit(int change) {
        return units[change];
    }

    double runtime(int change) {
        return runtimes[change];
    }

    /** How many are wanted from then on. */
    int demand(int change) {
        return demands[change];
    }

    /** How many were wanted when the stretch was closed. */
    int lastDemand(int stretch) {
        return lasts[stretch];
    }

    /** Whether a task came. */
    boolean came(int change) {
        return came[change];
    }

    /** Whether a task came and finds no instance that fell free in that moment. */
    boolean asks(int change) {
        return asks[change];
    }
}

package dev.warmfront.forecast;

import java.util.Arrays;

/**
 * Forecasts counts of any size by what came after a like level before: a fading histogram per horizon and level, backed off to
 * all levels together while its own has seen little. Levels are told apart by their ratio to the series' mean, counts by
 * buckets that widen with them, so that a burst of hundreds after silence is as well remembered as a two after a one; no shape
 * of distribution is assumed. What is remembered is either the count or how it differs from the newest: an occupancy stays
 * where it is, or moves by as much as it moved before.
 */
final class LevelExpert implements Expert {

    private static final int BUCKETS = 64;
    /** The bucket of no change, where changes are remembered: falls are below it, rises above. */
    private static final int MIDDLE = BUCKETS / 2;

    private static final double PER_OCTAVE = 2.5;
    /** Buckets of a single count each: 0, 1, 2, 3. */
    private static final int SINGLE = 4;

    /** Ratios of level to mean that part the situations; below the first is silence. */
    private static final double[] RATIOS = {1e-3, 0.12, 0.35, 0.75, 1.5, 3};

    private static final int BLOCK = (RATIOS.length + 2) * BUCKETS;
    private static final double KEEP_ALL = 0.998;
    private static final double KEEP_OWN = 0.99;
    private static final double BACK_OFF = 3;
    private static final int SEEN_MIN = 12;
    /** Horizons nearer than this follow the newest count, those beyond the level of the last few. */
    private static final int NEAR = 4;

    private static final double[] EDGES = new double[BUCKETS + 1];

    static {
        for (int b = 1; b <= BUCKETS; b++) {
            EDGES[b] = b <= SINGLE ? b - 0.5 : (SINGLE - 0.5) * Math.pow(2, (b - SINGLE) / PER_OCTAVE);
        }
    }

    private final String name;
    private final boolean changes;

    /**
     * @param changes whether changes are remembered rather than counts
     */
    LevelExpert(String name, boolean changes) {
        this.name = name;
        this.changes = changes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int stateSize(SeriesShape shape) {
        return shape.horizonCount() * BLOCK;
    }

    @Override
    public int ticketSize(SeriesShape shape) {
        return 2;
    }

    @Override
    public boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        if (past.seen() < SEEN_MIN) {
            return false;
        }
        double level = past.shape().horizon(h) < NEAR ? past.lag(0) : past.level();
        int situation = 0;
        while (situation < RATIOS.length && level > RATIOS[situation] * past.mean()) {
            situation++;
        }
        ticket[ticketAt] = situation;
        ticket[ticketAt + 1] = (float) past.lag(0);
        return true;
    }

    @Override
    public void quantiles(SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out) {
        int all = at + h * BLOCK;
        int own = all + (1 + (int) ticket[ticketAt]) * BUCKETS;
        double everything = 1e-9;
        double here = 0;
        for (int b = 0; b < BUCKETS; b++) {
            everything += state[all + b];
            here += state[own + b];
        }
        double newest = ticket[ticketAt + 1];
        double cumulative = 0;
        int k = 0;
        for (int b = 0; b < BUCKETS && k < Levels.COUNT; b++) {
            double mass = (state[own + b] + BACK_OFF * state[all + b] / everything) / (here + BACK_OFF);
            while (k < Levels.COUNT && Levels.at(k) <= cumulative + mass) {
                double share = mass <= 0 ? 0 : (Levels.at(k) - cumulative) / mass;
                out[k++] = changes ? Math.max(0, newest + change(b, share)) : size(b, share);
            }
            cumulative += mass;
        }
        // Nothing seen yet, or what rounding left of the highest level.
        double rest = k > 0 ? out[k - 1] : changes ? newest : 0;
        Arrays.fill(out, k, Levels.COUNT, rest);
    }

    /** A share of the way through a bucket of sizes. */
    private static double size(int b, double share) {
        return b < SINGLE ? b : EDGES[b] + share * (EDGES[b + 1] - EDGES[b]);
    }

    private static double change(int b, double share) {
        return b >= MIDDLE ? size(b - MIDDLE, share) : -size(MIDDLE - b, 1 - share);
    }

    @Override
    public void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {
        int all = at + h * BLOCK;
        int own = all + (1 + (int) ticket[ticketAt]) * BUCKETS;
        for (int b = 0; b < BUCKETS; b++) {
            state[all + b] *= (float) KEEP_ALL;
            state[own + b] *= (float) KEEP_OWN;
        }
        int bucket = changes ? bucketOfChange(count - ticket[ticketAt + 1]) : bucket(count);
        state[all + bucket]++;
        state[own + bucket]++;
    }

    private static int bucketOfChange(double change) {
        int size = Math.min(bucket(Math.abs(change)), MIDDLE - 1);
        return change < 0 ? MIDDLE - size : MIDDLE + size;
    }

    private static int bucket(double count) {
        int low = 0;
        int high = BUCKETS - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (EDGES[middle] <= count) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}

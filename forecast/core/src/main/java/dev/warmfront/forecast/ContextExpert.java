package dev.warmfront.forecast;

/**
 * Forecasts small counts by what came in the same situation before: a fading histogram of counts per context (the value now,
 * the value one period ago, the hour), backed off to all contexts together while its own has seen little. Its quantiles are
 * counts that occurred, with zero as likely as it was; no shape of distribution is assumed.
 */
final class ContextExpert implements Expert {

    /** What tells situations apart. */
    interface Context {
        /** In [0, count), or -1 when the situation cannot be told. */
        int of(History past, int horizon);
    }

    private static final int[] EDGES = {0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 23, 31, 45, 70, 110};
    private static final int BUCKETS = EDGES.length;
    private static final double MEAN_MAX = 40;
    private static final double BACK_OFF = 3;

    private final String name;
    private final int contexts;
    private final double keep;
    private final boolean perHorizon;
    private final Context context;

    /**
     * @param contexts how many situations are told apart
     * @param keep share of its memory that a situation keeps when it comes again, in (0, 1)
     * @param perHorizon whether what follows depends on the horizon
     */
    ContextExpert(String name, int contexts, double keep, boolean perHorizon, Context context) {
        this.name = name;
        this.contexts = contexts;
        this.keep = keep;
        this.perHorizon = perHorizon;
        this.context = context;
    }

    /** The bucket of a small count: 0, 1, 2, 3–4, 5–9, 10–19, 20–49, 50 and more. */
    static int coarse(double count) {
        return count < 3 ? (int) count : count < 5 ? 3 : count < 10 ? 4 : count < 20 ? 5 : count < 50 ? 6 : 7;
    }

    static final int COARSE = 8;

    @Override
    public String name() {
        return name;
    }

    private int blocks(SeriesShape shape) {
        return perHorizon ? shape.horizonCount() : 1;
    }

    @Override
    public int stateSize(SeriesShape shape) {
        return blocks(shape) * (contexts + 1) * BUCKETS;
    }

    @Override
    public int ticketSize(SeriesShape shape) {
        return 1;
    }

    @Override
    public boolean issue(History past, int h, float[] state, int at, float[] ticket, int ticketAt) {
        if (past.mean() > MEAN_MAX || past.seen() == 0) {
            return false;
        }
        int found = context.of(past, past.shape().horizon(h));
        ticket[ticketAt] = found;
        return found >= 0;
    }

    private int block(int h, int at) {
        return perHorizon ? at + h * (contexts + 1) * BUCKETS : at;
    }

    @Override
    public void quantiles(SeriesShape shape, int h, float[] state, int at, float[] ticket, int ticketAt, double[] out) {
        int all = block(h, at);
        int own = all + (1 + (int) ticket[ticketAt]) * BUCKETS;
        double everything = 1e-9;
        double here = 0;
        for (int b = 0; b < BUCKETS; b++) {
            everything += state[all + b];
            here += state[own + b];
        }
        double total = here + BACK_OFF;
        double cumulative = 0;
        int k = 0;
        for (int b = 0; b < BUCKETS && k < Levels.COUNT; b++) {
            double mass = (state[own + b] + BACK_OFF * state[all + b] / everything) / total;
            while (k < Levels.COUNT && Levels.at(k) <= cumulative + mass) {
                double share = mass <= 0 ? 0 : (Levels.at(k) - cumulative) / mass;
                out[k++] = inside(b, share);
            }
            cumulative += mass;
        }
        while (k < Levels.COUNT) {
            out[k] = k == 0 ? 0 : out[k - 1];
            k++;
        }
    }

    private static double inside(int bucket, double share) {
        int low = EDGES[bucket];
        int width = (bucket + 1 < BUCKETS ? EDGES[bucket + 1] : 2 * low) - low;
        return low + Math.floor(Math.min(share, 0.999) * width);
    }

    @Override
    public void learn(History past, int h, float[] state, int at, float[] ticket, int ticketAt, double count) {
        if (!perHorizon && h > 0) {
            return;
        }
        int all = block(h, at);
        int own = all + (1 + (int) ticket[ticketAt]) * BUCKETS;
        int bucket = bucket(count);
        double keepAll = Math.max(keep, 0.99);
        for (int b = 0; b < BUCKETS; b++) {
            state[all + b] = (float) (state[all + b] * keepAll + (b == bucket ? 1 : 0));
            state[own + b] = (float) (state[own + b] * keep + (b == bucket ? 1 : 0));
        }
    }

    private static int bucket(double count) {
        int b = BUCKETS - 1;
        while (b > 0 && EDGES[b] > count) {
            b--;
        }
        return b;
    }
}

package dev.warmfront.scheduler;

import java.util.Arrays;

/**
 * Learns how far beyond demand to go by trying on the pool's own past: fitted Q-iteration (Ernst, Geurts and Wehenkel, JMLR 2005)
 * with a linear model for each action (policy.md §6). Slot by slot it keeps what demand was; at fixed slots it has a
 * {@link ShadowPool} live through that with actions that are shuffled, and fits what each of them is worth in which state. It is
 * tried like every other setting and followed only where its own account is the best. No randomness: the shuffle is of the number of
 * the slot. Bounded: so many slots, so many rounds, one price in a tick. Time is in seconds.
 */
final class Apprentice {

    /** What a task's wait is worth when it learns, in launches: one pupil for each. */
    static final double[] PRICES = {8, 32, 128};

    /** Instances beyond what is wanted: the actions. */
    private static final int[] MARGINS = {0, 1, 2, 4, 8, 16, 32, 64};

    /** What is done before anything is learned: the number of a margin. */
    private static final int UNTAUGHT = 3;

    private static final int REMEMBERED = 1024;

    /** Slots after which it learns for the first time; then whenever half as many again have passed, and at least once in so many. */
    private static final int FIRST = 120;

    private static final int ROUNDS = 12;
    private static final double DISCOUNT = 0.9;
    private static final double RIDGE = 1e-2;

    /** An action is tried for so many slots in a row. */
    private static final int ROW = 6;

    private static final int FEATURES = 10;
    private static final int BINS = 60;
    private static final double SEASON_MEMORY = 4;
    private static final double FARTHEST = 6;

    private final LevelPrices prices;
    private final double slot;
    private final int phase;

    private final float[] levels = new float[REMEMBERED];
    private final float[] peaks = new float[REMEMBERED];
    private final float[] means = new float[REMEMBERED];
    private final float[] slows = new float[REMEMBERED];
    private final float[] hours = new float[REMEMBERED];
    private final int[] arrivals = new int[REMEMBERED];
    private int slots;

    /** By the minute of the hour, how far demand's peaks go beyond its slow average. */
    private final double[] season = new double[BINS];

    private final double[][][] worth = new double[PRICES.length][][];
    private final int[] actions = new int[PRICES.length];
    private final int[] targets = new int[PRICES.length];
    private int nextLesson;
    private int pupil = PRICES.length;
    private double slotEnds = Double.NaN;
    private int came;
    private double peak;
    private double runtime = 1;

    Apprentice(LevelPrices prices, int phase) {
        this.prices = prices;
        this.slot = Math.max(60, prices.launchLead() / 4);
        this.phase = Math.floorMod(phase, BINS);
        this.nextLesson = FIRST + this.phase;
        Arrays.fill(actions, UNTAUGHT);
    }

    /** A task came; tasks run so long on the average. */
    void came(double seconds) {
        came++;
        runtime = seconds;
    }

    /** Lets time pass. */
    void tick(double time, DemandTrack track) {
        peak = Math.max(peak, track.peak());
        if (Double.isNaN(slotEnds)) {
            slotEnds = time + slot;
        } else if (time >= slotEnds) {
            slotEnds = Math.max(slotEnds + slot, time);
            close(time, track);
            for (int each = 0; each < PRICES.length; each++) {
                actions[each] = best(each, targets[each]);
            }
        }
        if (pupil < PRICES.length) {
            learn(pupil++);
        }
        for (int each = 0; each < PRICES.length; each++) {
            targets[each] = (int) Math.ceil(Math.max(track.level(), track.mean(1)) + MARGINS[actions[each]]);
        }
    }

    /** Whether all pupils have had their first lesson. */
    boolean isTaught() {
        return worth[PRICES.length - 1] != null;
    }

    /** How many instances it would have. */
    int target(int number) {
        return targets[number];
    }

    private void close(double time, DemandTrack track) {
        int at = slots % REMEMBERED;
        levels[at] = track.level();
        peaks[at] = (float) peak;
        means[at] = (float) track.mean(1);
        slows[at] = (float) track.mean(Outlook.SLOW);
        hours[at] = (float) (time / 60 % BINS);
        arrivals[at] = came;
        int bin = bin(hours[at]);
        season[bin] += (peak - slows[at] - season[bin]) / SEASON_MEMORY;
        slots++;
        came = 0;
        peak = track.level();
        if (slots >= nextLesson) {
            nextLesson = slots + Math.min(slots / 2, REMEMBERED / 2);
            pupil = 0;
        }
    }

    private static int bin(double minute) {
        return Math.floorMod((int) minute, BINS);
    }

    private int best(int number, int stock) {
        double[][] known = worth[number];
        if (known == null) {
            return UNTAUGHT;
        }
        double[] state = new double[FEATURES];
        describe((slots - 1) % REMEMBERED, stock, state);
        int best = 0;
        for (int action = 1; action < MARGINS.length; action++) {
            best = dot(known[action], state) > dot(known[best], state) ? action : best;
        }
        return best;
    }

    /** The state in a slot, with so many instances hot or on their way: quadratic in what is scaled by the usual fluctuation. */
    private void describe(int at, int stock, double[] into) {
        double scale = 1 + Math.sqrt(1 + slows[at]);
        double above = scaled(levels[at] - slows[at], scale);
        double trend = scaled(means[at] - slows[at], scale);
        double spare = scaled(stock - levels[at], scale);
        double ahead = 0;
        for (int minute = 0; minute <= (int) Math.ceil((prices.launchLead() + slot) / 60); minute++) {
            ahead = Math.max(ahead, season[bin(hours[at] + minute)]);
        }
        double due = scaled(ahead, scale);
        into[0] = 1;
        into[1] = above;
        into[2] = trend;
        into[3] = spare;
        into[4] = due;
        into[5] = above * above;
        into[6] = spare * spare;
        into[7] = due * due;
        into[8] = above * spare;
        into[9] = due * spare;
    }

    private static double scaled(double value, double scale) {
        return Math.clamp(value / scale, -FARTHEST, FARTHEST);
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < FEATURES; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private void learn(int number) {
        int kept = Math.min(slots, REMEMBERED);
        double[][] states = new double[kept][FEATURES];
        int[] taken = new int[kept];
        double[] rewards = new double[kept];
        live(kept, PRICES[number], states, taken, rewards);
        double[][][] factors = new double[MARGINS.length][FEATURES][FEATURES];
        for (int i = 0; i + 1 < kept; i++) {
            double[] state = states[i];
            for (int row = 0; row < FEATURES; row++) {
                for (int column = 0; column <= row; column++) {
                    factors[taken[i]][row][column] += state[row] * state[column];
                }
            }
        }
        for (double[][] each : factors) {
            Cholesky.factor(each, RIDGE * kept / MARGINS.length);
        }
        double[][] fitted = new double[MARGINS.length][FEATURES];
        for (int round = 0; round < ROUNDS; round++) {
            double[][] sums = new double[MARGINS.length][FEATURES];
            for (int i = 0; i + 1 < kept; i++) {
                double future = Double.NEGATIVE_INFINITY;
                for (double[] action : fitted) {
                    future = Math.max(future, dot(action, states[i + 1]));
                }
                double value = rewards[i] + DISCOUNT * future;
                for (int row = 0; row < FEATURES; row++) {
                    sums[taken[i]][row] += value * states[i][row];
                }
            }
            for (int action = 0; action < MARGINS.length; action++) {
                Cholesky.solve(factors[action], sums[action]);
            }
            fitted = sums;
        }
        worth[number] = fitted;
    }

    /** Lives through what is remembered with shuffled actions: what each state was, what was done, and what it cost. */
    private void live(int kept, double price, double[][] states, int[] taken, double[] rewards) {
        ShadowPool pool = new ShadowPool(prices);
        int oldest = slots - kept;
        pool.pass(0, 1);
        pool.wants(Math.round(levels[oldest % REMEMBERED]), false, runtime);
        pool.begin(0, 0);
        for (int i = 0; i + 1 < kept; i++) {
            int at = (oldest + i) % REMEMBERED;
            int next = (at + 1) % REMEMBERED;
            double begins = i * slot;
            describe(at, pool.live(), states[i]);
            taken[i] = shuffled((oldest + i) / ROW);
            int target = (int) Math.ceil(Math.max(levels[at], means[at]) + MARGINS[taken[i]]);
            double before = pool.paid();
            pool.follow(target, target, target, 0, 1);
            pool.pass(begins + slot / 2, 1);
            int missing = Math.max(0, Math.round(peaks[next]) - pool.hot());
            pool.wants(Math.round(peaks[next]), arrivals[next] > 0, runtime);
            pool.pass(begins + slot / 2 + Math.min(slot / 2, runtime), 1);
            pool.wants(Math.round(levels[next]), false, runtime);
            pool.pass(begins + slot, 1);
            rewards[i] = -((pool.paid() - before) / Math.max(1, prices.launch())
                    + price * Math.min(arrivals[next], missing));
        }
        describe((slots - 1) % REMEMBERED, pool.live(), states[kept - 1]);
    }

    /** An action that looks as if it were drawn. */
    private static int shuffled(int number) {
        long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
        return (int) ((mixed ^ (mixed >>> 32)) >>> 7 & (MARGINS.length - 1));
    }
}

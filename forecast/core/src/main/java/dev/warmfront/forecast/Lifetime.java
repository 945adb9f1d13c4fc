package dev.warmfront.forecast;

import java.util.Arrays;

/**
 * How long a task runs, as a distribution, and how much of that is left once it has run for a while: what is re-predicted on
 * elapsed time (Barbalho et al., LAVA, MLSys 2025). A mixture of log-normal bumps at run times that occurred, with a small
 * heavy-tailed part, so that a task that outlives all that is known is still given a finite, growing rest.
 */
public final class Lifetime {

    private static final double TAIL_WEIGHT = 0.03;
    private static final double TAIL_SPREAD = 0.8;
    private static final double SPREAD_MIN = 0.03;
    private static final int STEPS = 60;
    private static final double SECONDS_MIN = 1e-3;
    private static final double SECONDS_MAX = 86_400.0 * 365;

    private final double[] logs;
    private final double bump;
    private final double tailAt;
    private final double tailSpread;

    private Lifetime(double[] logs, double bump, double tailAt, double tailSpread) {
        this.logs = logs;
        this.bump = bump;
        this.tailAt = tailAt;
        this.tailSpread = tailSpread;
    }

    /**
     * From the logarithms of run times that a like task had.
     *
     * @param logSeconds natural logarithms of seconds, at least one
     * @param doubt how uncertain all of them are together, as a standard deviation of the logarithm
     */
    public static Lifetime ofLogs(double[] logSeconds, double doubt) {
        double[] sorted = logSeconds.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        if (n == 0) {
            throw new IllegalArgumentException("a lifetime needs a run time");
        }
        double middle = sorted[n / 2];
        double spread = (sorted[Math.min(n - 1, (int) (0.84 * n))] - sorted[(int) (0.16 * n)]) / 2;
        // Silverman's rule of thumb (1986), widened by what is not known about the place of the whole.
        double bump = Math.hypot(Math.max(SPREAD_MIN, 0.9 * spread * Math.pow(n, -0.2)), doubt);
        return new Lifetime(sorted, bump, middle, Math.max(TAIL_SPREAD, spread));
    }

    /** A task of which nothing is known: a minute, give or take a factor of ten. */
    public static Lifetime unknown() {
        return ofLogs(new double[] {Math.log(60)}, 1.2);
    }

    /** P(run time &gt; seconds). */
    public double survival(double seconds) {
        if (!(seconds > 0)) {
            return 1;
        }
        double log = Math.log(seconds);
        double sum = 0;
        for (double at : logs) {
            double z = (at - log) / bump;
            sum += z > 6 ? 1 : z < -6 ? 0 : Normal.cumulative(z);
        }
        double body = sum / logs.length;
        return (1 - TAIL_WEIGHT) * body + TAIL_WEIGHT * Normal.cumulative((tailAt - log) / tailSpread);
    }

    /** P(it still runs {@code ahead} seconds from now), for a task that has run for {@code elapsed}. */
    public double stillRunning(double elapsed, double ahead) {
        double alive = survival(elapsed);
        return alive <= 1e-12 ? 0.5 : Math.min(1, survival(elapsed + Math.max(0, ahead)) / alive);
    }

    /** Seconds of run time that are not exceeded with this probability. */
    public double quantile(double probability) {
        return remaining(0, probability);
    }

    /** Seconds left that are not exceeded with this probability, for a task that has run for {@code elapsed} seconds. */
    public double remaining(double elapsed, double probability) {
        double began = Math.max(0, elapsed);
        double alive = survival(began);
        if (alive <= 1e-12) {
            return began;
        }
        double low = Math.log(SECONDS_MIN);
        double high = Math.log(SECONDS_MAX);
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            if (1 - survival(began + Math.exp(middle)) / alive < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.exp(high);
    }

    /** The median run time in seconds. */
    public double median() {
        return quantile(0.5);
    }
}

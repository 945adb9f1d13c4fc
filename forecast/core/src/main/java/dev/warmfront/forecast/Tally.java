package dev.warmfront.forecast;

/**
 * Adds up how good forecasts of one kind were: pinball loss and coverage per reported level, and the absolute error of the
 * median.
 */
public final class Tally {

    /** Levels that are reported, indices of {@link Levels}: 0.5, 0.9, 0.95, 0.99. */
    private static final int[] REPORTED = {Levels.MEDIAN, Levels.HIGH, Levels.HIGH + 1, Levels.HIGH + 3};

    /** How many levels are reported. */
    public static final int LEVELS = REPORTED.length;

    private final double[] loss = new double[LEVELS];
    private final long[] below = new long[LEVELS];
    private final long[] upTo = new long[LEVELS];
    private double absoluteError;
    private long count;

    /** The {@code i}-th reported probability. */
    public static double level(int i) {
        return Levels.at(REPORTED[i]);
    }

    /** Takes the reported levels out of quantiles at {@link Levels}. */
    public static double[] reported(double[] quantiles) {
        double[] picked = new double[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            picked[i] = quantiles[REPORTED[i]];
        }
        return picked;
    }

    /**
     * Adds one forecast.
     *
     * @param quantiles at the reported levels
     * @param value what came
     */
    public void add(double[] quantiles, double value) {
        for (int i = 0; i < LEVELS; i++) {
            loss[i] += Pinball.loss(level(i), quantiles[i], value);
            below[i] += value < quantiles[i] ? 1 : 0;
            upTo[i] += value <= quantiles[i] ? 1 : 0;
        }
        absoluteError += Math.abs(value - quantiles[0]);
        count++;
    }

    /** Adds another tally's forecasts. */
    public void add(Tally other) {
        for (int i = 0; i < LEVELS; i++) {
            loss[i] += other.loss[i];
            below[i] += other.below[i];
            upTo[i] += other.upTo[i];
        }
        absoluteError += other.absoluteError;
        count += other.count;
    }

    public long count() {
        return count;
    }

    /** Mean pinball loss over forecasts and levels, in the series' unit. */
    public double meanLoss() {
        double sum = 0;
        for (double at : loss) {
            sum += at;
        }
        return count == 0 ? Double.NaN : sum / (count * (double) LEVELS);
    }

    /** Mean absolute error of the median. */
    public double meanError() {
        return count == 0 ? Double.NaN : absoluteError / count;
    }

    /** The share of values below the {@code i}-th reported quantile. */
    public double below(int i) {
        return count == 0 ? Double.NaN : below[i] / (double) count;
    }

    /** The share of values at or below the {@code i}-th reported quantile. */
    public double upTo(int i) {
        return count == 0 ? Double.NaN : upTo[i] / (double) count;
    }

    /**
     * How far coverage is from the level: 0 when the level lies between the share below and the share at or below, which for
     * whole counts is all that a right quantile promises; else the distance to the nearer.
     */
    public double coverageError(int i) {
        return Math.max(0, Math.max(below(i) - level(i), level(i) - upTo(i)));
    }
}

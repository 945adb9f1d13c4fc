package dev.warmfront.forecast;

import java.time.Duration;

/** What is expected in one slot ahead, as quantiles of its count. */
public final class QuantileForecast {

    private final Duration lead;
    private final Duration slot;
    private final double[] quantiles;
    private final boolean drifting;

    /**
     * @param lead from the end of the newest closed slot to the end of the slot that is meant
     * @param slot width of the slot that the counts are of
     * @param quantiles counts at {@link Levels}, ascending
     * @param drifting whether the series has left what was forecast for it
     */
    public QuantileForecast(Duration lead, Duration slot, double[] quantiles, boolean drifting) {
        if (quantiles.length != Levels.COUNT) {
            throw new IllegalArgumentException(quantiles.length + " quantiles where the grid has " + Levels.COUNT);
        }
        this.lead = lead;
        this.slot = slot;
        this.quantiles = quantiles.clone();
        this.drifting = drifting;
    }

    /** From the end of the newest closed slot to the end of the slot that is meant. */
    public Duration lead() {
        return lead;
    }

    /** Width of the slot that the counts are of. */
    public Duration slot() {
        return slot;
    }

    /** Whether the series has left what was forecast for it, so that a careful reader prefers its robust rule. */
    public boolean drifting() {
        return drifting;
    }

    /** The counts at {@link Levels}, ascending. */
    public double[] quantiles() {
        return quantiles.clone();
    }

    /** The count that is not exceeded with this probability. */
    public double at(double probability) {
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException("a probability lies between 0 and 1, not " + probability);
        }
        return Math.max(0, Levels.quantile(quantiles, probability));
    }

    /** P(count ≥ threshold). */
    public double atLeast(double threshold) {
        return threshold <= 0 ? 1 : 1 - Levels.cumulative(quantiles, threshold, true);
    }

    /** The mean of the distribution that the quantiles draw, by trapezes between them. */
    public double mean() {
        double sum = quantiles[0] * Levels.at(0);
        for (int k = 1; k < quantiles.length; k++) {
            sum += (quantiles[k] + quantiles[k - 1]) / 2 * (Levels.at(k) - Levels.at(k - 1));
        }
        int last = quantiles.length - 1;
        return sum + quantiles[last] * (1 - Levels.at(last));
    }
}

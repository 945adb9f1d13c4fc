package dev.warmfront.leadtime;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * A duration's distribution as seen so far: log-normal, mean and variance unknown, so that its predictive quantiles are those
 * of Student's t on the logarithm (Gelman et al., Bayesian Data Analysis, §3.2–3.3: flat prior on the mean, scaled inverse χ² on the variance). Early,
 * with few seen, the quantiles are wide; old observations fade, so that a provider that becomes slower is noticed.
 * Not safe for threads.
 */
final class LogNormal {

    /** So many observations count at most: an older one counts 1 − 1/64 of the next. */
    private static final double MEMORY = 64;

    /** What is believed of the spread before anything is seen: as if two had varied by a factor of 1.3. */
    private static final double PRIOR_COUNT = 2;

    private static final double PRIOR_VARIANCE = Math.pow(Math.log(1.3), 2);

    /** Clocks tell microseconds: what takes no time at all has no logarithm. */
    private static final double LEAST_SECONDS = 1e-4;

    private long seen;
    private double weight;
    private double mean;
    private double squares;

    /** @param seconds that one took */
    void observe(double seconds) {
        double y = Math.log(Math.max(LEAST_SECONDS, seconds));
        double keep = 1 - 1 / MEMORY;
        seen++;
        weight = weight * keep + 1;
        squares *= keep;
        double from = y - mean;
        mean += from / weight;
        squares += from * (y - mean);
    }

    /** How many were seen, faded ones included. */
    long seen() {
        return seen;
    }

    /**
     * The seconds that the next one keeps with that probability.
     *
     * @throws IllegalStateException when none was seen
     */
    double quantile(double probability) {
        if (seen == 0) {
            throw new IllegalStateException("nothing was seen");
        }
        double freedom = PRIOR_COUNT + weight - 1;
        double variance = (PRIOR_COUNT * PRIOR_VARIANCE + squares) / freedom * (1 + 1 / weight);
        return Math.exp(
                mean + new TDistribution(freedom).inverseCumulativeProbability(probability) * Math.sqrt(variance));
    }
}

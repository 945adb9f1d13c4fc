package dev.warmfront.forecast;

/**
 * The probabilities at which distributions are kept inside the learner, and how one reads between them. The grid is denser
 * above the median, because capacity is bought for the upper tail.
 */
public final class Levels {

    /** Ascending probabilities of the grid. */
    private static final double[] GRID = {0.02, 0.1, 0.25, 0.4, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975, 0.99, 0.997};

    /** How many levels the grid has. */
    public static final int COUNT = GRID.length;

    static final int LOW = 1;
    static final int MEDIAN = 4;
    static final int HIGH = 7;

    private Levels() {}

    /** The {@code k}-th level of the grid, in (0, 1). */
    public static double at(int k) {
        return GRID[k];
    }

    /**
     * The quantile at {@code level}, read linearly between the grid's and extended beyond them: below, towards zero or as the
     * lowest gap goes on; above, with an exponential tail through the two highest values (linear in {@code -log(1-level)}).
     *
     * @param quantiles one per grid level, ascending
     * @param level in (0, 1)
     */
    static double quantile(double[] quantiles, double level) {
        if (level <= GRID[0]) {
            double slope = (quantiles[1] - quantiles[0]) / (GRID[1] - GRID[0]);
            return Math.max(Math.min(0, quantiles[0]), quantiles[0] - slope * (GRID[0] - level));
        }
        int last = COUNT - 1;
        if (level >= GRID[last]) {
            double span = Math.log((1 - GRID[last - 2]) / (1 - GRID[last]));
            double beyond = Math.log((1 - GRID[last]) / (1 - Math.min(level, 1 - 1e-6)));
            return quantiles[last] + (quantiles[last] - quantiles[last - 2]) * beyond / span;
        }
        int k = above(level);
        double share = (level - GRID[k - 1]) / (GRID[k] - GRID[k - 1]);
        return quantiles[k - 1] + share * (quantiles[k] - quantiles[k - 1]);
    }

    /**
     * Where {@code value} lies in the distribution: the randomised probability integral transform of Czado, Gneiting and Held
     * (Predictive model assessment for count data, Biometrics 2009), so that a value with mass of its own spreads over that mass.
     *
     * @param quantiles one per grid level, ascending
     * @param spread in [0, 1): where inside the value's own mass
     * @return in [0, 1]
     */
    static double position(double[] quantiles, double value, double spread) {
        double below = cumulative(quantiles, value, true);
        double upTo = cumulative(quantiles, value, false);
        return below + spread * (upTo - below);
    }

    /** P(X &lt; value) when {@code strict}, else P(X ≤ value). */
    static double cumulative(double[] quantiles, double value, boolean strict) {
        int last = COUNT - 1;
        int k = 0;
        while (k <= last && (strict ? quantiles[k] < value : quantiles[k] <= value)) {
            k++;
        }
        if (k == 0) {
            if (strict && quantiles[0] == value) {
                return 0;
            }
            double slope = (quantiles[1] - quantiles[0]) / (GRID[1] - GRID[0]);
            return slope <= 0 ? 0 : Math.max(0, GRID[0] - (quantiles[0] - value) / slope);
        }
        if (k > last) {
            double gap = quantiles[last] - quantiles[last - 2];
            if (gap <= 0) {
                return value > quantiles[last] ? 1 : GRID[last];
            }
            double span = Math.log((1 - GRID[last - 2]) / (1 - GRID[last]));
            return 1 - (1 - GRID[last]) * Math.exp(-span * (value - quantiles[last]) / gap);
        }
        double low = quantiles[k - 1];
        double share = (value - low) / (quantiles[k] - low);
        return GRID[k - 1] + share * (GRID[k] - GRID[k - 1]);
    }

    private static int above(double level) {
        int k = 1;
        while (GRID[k] < level) {
            k++;
        }
        return k;
    }
}

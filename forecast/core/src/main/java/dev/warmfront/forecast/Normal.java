package dev.warmfront.forecast;

/** The standard normal distribution. */
final class Normal {

    private Normal() {}

    /**
     * The quantile at {@code p} in (0, 1), by bisection on {@link #cumulative} inside ±9: slow enough to call seldom, exact to
     * 1e-9.
     */
    static double inverse(double p) {
        double low = -9;
        double high = 9;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (cumulative(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /**
     * P(Z ≤ z), by the continued fraction of Mills' ratio in the tail and the power series near 0 (Abramowitz and Stegun 1964,
     * 26.2.10 and 26.2.14).
     */
    static double cumulative(double z) {
        double x = Math.abs(z);
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        double upper;
        if (x < 3) {
            double term = x;
            double sum = x;
            for (int n = 1; n < 60; n++) {
                term *= x * x / (2 * n + 1);
                sum += term;
            }
            upper = 0.5 - density * sum;
        } else {
            double fraction = x;
            for (int n = 40; n >= 1; n--) {
                fraction = x + n / fraction;
            }
            upper = density / fraction;
        }
        return z >= 0 ? 1 - upper : upper;
    }

    private static final double[] AT_LEVELS = new double[Levels.COUNT];

    static {
        for (int k = 0; k < Levels.COUNT; k++) {
            AT_LEVELS[k] = inverse(Levels.at(k));
        }
    }

    /** The quantile at the {@code k}-th level of the grid, from a table. */
    static double atLevel(int k) {
        return AT_LEVELS[k];
    }
}

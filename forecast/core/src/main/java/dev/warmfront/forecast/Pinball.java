package dev.warmfront.forecast;

/** The loss that quantiles are judged by (Koenker and Bassett, Regression Quantiles, Econometrica 1978). */
public final class Pinball {

    private Pinball() {}

    /** The loss of saying {@code quantile} at {@code level} when {@code count} came, in the unit of the count; ≥ 0. */
    public static double loss(double level, double quantile, double count) {
        return count >= quantile ? level * (count - quantile) : (1 - level) * (quantile - count);
    }
}

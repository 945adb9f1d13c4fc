package dev.warmfront.cli;

import java.util.Arrays;

/** Percentiles of a finished set of values, by nearest rank: each answer is a value that occurred. */
final class Percentiles {

    private final double[] sorted;

    Percentiles(double[] values) {
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    int count() {
        return sorted.length;
    }

    /**
     * The smallest value that at least this share of the values do not exceed; NaN where there are none.
     *
     * @param share 0 to 1
     */
    double at(double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.clamp(rank - 1L, 0, sorted.length - 1)];
    }
}

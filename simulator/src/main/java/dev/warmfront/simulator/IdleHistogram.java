package dev.warmfront.simulator;

/**
 * The idle times of one application and what follows from them (Shahrad et al., Serverless in the Wild, ATC'20, §4.2):
 * bins of a minute over a limited range, percentiles as cut-offs with a margin, and the coefficient of variation of the
 * <i>bin counts</i> (kept by Welford's update, as the paper does) to tell whether the histogram says anything.
 */
final class IdleHistogram {

    private static final double MINUTE = 60;
    private static final double HEAD_PERCENTILE = 0.05;
    private static final double TAIL_PERCENTILE = 0.99;
    private static final double MARGIN = 0.10;
    private static final double OUT_OF_BOUNDS_SHARE = 0.5;
    private static final double REPRESENTATIVE_CV = 2;

    /** ARIMA: ready 15 % before the predicted time, kept until 15 % after it. */
    private static final double ARIMA_EARLY = 0.85;

    private static final double ARIMA_KEPT = 0.30;

    /** Which of the paper's three branches gave a window. */
    enum Branch {
        ARIMA,
        WHOLE_RANGE,
        HEAD_AND_TAIL
    }

    /**
     * When the application is kept after it fell idle.
     *
     * @param preWarmSeconds released at once and loaded again so long after it fell idle; 0 = never released before
     * @param keepSeconds kept for so long from then on
     */
    record Window(Branch branch, double preWarmSeconds, double keepSeconds) {}

    private final int[] bins;
    private final AutoRegression idleTimes = new AutoRegression();
    private int inBounds;
    private int outOfBounds;
    private double mean;
    private double squares;

    /** @param minutes the range */
    IdleHistogram(int minutes) {
        bins = new int[minutes];
    }

    /** The application was idle for so long. */
    void add(double idleSeconds) {
        idleTimes.add(idleSeconds);
        int bin = (int) Math.min(idleSeconds / MINUTE, Integer.MAX_VALUE);
        if (bin >= bins.length) {
            outOfBounds++;
            return;
        }
        inBounds++;
        int before = bins[bin]++;
        // Welford's update for one of n values replaced by another.
        double meanBefore = mean;
        mean += 1.0 / bins.length;
        squares += (before + 1 - mean) + (before - meanBefore);
    }

    /** Standard deviation over mean of the bins' counts; 0 without any. */
    double binCountCv() {
        return inBounds == 0 ? 0 : Math.sqrt(Math.max(0, squares) / bins.length) / mean;
    }

    Window window() {
        if (outOfBounds > 0 && outOfBounds >= OUT_OF_BOUNDS_SHARE * (inBounds + outOfBounds)) {
            double forecast = idleTimes.forecast();
            return new Window(Branch.ARIMA, ARIMA_EARLY * forecast, ARIMA_KEPT * forecast);
        }
        if (binCountCv() < REPRESENTATIVE_CV) {
            return new Window(Branch.WHOLE_RANGE, 0, bins.length * MINUTE);
        }
        // The head is rounded down to its bin's beginning, the tail up to its bin's end.
        double head = percentileBin(HEAD_PERCENTILE) * MINUTE * (1 - MARGIN);
        double tail = (percentileBin(TAIL_PERCENTILE) + 1) * MINUTE * (1 + MARGIN);
        return new Window(Branch.HEAD_AND_TAIL, head, tail - head);
    }

    private int percentileBin(double percentile) {
        double wanted = percentile * inBounds;
        int seen = 0;
        for (int bin = 0; bin < bins.length; bin++) {
            seen += bins[bin];
            if (seen > 0 && seen >= wanted) {
                return bin;
            }
        }
        return bins.length - 1;
    }
}

package dev.warmfront.simulator;

/**
 * The smallest of the ARIMA models that one application's idle times need: ARIMA(1,0,0) with a mean, fitted by the
 * lag-1 autocorrelation (Yule–Walker), or ARIMA(0,1,0) with drift where that correlation is close to one. The paper lets
 * an automatic search choose the orders; idle times that are out of the histogram's range are few, so there is
 * little to choose on.
 */
final class AutoRegression {

    /** Beyond this a series is better described by its differences. */
    private static final double UNIT_ROOT = 0.95;

    private int count;
    private double first;
    private double last;
    private double sum;
    private double sumSquares;
    private double sumProducts;

    void add(double value) {
        if (count == 0) {
            first = value;
        } else {
            sumProducts += last * value;
        }
        last = value;
        sum += value;
        sumSquares += value * value;
        count++;
    }

    /** The lag-1 autocorrelation; 0 where there are fewer than three values or all are the same. */
    double correlation() {
        double mean = sum / count;
        double variance = sumSquares - count * mean * mean;
        if (count < 3 || variance <= 1e-9 * sumSquares) {
            return 0;
        }
        // Σ (x_t − m)(x_{t+1} − m) over the n − 1 pairs.
        double covariance = sumProducts - mean * (2 * sum - first - last) + (count - 1) * mean * mean;
        return covariance / variance;
    }

    /** The next value expected, ≥ 0; 0 before there was one. */
    double forecast() {
        if (count == 0) {
            return 0;
        }
        double mean = sum / count;
        double correlation = correlation();
        double next =
                correlation > UNIT_ROOT ? last + (last - first) / (count - 1) : mean + correlation * (last - mean);
        return Math.max(0, next);
    }
}

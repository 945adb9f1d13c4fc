package dev.warmfront.simulator;

import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * Extrapolates the strongest harmonics of recent demand (Roy et al., IceBreaker, ASPLOS'22): a trend by least squares, the
 * ten largest components of the Fourier transform of what is left, both continued beyond the last minute. Wants the largest
 * value of the next launch time, times one plus a margin.
 */
final class HarmonicsPolicy extends DemandPolicy {

    static final String NAME = "fft-harmonics";
    private static final int LONGEST = 1024;
    private static final int SHORTEST = 16;
    private static final int HARMONICS = 10;
    private static final FastFourierTransformer FOURIER = new FastFourierTransformer(DftNormalization.STANDARD);

    private final double margin;
    private final int horizonMinutes;
    private long forecastBin = -1;
    private int wanted;

    /**
     * @param margin added to the forecast, as a part of it, ≥ −1
     * @param horizonMinutes how far ahead, ≥ 1
     */
    HarmonicsPolicy(double margin, int horizonMinutes) {
        super(MINUTE, LONGEST);
        this.margin = margin;
        this.horizonMinutes = horizonMinutes;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    List<Step> plan(PoolView pool, long nowMicros) {
        if (forecastBin != concurrency.bin()) {
            forecastBin = concurrency.bin();
            wanted = forecast();
        }
        return Steps.toLevel(pool, wanted);
    }

    private int forecast() {
        int length = Integer.highestOneBit(concurrency.size());
        if (length < SHORTEST) {
            return 0;
        }
        double[] series = new double[length];
        for (int i = 0; i < length; i++) {
            series[i] = concurrency.peak(length - i);
        }
        double most = 0;
        double[] ahead = extrapolate(series, horizonMinutes);
        for (double value : ahead) {
            most = Math.max(most, value);
        }
        return (int) Math.ceil(most * (1 + margin) - 1e-6);
    }

    /**
     * Continues a series.
     *
     * @param series as many values as a power of two
     * @param steps how many more
     */
    static double[] extrapolate(double[] series, int steps) {
        int n = series.length;
        double middle = (n - 1) / 2.0;
        double mean = Arrays.stream(series).average().orElse(0);
        double slopeUp = 0;
        double slopeDown = 0;
        for (int i = 0; i < n; i++) {
            slopeUp += (i - middle) * (series[i] - mean);
            slopeDown += (i - middle) * (i - middle);
        }
        double slope = slopeUp / slopeDown;
        double[] rest = new double[n];
        for (int i = 0; i < n; i++) {
            rest[i] = series[i] - mean - slope * (i - middle);
        }
        Complex[] spectrum = FOURIER.transform(rest, TransformType.FORWARD);
        int[] strongest = strongest(spectrum, n / 2);
        double[] ahead = new double[steps];
        for (int step = 0; step < steps; step++) {
            int at = n + step;
            double value = mean + slope * (at - middle);
            for (int k : strongest) {
                // A real series has each component twice, but for the one in the middle of the spectrum.
                double weight = (k == n / 2 ? 1.0 : 2.0) / n;
                double angle = 2 * Math.PI * k * at / n;
                value += weight
                        * (spectrum[k].getReal() * Math.cos(angle) - spectrum[k].getImaginary() * Math.sin(angle));
            }
            ahead[step] = value;
        }
        return ahead;
    }

    /** The places of the components with the largest amplitudes, the constant one left out; among equals the lower. */
    private static int[] strongest(Complex[] spectrum, int last) {
        double[] squares = new double[last + 1];
        for (int k = 1; k <= last; k++) {
            double real = spectrum[k].getReal();
            double imaginary = spectrum[k].getImaginary();
            squares[k] = real * real + imaginary * imaginary;
        }
        int[] places = new int[Math.min(HARMONICS, last)];
        for (int i = 0; i < places.length; i++) {
            int best = 1;
            for (int k = 2; k <= last; k++) {
                best = squares[k] > squares[best] ? k : best;
            }
            places[i] = best;
            squares[best] = -1;
        }
        return places;
    }
}

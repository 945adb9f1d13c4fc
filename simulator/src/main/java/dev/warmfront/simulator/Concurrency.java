package dev.warmfront.simulator;

import java.util.Arrays;

/**
 * How many tasks want a machine, as a time series: the peak and the mean of each bin of virtual time. Keeps the last bins
 * only.
 */
final class Concurrency {

    private final long binMicros;
    private final double[] peaks;
    private final double[] means;
    private int level;
    private long bin = -1;
    private long lastMicros;
    private double area;
    private double peak;
    private long filled;

    /** @param kept how many finished bins are remembered */
    Concurrency(long binMicros, int kept) {
        this.binMicros = binMicros;
        this.peaks = new double[kept];
        this.means = new double[kept];
    }

    /** One more, or one fewer, from now on. */
    void change(int by, long atMicros) {
        pass(atMicros);
        level = Math.max(0, level + by);
        peak = Math.max(peak, level);
    }

    /** Time has come so far. */
    void pass(long atMicros) {
        long now = atMicros / binMicros;
        if (bin < 0) {
            bin = now;
            lastMicros = atMicros;
        }
        if (now - bin > peaks.length) {
            // After a long silence only as many bins as are kept matter.
            Arrays.fill(peaks, level);
            Arrays.fill(means, level);
            filled += now - bin;
            bin = now;
            lastMicros = now * binMicros;
            area = 0;
            peak = level;
        }
        while (bin < now) {
            long end = (bin + 1) * binMicros;
            area += (double) level * (end - lastMicros);
            int place = (int) (filled++ % peaks.length);
            peaks[place] = peak;
            means[place] = area / binMicros;
            area = 0;
            peak = level;
            lastMicros = end;
            bin++;
        }
        area += (double) level * (atMicros - lastMicros);
        lastMicros = Math.max(lastMicros, atMicros);
    }

    int level() {
        return level;
    }

    /** Number of the bin that is being filled. */
    long bin() {
        return bin;
    }

    /** Finished bins that are remembered. */
    int size() {
        return (int) Math.min(filled, peaks.length);
    }

    /** The peak of a finished bin, 1 = the last one. */
    double peak(int ago) {
        return peaks[place(ago)];
    }

    /** The mean of a finished bin, 1 = the last one. */
    double mean(int ago) {
        return means[place(ago)];
    }

    private int place(int ago) {
        if (ago < 1 || ago > size()) {
            throw new IndexOutOfBoundsException("bin " + ago + " of " + size());
        }
        return (int) Math.floorMod(filled - ago, (long) peaks.length);
    }
}

package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Says when forecasts one step ahead stop holding: over the last 60 slots, more counts fell beyond the 0.9 quantile, or below
 * the 0.1 quantile, than chance allows (policy.md §5). Two bit sets; 14 of 60 where 6 are expected happen by chance about once
 * in a thousand windows.
 */
final class DriftAlarm {

    static final int WINDOW = 60;
    private static final int MISSES_MAX = 13;
    private static final long MASK = (1L << WINDOW) - 1;

    private long above;
    private long below;

    void learn(double low, double high, double count) {
        above = ((above << 1) | (count > high ? 1 : 0)) & MASK;
        below = ((below << 1) | (count < low ? 1 : 0)) & MASK;
    }

    boolean rings() {
        return Long.bitCount(above) > MISSES_MAX || Long.bitCount(below) > MISSES_MAX;
    }

    /** The share of the window's counts beyond the 0.9 quantile. */
    double missShare() {
        return Long.bitCount(above) / (double) WINDOW;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(above);
        out.writeLong(below);
    }

    void read(DataInput in) throws IOException {
        above = in.readLong() & MASK;
        below = in.readLong() & MASK;
    }
}

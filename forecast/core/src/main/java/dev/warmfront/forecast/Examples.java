package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Rows to train a model on: what was known of a series at some slot, and what came afterwards at each horizon. Made of counts
 * alone, each at or before the row's own slot, so that a row never knows its future; scaled by the series' level of that time
 * and by the square root, so that rows of all series are alike. Bounded: beyond {@code most}, rows replace others at scattered
 * places, so what is kept fades with age. Gathering and copying may be done by two threads.
 *
 * <p>A row is: the last {@code window} counts, newest first; the mean of the last twelve; the share of empty slots; time of day
 * as sine and cosine; the logarithm of the level; then per horizon the count a day before the target, the mean of five about
 * it, and the count a week before; then per horizon the target.
 */
public final class Examples {

    /** Features besides the window that all horizons share. */
    public static final int COMMON = 5;

    /** Features that each horizon has of its own. */
    public static final int OWN = 3;

    private static final int LEVEL_SLOTS = 48;
    private static final int RECENT = 12;
    private static final double UNIT_MIN = 0.02;
    private static final double ROOT_MAX = 8;
    private static final int EVERY = 4;

    private final SeriesShape shape;
    private final int window;
    private final int last;
    private final float[][] rows;
    private int size;
    private long taken;

    /**
     * @param window counts in a row, 1 to 48
     * @param most rows kept at most
     */
    public Examples(SeriesShape shape, int window, int most) {
        if (window < 1 || window > LEVEL_SLOTS || most < 1) {
            throw new IllegalArgumentException("a window has 1 to 48 slots and at least one row is kept");
        }
        this.shape = shape;
        this.window = window;
        this.last = shape.horizon(shape.horizonCount() - 1);
        this.rows = new float[most][];
    }

    public SeriesShape shape() {
        return shape;
    }

    /** Counts at the beginning of a row. */
    public int window() {
        return window;
    }

    /** Numbers of a row that are known at its slot. */
    public int features() {
        return window + COMMON + shape.horizonCount() * OWN;
    }

    /** Where in a row the features begin that the {@code h}-th horizon has of its own. */
    public int ownAt(int h) {
        return window + COMMON + h * OWN;
    }

    /** Where in a row the target of the {@code h}-th horizon is. */
    public int targetAt(int h) {
        return features() + h;
    }

    /** Rows that were ever gathered. */
    public synchronized long taken() {
        return taken;
    }

    /** The rows kept now. A row is never written again. */
    public synchronized float[][] copy() {
        return Arrays.copyOf(rows, size);
    }

    /** Takes a row off a series, if it is its turn and it remembers enough. */
    public void gather(History past) {
        // Scattered, since a regular choice would see some times of a period only.
        if (Long.remainderUnsigned(scatter(past.slot()), EVERY) != 0) {
            return;
        }
        float[] row = new float[features() + shape.horizonCount()];
        double unit = fill(past, last, row);
        if (Double.isNaN(unit)) {
            return;
        }
        for (int h = 0; h < shape.horizonCount(); h++) {
            row[targetAt(h)] = (float) root(past.lag(last - shape.horizon(h)), unit);
        }
        add(row);
    }

    private synchronized void add(float[] row) {
        if (size < rows.length) {
            rows[size++] = row;
        } else {
            rows[(int) Long.remainderUnsigned(scatter(taken), rows.length)] = row;
        }
        taken++;
    }

    /** A fixed sequence that looks like chance (Steele, Lea and Flood 2014: SplitMix). */
    private static long scatter(long number) {
        long mixed = number * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /**
     * Writes the features of the newest slot.
     *
     * @param row at least {@link #features} long
     * @return what counts are measured in, for {@link #count}; NaN when too little is remembered
     */
    public double describe(History past, float[] row) {
        return fill(past, 0, row);
    }

    private double fill(History past, int back, float[] row) {
        if (!past.has(back + LEVEL_SLOTS)) {
            return Double.NaN;
        }
        double sum = 0;
        double recent = 0;
        int empty = 0;
        for (int i = 0; i < LEVEL_SLOTS; i++) {
            double count = past.lag(back + i);
            sum += count;
            recent += i < RECENT ? count : 0;
            empty += count == 0 ? 1 : 0;
        }
        double unit = Math.max(sum / LEVEL_SLOTS, UNIT_MIN);
        for (int i = 0; i < window; i++) {
            row[i] = (float) root(past.lag(back + i), unit);
        }
        double day = 2 * Math.PI * Math.floorMod(past.slot() - back, (long) shape.daySlots()) / shape.daySlots();
        row[window] = (float) root(recent / RECENT, unit);
        row[window + 1] = (float) (empty / (double) LEVEL_SLOTS);
        row[window + 2] = (float) Math.sin(day);
        row[window + 3] = (float) Math.cos(day);
        row[window + 4] = (float) Math.log(unit);
        for (int h = 0; h < shape.horizonCount(); h++) {
            own(past, back, h, unit, row);
        }
        return unit;
    }

    private void own(History past, int back, int h, double unit, float[] row) {
        int at = ownAt(h);
        int day = back + RegressionExpert.back(shape.daySlots(), shape.horizon(h));
        int week = back + RegressionExpert.back(shape.weekSlots(), shape.horizon(h));
        float usual = row[window];
        row[at] = past.has(day) ? (float) root(past.lag(day), unit) : usual;
        row[at + 1] = usual;
        if (past.has(day + 2) && day - 2 >= back) {
            double sum = 0;
            for (int near = day - 2; near <= day + 2; near++) {
                sum += past.lag(near);
            }
            row[at + 1] = (float) root(sum / 5, unit);
        }
        row[at + 2] = past.has(week) ? (float) root(past.lag(week), unit) : row[at];
    }

    private static double root(double count, double unit) {
        return Math.min(Math.sqrt(count / unit), ROOT_MAX);
    }

    /** The count that a forecast in a row's measure means. */
    public static double count(double root, double unit) {
        double positive = Math.max(0, Math.min(root, 2 * ROOT_MAX));
        return positive * positive * unit;
    }

    /** Writes all rows. */
    public synchronized void write(DataOutput out) throws IOException {
        out.writeInt(features() + shape.horizonCount());
        out.writeInt(size);
        out.writeLong(taken);
        for (int i = 0; i < size; i++) {
            Floats.write(out, rows[i]);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged or its rows have another layout
     */
    public synchronized void read(DataInput in) throws IOException {
        int width = in.readInt();
        int count = in.readInt();
        if (width != features() + shape.horizonCount() || count < 0 || count > rows.length) {
            throw new IOException("saved examples are of another layout");
        }
        taken = in.readLong();
        size = 0;
        for (int i = 0; i < count; i++) {
            float[] row = new float[width];
            Floats.readInto(in, row);
            rows[size++] = row;
        }
    }
}

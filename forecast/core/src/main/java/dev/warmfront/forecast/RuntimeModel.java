package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The run time of like tasks by the size of their input: Bayesian linear regression of log run time on log input size where
 * the two go together (Pearson's r ≥ 0.75), else the median of what occurred (Bader et al., Lotaru, 2022; a negative
 * correlation, which they allow too, has on recorded runs been a coincidence of two configurations). The slope's prior is
 * normal about none; while runs are few, the wider group that the task belongs to counts for two: shrink, don't switch. Old
 * runs fade. Where tasks come in runs ({@link RunLevels}), those of the last run count as much more as they were the better guide.
 *
 * <p>64 runs are remembered; everything else is sums. Not safe for threads.
 */
public final class RuntimeModel {

    private static final int KEPT = 64;
    private static final double KEEP = 0.98;
    private static final double CORRELATION_MIN = 0.75;
    private static final int REGRESSION_MIN = 4;
    private static final double SLOPE_PRECISION = 0.5;
    private static final double GROUP_WEIGHT = 2;
    /** What the last run of tasks says counts for so many times all that is remembered, at most. */
    private static final double LAST_RUN_MAX = 4;

    private final float[] logSeconds = new float[KEPT];
    private final float[] logBytes = new float[KEPT];
    private long runs;
    private double weight;
    private double sumX;
    private double sumY;
    private double sumXx;
    private double sumXy;
    private double sumYy;
    private final RunLevels runLevels = new RunLevels();

    /**
     * Learns from a run.
     *
     * @param inputBytes size of its input, negative when unknown
     * @param seconds how long it ran; ≤ 0 counts as a millisecond
     */
    public void learn(long inputBytes, double seconds) {
        double y = logOf(seconds);
        int at = place(runs);
        if (at < KEPT) {
            logSeconds[at] = (float) y;
            logBytes[at] = inputBytes < 0 ? Float.NaN : (float) log(inputBytes);
        }
        runs++;
        if (inputBytes >= 0) {
            double x = log(inputBytes);
            weight = weight * KEEP + 1;
            sumX = sumX * KEEP + x;
            sumY = sumY * KEEP + y;
            sumXx = sumXx * KEEP + x * x;
            sumXy = sumXy * KEEP + x * y;
            sumYy = sumYy * KEEP + y * y;
        }
    }

    /**
     * Learns from a task of a known run of tasks: tasks of one run are alike in what nothing tells, such as the machine or the data.
     *
     * @param run tells runs of tasks apart
     * @param inputBytes size of its input, negative when unknown
     * @param seconds how long it ran; ≤ 0 counts as a millisecond
     */
    public void learn(String run, long inputBytes, double seconds) {
        double log = logOf(seconds);
        if (!runLevels.knows(run)) {
            begin(run, log);
        }
        runLevels.learn(run, inputBytes < 0 ? Double.NaN : log(inputBytes), log);
        learn(inputBytes, seconds);
    }

    /** Begins a run of tasks: it is compared with the line that the model has now, the first with itself. */
    private void begin(String run, double first) {
        int known = (int) Math.min(runs, KEPT);
        boolean line = regresses();
        double slope = line ? slope() : 0;
        double[] logs = new double[known];
        int used = 0;
        for (int i = 0; i < known; i++) {
            if (!line) {
                logs[used++] = logSeconds[i];
            } else if (!Float.isNaN(logBytes[i])) {
                logs[used++] = logSeconds[i] - slope * logBytes[i];
            }
        }
        Arrays.sort(logs, 0, used);
        runLevels.begin(run, used == 0 ? first : logs[used / 2], slope);
    }

    private static double logOf(double seconds) {
        return Math.log(Math.max(1e-3, Double.isFinite(seconds) ? seconds : 1e-3));
    }

    /**
     * Which remembered run makes room, or one beyond for none. Of a thousand tasks that ran side by side the last to end are the
     * longest, so remembering the last 64 would be biased: beyond 64, one in four replaces one picked by a hash of its number
     * (after the reservoir of Vitter 1985, with a window of 256).
     */
    private static int place(long run) {
        if (run < KEPT) {
            return (int) run;
        }
        long mixed = (run + 1) * 0x9E3779B97F4A7C15L;
        return (int) ((mixed >>> 32) % (4L * KEPT));
    }

    private static double log(long bytes) {
        return Math.log(1.0 + bytes);
    }

    /** Runs learned from. */
    public long runs() {
        return runs;
    }

    /** Pearson's correlation of the logarithms; 0 where it cannot be told. */
    public double correlation() {
        if (weight < 2) {
            return 0;
        }
        double xx = sumXx - sumX * sumX / weight;
        double yy = sumYy - sumY * sumY / weight;
        double xy = sumXy - sumX * sumY / weight;
        return xx <= 1e-9 || yy <= 1e-12 ? 0 : xy / Math.sqrt(xx * yy);
    }

    /** Whether run time is told from input size. */
    public boolean regresses() {
        return runs >= REGRESSION_MIN && correlation() >= CORRELATION_MIN;
    }

    private double slope() {
        double xx = sumXx - sumX * sumX / weight;
        double xy = sumXy - sumX * sumY / weight;
        // The posterior mean under a normal prior on the slope, centred at proportionality of neither kind: 0.
        return xy / (xx + SLOPE_PRECISION);
    }

    /**
     * How long a task with this input will run.
     *
     * @param group the same of a wider group of tasks, from {@link #lifetime} of that; counts for two runs
     */
    public Lifetime lifetime(long inputBytes, Lifetime group) {
        int known = (int) Math.min(runs, KEPT);
        if (known == 0) {
            return group;
        }
        double[] logs = new double[known];
        boolean line = inputBytes >= 0 && regresses();
        double slope = line ? slope() : 0;
        double x = line ? log(inputBytes) : 0;
        double middle = line ? sumX / weight : 0;
        int used = 0;
        for (int i = 0; i < known; i++) {
            if (!line) {
                logs[used++] = logSeconds[i];
            } else if (!Float.isNaN(logBytes[i])) {
                logs[used++] = logSeconds[i] + slope * (x - logBytes[i]);
            }
        }
        logs = Arrays.copyOf(logs, used);
        RunLevels.Level last = runLevels.last(inputBytes < 0 ? Double.NaN : log(inputBytes));
        // As many more of what the last run says as give it its weight, but never all.
        double share = Math.min(LAST_RUN_MAX, last.weight() / (1 - Math.min(0.99, last.weight())));
        logs = Arrays.copyOf(logs, used + (int) Math.round(share * used));
        Arrays.fill(logs, used, logs.length, last.log());
        double doubt = line ? 0.05 * Math.abs(x - middle) * Math.abs(slope) : 0;
        double shrink = GROUP_WEIGHT / (GROUP_WEIGHT + runs);
        return Lifetime.ofLogs(withGroup(logs, group, shrink), Math.hypot(doubt, 0.3 * shrink));
    }

    /** While runs are few, two of them are the group's: its quartiles, moved halfway to what was seen. */
    private double[] withGroup(double[] logs, Lifetime group, double shrink) {
        if (runs > 3 * GROUP_WEIGHT) {
            return logs;
        }
        double[] sorted = logs.clone();
        Arrays.sort(sorted);
        double own = sorted[sorted.length / 2];
        double[] all = Arrays.copyOf(logs, logs.length * 2 + 2);
        System.arraycopy(logs, 0, all, logs.length, logs.length);
        double low = Math.log(group.quantile(0.25));
        double high = Math.log(group.quantile(0.75));
        double towards = shrink * ((low + high) / 2 - own);
        double half = (high - low) / 2 * shrink;
        all[all.length - 2] = own + towards - half;
        all[all.length - 1] = own + towards + half;
        return all;
    }

    /** Writes the whole state. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(runs);
        for (double number : new double[] {weight, sumX, sumY, sumXx, sumXy, sumYy}) {
            out.writeDouble(number);
        }
        Floats.write(out, logSeconds);
        Floats.write(out, logBytes);
        runLevels.write(out);
    }

    /** Reads what {@link #write} wrote. */
    public static RuntimeModel read(DataInput in) throws IOException {
        RuntimeModel model = new RuntimeModel();
        model.runs = in.readLong();
        model.weight = in.readDouble();
        model.sumX = in.readDouble();
        model.sumY = in.readDouble();
        model.sumXx = in.readDouble();
        model.sumXy = in.readDouble();
        model.sumYy = in.readDouble();
        Floats.readInto(in, model.logSeconds);
        Floats.readInto(in, model.logBytes);
        model.runLevels.read(in);
        return model;
    }
}

package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What tasks of one signature use of one resource over time, learned from those that ended. Each is compressed to a staircase
 * of four steps; the forecast for a new one is the cover of what like tasks would have used, scaled by input size where peak and
 * size go together, raised by a conformal offset: the share by which earlier forecasts were exceeded (Vovk, Gammerman and
 * Shafer 2005; after k-Segments, Bader et al. 2023, and KS+, 2024). At most 32 tasks are remembered. Not safe for threads.
 */
public final class CurveModel {

    private static final int KEPT = 32;
    private static final int SCORES = 64;
    private static final int SCORES_MIN = 4;
    private static final double OFFSET_UNKNOWN = 0.1;
    /**
     * What a cover of so few tasks misses tells how few they are, not what a cover of many needs: of m like tasks the next exceeds
     * all with a chance of 1/(m + 1).
     */
    private static final int COVER_MIN = 8;

    /** One wild task must not make all that follow reserve many times what they need. */
    private static final double OFFSET_MAX = 0.5;

    private static final int CELLS = 64;
    /** Moments of each remembered task that a ladder is fitted to. */
    private static final int MOMENTS = 64;

    private static final double CORRELATION_MIN = 0.75;
    private static final int REGRESSION_MIN = 4;
    /** How much earlier or later than before a step may come, as a share of its time. */
    private static final double JITTER = 0.02;

    private final ResourceKind kind;
    private final double miscoverage;
    private final Deque<Profile> profiles = new ArrayDeque<>();
    private final float[] scores = new float[SCORES];
    private long scored;

    /**
     * @param miscoverage share of tasks that may use more than is forecast, in (0, 1)
     */
    public CurveModel(ResourceKind kind, double miscoverage) {
        if (!(miscoverage > 0 && miscoverage < 1)) {
            throw new IllegalArgumentException("a share lies between 0 and 1, not " + miscoverage);
        }
        this.kind = kind;
        this.miscoverage = miscoverage;
    }

    /** One ended task, compressed. */
    private record Profile(Staircase stairs, double seconds, double logBytes) {}

    public ResourceKind kind() {
        return kind;
    }

    /** Tasks learned from and still remembered. */
    public int tasks() {
        return profiles.size();
    }

    /**
     * Learns from a task that has ended.
     *
     * @param times seconds since its start at which each value begins to hold, ascending from 0
     * @param use what it used
     * @param seconds how long it ran
     * @param inputBytes negative when unknown
     */
    public void learn(double[] times, double[] use, double seconds, long inputBytes) {
        if (times.length == 0 || !(seconds > 0)) {
            return;
        }
        if (profiles.size() >= COVER_MIN) {
            Staircase before = uncorrected(seconds, inputBytes);
            scores[(int) (scored % SCORES)] = (float) exceeded(before, times, use);
            scored++;
        }
        Staircase stairs = Staircase.cover(times, use, seconds, Staircase.STEPS_MAX, kind.mayFall());
        profiles.addLast(new Profile(stairs, seconds, inputBytes < 0 ? Double.NaN : Math.log(1.0 + inputBytes)));
        if (profiles.size() > KEPT) {
            profiles.removeFirst();
        }
    }

    /** The most by which use went beyond what was allowed, as a share of the peak that was allowed; below 0 when it never did. */
    private static double exceeded(Staircase allowed, double[] times, double[] use) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < times.length; i++) {
            most = Math.max(most, use[i] - allowed.at(times[i]));
        }
        return most / Math.max(allowed.peak(), 1e-9);
    }

    /**
     * What a new task will use, at most.
     *
     * @param seconds how long it is expected to run
     * @param inputBytes negative when unknown
     * @param whenUnknown what is reserved where nothing was learned: the task's own request
     */
    public Staircase predict(double seconds, long inputBytes, double whenUnknown) {
        if (profiles.isEmpty()) {
            return Staircase.flat(whenUnknown);
        }
        Staircase cover = uncorrected(seconds, inputBytes);
        return cover.plus(offset() * cover.peak());
    }

    /**
     * What a new task is given where its reservation follows its use: the rungs that would have reserved the least for like tasks,
     * the highest being the most that any used, raised where that has not been enough.
     *
     * @param inputBytes negative when unknown
     * @param whenUnknown what is reserved where nothing was learned: the task's own request
     */
    public Ladder ladder(long inputBytes, double whenUnknown) {
        if (profiles.isEmpty()) {
            return new Ladder(whenUnknown);
        }
        double slope = slopes(inputBytes)[0];
        double[] highs = new double[profiles.size() * MOMENTS];
        int at = 0;
        for (Profile profile : profiles) {
            double size = scale(profile, slope, inputBytes);
            double high = 0;
            for (int i = 0; i < MOMENTS; i++) {
                high = Math.max(high, size * profile.stairs.at(i * profile.seconds / MOMENTS));
                highs[at++] = high;
            }
        }
        return Ladder.over(highs).withLimitRaised(Math.max(0, offset()));
    }

    /**
     * A rung of a ladder, and when it is climbed.
     *
     * @param amount how much, in the kind's unit
     * @param afterSeconds how long after its beginning a like task needed it at the earliest; 0 where none did
     * @param share of like tasks that needed it, in (0, 1]; 1 for the lowest
     */
    public record Rung(double amount, double afterSeconds, double share) {}

    /**
     * The {@link #ladder}, with how likely and from when on each rung is needed. Shares are those of the remembered tasks, with
     * one more that did and one more that did not (Laplace): nothing is certain after few.
     *
     * @param inputBytes negative when unknown
     * @return the lowest rung first; empty where too little is known to reserve less than was asked for: fewer tasks than a cover
     *     needs, or too few of them after that to tell how far off it is
     */
    public List<Rung> climb(long inputBytes) {
        if (profiles.size() < COVER_MIN || scored < SCORES_MIN) {
            return List.of();
        }
        double slope = slopes(inputBytes)[0];
        List<Rung> rungs = new ArrayList<>();
        double below = Double.NaN;
        for (double amount : ladder(inputBytes, 0).rungs()) {
            rungs.add(rungs.isEmpty() ? new Rung(amount, 0, 1) : rung(amount, below, slope, inputBytes));
            below = amount;
        }
        return rungs;
    }

    private Rung rung(double amount, double below, double slope, long inputBytes) {
        int beyond = 0;
        double earliest = Double.MAX_VALUE;
        for (Profile profile : profiles) {
            double size = scale(profile, slope, inputBytes);
            double[] starts = profile.stairs.starts();
            double[] values = profile.stairs.values();
            for (int i = 0; i < values.length; i++) {
                if (size * values[i] > below) {
                    beyond++;
                    earliest = Math.min(earliest, starts[i]);
                    break;
                }
            }
        }
        double share = (beyond + 1.0) / (profiles.size() + 2.0);
        return new Rung(amount, beyond == 0 ? 0 : earliest * (1 - JITTER), share);
    }

    /** By how much more a task of this size uses than the remembered one did, as a factor. */
    private static double scale(Profile profile, double slope, long inputBytes) {
        return inputBytes >= 0 && !Double.isNaN(profile.logBytes) && slope != 0
                ? Math.exp(slope * (Math.log(1.0 + inputBytes) - profile.logBytes))
                : 1;
    }

    /** The share of its peak by which a forecast is raised (or lowered) so that the wanted share of tasks stays below. */
    public double offset() {
        int known = (int) Math.min(scored, SCORES);
        if (known < SCORES_MIN) {
            return OFFSET_UNKNOWN;
        }
        float[] sorted = Arrays.copyOf(scores, known);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil((1 - miscoverage) * (known + 1)) - 1;
        return Math.max(-OFFSET_MAX, Math.min(sorted[Math.min(rank, known - 1)], OFFSET_MAX));
    }

    private Staircase uncorrected(double seconds, long inputBytes) {
        double[] slopes = slopes(inputBytes);
        double[] cells = new double[CELLS];
        double width = Math.max(seconds, 1e-3) / CELLS;
        for (Profile profile : profiles) {
            double peak = scale(profile, slopes[0], inputBytes);
            double stretch = Math.max(0.1, Math.min(profile.seconds / Math.max(seconds, 1e-3), 10));
            for (int c = 0; c < CELLS; c++) {
                // The cell's span, a little wider, in this profile's own time.
                double from = Math.max(0, c * width * stretch * (1 - JITTER));
                double to = (c + 1) * width * stretch * (1 + JITTER);
                double most = Math.max(profile.stairs.at(from), profile.stairs.at(to));
                cells[c] = Math.max(cells[c], most * peak);
            }
        }
        return Staircase.cover(cells, width, Staircase.STEPS_MAX, kind.mayFall());
    }

    /** How the logarithm of the peak grows with that of the input, or 0 where the two do not go together. */
    private double[] slopes(long inputBytes) {
        if (inputBytes < 0) {
            return new double[] {0};
        }
        List<double[]> points = new ArrayList<>();
        for (Profile profile : profiles) {
            if (!Double.isNaN(profile.logBytes) && profile.stairs.peak() > 0) {
                points.add(new double[] {profile.logBytes, Math.log(profile.stairs.peak())});
            }
        }
        if (points.size() < REGRESSION_MIN) {
            return new double[] {0};
        }
        double meanX = points.stream().mapToDouble(p -> p[0]).average().orElse(0);
        double meanY = points.stream().mapToDouble(p -> p[1]).average().orElse(0);
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (double[] p : points) {
            xx += (p[0] - meanX) * (p[0] - meanX);
            xy += (p[0] - meanX) * (p[1] - meanY);
            yy += (p[1] - meanY) * (p[1] - meanY);
        }
        boolean together = xx > 1e-9 && yy > 1e-9 && Math.abs(xy) / Math.sqrt(xx * yy) >= CORRELATION_MIN;
        return new double[] {together ? xy / xx : 0};
    }

    /** Writes the whole state. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(scored);
        Floats.write(out, scores);
        out.writeInt(profiles.size());
        for (Profile profile : profiles) {
            out.writeDouble(profile.seconds);
            out.writeDouble(profile.logBytes);
            out.writeInt(profile.stairs.starts().length);
            for (int i = 0; i < profile.stairs.starts().length; i++) {
                out.writeDouble(profile.stairs.starts()[i]);
                out.writeDouble(profile.stairs.values()[i]);
            }
        }
    }

    /** Reads what {@link #write} wrote, into a model that has learned nothing yet. */
    public void read(DataInput in) throws IOException {
        scored = in.readLong();
        Floats.readInto(in, scores);
        int count = in.readInt();
        if (count < 0 || count > KEPT) {
            throw new IOException("damaged: " + count + " profiles");
        }
        for (int i = 0; i < count; i++) {
            double seconds = in.readDouble();
            double logBytes = in.readDouble();
            int steps = in.readInt();
            if (steps < 1 || steps > Staircase.STEPS_MAX) {
                throw new IOException("damaged: " + steps + " steps");
            }
            double[] starts = new double[steps];
            double[] values = new double[steps];
            for (int s = 0; s < steps; s++) {
                starts[s] = in.readDouble();
                values[s] = in.readDouble();
            }
            profiles.addLast(new Profile(new Staircase(starts, values), seconds, logBytes));
        }
    }
}

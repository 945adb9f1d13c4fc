package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Whether like tasks run as long as in the last run of tasks, or as long as in all: weighted by how far each would have been off
 * in the runs before. Bounded: the last eight runs. Not safe for threads.
 */
final class RunLevels {

    private static final int RUNS_MAX = 8;
    /** As {@link FanOut}'s: trust falls with error, here in natural logarithms. */
    private static final double RATE = 4;

    private static final double KEEP = 0.8;

    private final Deque<Run> runs = new ArrayDeque<>();

    /** One run of tasks, against the line that was known when its first task ended. All are logarithms. */
    private static final class Run {
        final String name;
        final double at;
        final double slope;
        double off;
        double sizes;
        int sized;
        int tasks;

        Run(String name, double at, double slope) {
            this.name = name;
            this.at = at;
            this.slope = slope;
        }

        double level(double size) {
            return at + off / tasks + (Double.isNaN(size) ? 0 : slope * size);
        }

        double size() {
            return sized == 0 ? Double.NaN : sizes / sized;
        }
    }

    /**
     * How long tasks run as in the last run.
     *
     * @param log natural logarithm of seconds
     * @param weight from 0 to 1, against all that is known
     */
    record Level(double log, double weight) {}

    boolean knows(String name) {
        return find(name) != null;
    }

    private @Nullable Run find(String name) {
        return runs.stream().filter(one -> one.name.equals(name)).findFirst().orElse(null);
    }

    /** A run begins; what is said of its tasks without it is {@code at} plus {@code slope} times the logarithm of the size. */
    void begin(String name, double at, double slope) {
        runs.addLast(new Run(name, at, slope));
        if (runs.size() > RUNS_MAX) {
            runs.removeFirst();
        }
    }

    /** A task of a known run; its size is NaN when unknown. */
    void learn(String name, double size, double log) {
        Run run = find(name);
        if (run != null) {
            run.off += log - run.at - (Double.isNaN(size) ? 0 : run.slope * size);
            run.tasks++;
            if (!Double.isNaN(size)) {
                run.sizes += size;
                run.sized++;
            }
        }
    }

    /** What the last run says of a task of a size; no weight before there were two. */
    Level last(double size) {
        double ofAll = 0;
        double ofLast = 0;
        Run before = null;
        for (Run run : runs) {
            if (before != null) {
                ofAll = ofAll * KEEP + Math.abs(run.off / run.tasks);
                ofLast = ofLast * KEEP + Math.abs(before.level(run.size()) - run.level(run.size()));
            }
            before = run;
        }
        return before == null || runs.size() < 2
                ? new Level(0, 0)
                : new Level(before.level(size), 1 / (1 + Math.exp(RATE * (ofLast - ofAll))));
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(runs.size());
        for (Run run : runs) {
            out.writeUTF(run.name);
            out.writeDouble(run.at);
            out.writeDouble(run.slope);
            out.writeDouble(run.off);
            out.writeDouble(run.sizes);
            out.writeInt(run.sized);
            out.writeInt(run.tasks);
        }
    }

    void read(DataInput in) throws IOException {
        int count = TaskGraph.bounded(in.readInt(), RUNS_MAX);
        for (int i = 0; i < count; i++) {
            Run run = new Run(in.readUTF(), in.readDouble(), in.readDouble());
            run.off = in.readDouble();
            run.sizes = in.readDouble();
            run.sized = in.readInt();
            run.tasks = Math.max(1, in.readInt());
            runs.addLast(run);
        }
    }
}

package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds out what follows what where nobody declared it: a task submitted within a window after another has ended is taken to
 * follow it; of several, the one that ended last. Feeds a {@link TaskGraph}. One per scope that runs in sequence (a tenant, better
 * one of its users or workflows): tasks of different scopes never follow each other. What comes without a pause is one run: it ends
 * when a task is submitted while none is under way and none ended within the window.
 *
 * <p>Bounded: at most 256 ended tasks wait for followers; older ones are closed early. Time never runs backwards: what comes
 * with an older time is taken to come now.
 */
public final class SuccessorMiner {

    private static final int WAITING_MAX = 256;
    private static final int FOLLOWERS_MAX = 4096;

    private final TaskGraph graph;
    private final double windowSeconds;
    private final Deque<Ended> waiting = new ArrayDeque<>();
    private RunSoFar run = new RunSoFar("");
    private int underWay;
    private double now;

    /**
     * @param graph what learns
     * @param windowSeconds how long after its end a task is followed at the latest, > 0
     */
    public SuccessorMiner(TaskGraph graph, double windowSeconds) {
        if (!(windowSeconds > 0)) {
            throw new IllegalArgumentException("a window lasts longer than 0 seconds, not " + windowSeconds);
        }
        this.graph = graph;
        this.windowSeconds = windowSeconds;
    }

    private static final class Ended {
        final String before;
        final String taskType;
        final int sizeBucket;
        final RunShape shape;
        final double at;
        final List<Followed.Successor> successors = new ArrayList<>();

        Ended(String before, String taskType, int sizeBucket, RunShape shape, double at) {
            this.before = before;
            this.taskType = taskType;
            this.sizeBucket = sizeBucket;
            this.shape = shape;
            this.at = at;
        }
    }

    /**
     * A task was submitted.
     *
     * @param sizeBucket {@link Signature#sizeBucket} of its input
     * @param at seconds on any clock that only grows
     * @return the type of the task that it is taken to follow, or empty: to be given back when it ends
     */
    public String submitted(String taskType, int sizeBucket, double at) {
        advance(at);
        Ended last = waiting.peekLast();
        if (last == null && underWay == 0) {
            run = new RunSoFar(Double.toString(now));
        }
        run.submitted(taskType, sizeBucket);
        underWay++;
        if (last == null) {
            return "";
        }
        if (last.successors.size() < FOLLOWERS_MAX) {
            last.successors.add(new Followed.Successor(taskType, now - last.at, 0, 1));
        }
        return last.taskType;
    }

    /**
     * A task has ended.
     *
     * @param before what {@link #submitted} said of it
     * @param sizeBucket {@link Signature#sizeBucket} of its input
     */
    public void ended(String before, String taskType, int sizeBucket, double at) {
        advance(at);
        lost();
        waiting.addLast(new Ended(before, taskType, sizeBucket, run.ended(taskType), now));
        if (waiting.size() > WAITING_MAX) {
            close(waiting.removeFirst());
        }
    }

    /** A task of which the end will not be told: it holds up no run's end. */
    public void lost() {
        underWay = Math.max(0, underWay - 1);
    }

    /** What tells the present run from others; empty before the first. */
    public String run() {
        return run.name();
    }

    /** What a task of this type that ended now would see of its run. */
    public RunShape shape(String taskType) {
        return run.seenBy(taskType);
    }

    /** Closes the windows that have passed, and teaches the graph what followed. */
    public void advance(double at) {
        now = Math.max(now, at);
        while (!waiting.isEmpty() && waiting.peekFirst().at + windowSeconds < now) {
            close(waiting.removeFirst());
        }
    }

    private void close(Ended one) {
        graph.learn(new Followed(one.before, one.taskType, one.sizeBucket, one.shape, one.successors));
    }

    /** Writes the run; ended tasks that wait for followers are not saved. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(underWay);
        run.write(out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged
     */
    public void read(DataInput in) throws IOException {
        underWay = TaskGraph.bounded(in.readInt(), Integer.MAX_VALUE);
        run = RunSoFar.read(in);
    }
}

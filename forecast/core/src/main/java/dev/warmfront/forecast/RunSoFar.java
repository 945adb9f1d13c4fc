package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has been submitted in one run of tasks: a workflow, or what a user does without a pause. Bounded: the first {@link
 * RunShape#STAGES_MAX} task types are counted, and the shapes of the first 64 that ended are kept. Not safe for threads.
 */
public final class RunSoFar {

    private static final int ENDED_MAX = 64;

    private final String run;
    private final Map<String, Submitted> submitted = new LinkedHashMap<>();
    private final Map<String, RunShape> ended = new LinkedHashMap<>();
    /** What is to be seen now; kept until something is submitted, as types that end meanwhile share it. */
    private @Nullable RunShape present;

    /** @param run tells it from other runs; empty where none is known, and then its shape is {@link RunShape#NONE} */
    public RunSoFar(String run) {
        this.run = run;
    }

    String name() {
        return run;
    }

    private static final class Submitted {
        int count;
        int sized;
        long buckets;
    }

    /**
     * A task was submitted.
     *
     * @param sizeBucket {@link Signature#sizeBucket} of its input
     */
    public void submitted(String taskType, int sizeBucket) {
        if (run.isEmpty() || (submitted.size() >= RunShape.STAGES_MAX && !submitted.containsKey(taskType))) {
            return;
        }
        Submitted stage = submitted.computeIfAbsent(taskType, unused -> new Submitted());
        if (stage.count == Integer.MAX_VALUE) {
            return;
        }
        present = null;
        stage.count++;
        if (sizeBucket != Signature.SIZE_UNKNOWN) {
            stage.sized++;
            stage.buckets += sizeBucket;
        }
    }

    /** A task has ended: by what its successors are told, which is what the first of its type saw. */
    public RunShape ended(String taskType) {
        RunShape shape = seenBy(taskType);
        if (ended.size() < ENDED_MAX) {
            ended.putIfAbsent(taskType, shape);
        }
        return shape;
    }

    /** What a task of this type would see if it ended now. */
    public RunShape seenBy(String taskType) {
        RunShape known = ended.get(taskType);
        if (known != null) {
            return known;
        }
        if (run.isEmpty() || ended.size() >= ENDED_MAX) {
            return RunShape.NONE;
        }
        RunShape now = present == null ? new RunShape(run, stages()) : present;
        present = now;
        return now;
    }

    private SortedMap<String, RunShape.Stage> stages() {
        SortedMap<String, RunShape.Stage> stages = new TreeMap<>();
        submitted.forEach((type, stage) -> stages.put(
                type,
                new RunShape.Stage(
                        stage.count,
                        stage.sized == 0
                                ? Signature.SIZE_UNKNOWN
                                : (int) Math.round(stage.buckets / (double) stage.sized))));
        return stages;
    }

    /** Writes the whole state. */
    public void write(DataOutput out) throws IOException {
        out.writeUTF(run);
        out.writeInt(submitted.size());
        for (var entry : submitted.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue().count);
            out.writeInt(entry.getValue().sized);
            out.writeLong(entry.getValue().buckets);
        }
        out.writeInt(ended.size());
        for (var entry : ended.entrySet()) {
            out.writeUTF(entry.getKey());
            entry.getValue().write(out);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when it is damaged
     */
    public static RunSoFar read(DataInput in) throws IOException {
        RunSoFar read = new RunSoFar(in.readUTF());
        int stages = TaskGraph.bounded(in.readInt(), RunShape.STAGES_MAX);
        for (int i = 0; i < stages; i++) {
            String type = in.readUTF();
            Submitted stage = new Submitted();
            stage.count = TaskGraph.bounded(in.readInt(), Integer.MAX_VALUE);
            stage.sized = TaskGraph.bounded(in.readInt(), stage.count);
            stage.buckets = in.readLong();
            read.submitted.put(type, stage);
        }
        int types = TaskGraph.bounded(in.readInt(), ENDED_MAX);
        for (int i = 0; i < types; i++) {
            String type = in.readUTF();
            read.ended.put(type, RunShape.read(in));
        }
        return read;
    }
}

package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was to be seen of a run of tasks when the first task of a type ended in it: how wide it is, and how large its inputs are.
 * A type's tasks of one run are all judged by the same shape, so that it does not change while their successors are submitted.
 *
 * @param run tells runs apart; empty where no run is known
 * @param stages by task type, of the types that were submitted first
 */
public record RunShape(String run, SortedMap<String, Stage> stages) {

    /** Nothing is known of the run. */
    public static final RunShape NONE = new RunShape("", Collections.emptySortedMap());

    /** Task types of a run that count at most: the first tell its size. */
    public static final int STAGES_MAX = 12;

    public RunShape {
        if (stages.size() > STAGES_MAX) {
            throw new IllegalArgumentException(stages.size() + " stages where at most " + STAGES_MAX + " can be");
        }
        stages = Collections.unmodifiableSortedMap(new TreeMap<>(stages));
    }

    /**
     * The tasks of one type.
     *
     * @param count how many were submitted, ≥ 1
     * @param sizeBucket {@link Signature#sizeBucket} of their inputs on average, or {@link Signature#SIZE_UNKNOWN}
     */
    public record Stage(int count, int sizeBucket) {
        public Stage {
            if (count < 1) {
                throw new IllegalArgumentException("a stage has one task at least, not " + count);
            }
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeUTF(run);
        out.writeInt(stages.size());
        for (var entry : stages.entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue().count());
            out.writeInt(entry.getValue().sizeBucket());
        }
    }

    static RunShape read(DataInput in) throws IOException {
        String run = in.readUTF();
        SortedMap<String, Stage> stages = new TreeMap<>();
        int count = TaskGraph.bounded(in.readInt(), STAGES_MAX);
        for (int i = 0; i < count; i++) {
            stages.put(in.readUTF(), new Stage(Math.max(1, in.readInt()), in.readInt()));
        }
        return new RunShape(run, stages);
    }
}

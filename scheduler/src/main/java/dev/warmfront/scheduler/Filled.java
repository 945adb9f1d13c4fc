package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import java.util.HashMap;
import java.util.Map;

/** Tasks as instances: how many the shares of those that count fill, as a whole and by task type. */
final class Filled {

    /** Shares are summed in millionths, so that what is taken away again leaves nothing behind. */
    private static final double WHOLE = 1e6;

    private record Part(long share, Calendar.Type type) {}

    /** Told of changes. */
    interface Listener {
        /** Tasks of a type fill so much of an instance more, or less. */
        void type(Calendar.Type type, double by);

        /** All together fill so many instances more, or fewer. */
        void whole(int by);
    }

    private final Map<TaskId, Part> parts = new HashMap<>();
    private long counted;

    /** A task's share of an instance, before it counts for the first time. */
    void put(TaskSpec task, double share) {
        parts.computeIfAbsent(
                task.id(),
                id -> new Part(
                        Math.clamp(Math.round(share * WHOLE), 1, (long) WHOLE),
                        new Calendar.Type(task.tenant(), task.taskType())));
    }

    /** It will not count again. */
    void remove(TaskId task) {
        parts.remove(task);
    }

    /** The task counts from now on, or no more. */
    void change(TaskId task, boolean counts, Listener listener) {
        Part part = parts.get(task);
        if (part == null) {
            return;
        }
        long before = instances();
        long by = counts ? part.share() : -part.share();
        counted += by;
        listener.type(part.type(), by / WHOLE);
        int whole = (int) (instances() - before);
        if (whole != 0) {
            listener.whole(whole);
        }
    }

    private long instances() {
        return Math.ceilDiv(counted, (long) WHOLE);
    }
}

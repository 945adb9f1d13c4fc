package dev.warmfront.simulator;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whoever keeps to himself which tasks wait for which, and submits each when the last of those that it waits for has ended. */
final class Client {

    private static final class Held {
        private final TaskSpec spec;
        private int missing;

        Held(TaskSpec spec, int missing) {
            this.spec = spec;
            this.missing = missing;
        }
    }

    /** By each task that has not ended what waits for it. */
    private final Map<TaskId, List<Held>> after = new HashMap<>();

    /**
     * Takes on a submission.
     *
     * @param specs its tasks, in its order
     * @return those to submit at once
     */
    List<TaskSpec> begin(Submission submission, List<TaskSpec> specs) {
        List<TaskSpec> first = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            List<Integer> parents = submission.tasks().get(i).parents();
            if (parents.isEmpty()) {
                first.add(specs.get(i));
            }
            Held held = new Held(specs.get(i), parents.size());
            for (int parent : parents) {
                after.computeIfAbsent(specs.get(parent).id(), id -> new ArrayList<>())
                        .add(held);
            }
        }
        return first;
    }

    /** Tasks to submit now that one is over, whatever came of it. */
    List<TaskSpec> over(TaskId task) {
        List<Held> waiting = after.remove(task);
        if (waiting == null) {
            return List.of();
        }
        List<TaskSpec> next = new ArrayList<>();
        for (Held held : waiting) {
            if (--held.missing == 0) {
                next.add(held.spec);
            }
        }
        return next;
    }
}

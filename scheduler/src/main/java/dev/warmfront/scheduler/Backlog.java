package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Demand as it would be if nobody waited. A queue that a pool was too small for is not demand for as many instances: what waits
 * would long have ended. So a task that waits counts for as long as tasks run on the average, from when it became eligible.
 * That is what settings are tried on: it does not depend on the pool that was really run.
 */
final class Backlog {

    private static final double EXPERIENCE = 500;

    private record Came(TaskId task, double at) {}

    /** Told of demand; times do not go back. */
    interface Demand {
        /** The task counts from now on, or no more. */
        void change(TaskId task, boolean counts, double time);
    }

    private final Demand demand;
    private final ArrayDeque<Came> order = new ArrayDeque<>();

    /** Tasks that have not ended: when they became eligible, or NaN once they count no more. */
    private final Map<TaskId, Double> eligible = new HashMap<>();

    /** Tasks that began as soon as they were eligible. */
    private final Map<TaskId, Double> prompt = new HashMap<>();

    private double runtime;
    private double known;

    Backlog(Demand demand) {
        this.demand = demand;
    }

    void wanted(TaskId task, double time) {
        pass(time);
        if (eligible.putIfAbsent(task, time) == null) {
            order.add(new Came(task, time));
            demand.change(task, true, time);
        }
    }

    void began(TaskId task, double time) {
        pass(time);
        Double since = eligible.get(task);
        if (since != null && since >= time) {
            prompt.put(task, time);
        }
    }

    void over(TaskId task, double time) {
        pass(time);
        Double since = eligible.remove(task);
        Double start = prompt.remove(task);
        if (start != null) {
            known = Math.min(known + 1, EXPERIENCE);
            runtime += (time - start - runtime) / known;
        }
        if (since != null && !since.isNaN()) {
            demand.change(task, false, time);
        }
    }

    /** Lets time pass: what has waited for a runtime counts no more. */
    void pass(double time) {
        for (Came first = order.peek(); first != null && first.at() + runtime <= time; first = order.peek()) {
            if (first.at() >= time) {
                return;
            }
            order.remove();
            if (!prompt.containsKey(first.task()) && eligible.replace(first.task(), Double.NaN) != null) {
                demand.change(first.task(), false, Math.max(first.at() + runtime, time));
            }
        }
    }

    /** The average runtime of late, in seconds; 0 when nothing is known. */
    double runtime() {
        return runtime;
    }
}

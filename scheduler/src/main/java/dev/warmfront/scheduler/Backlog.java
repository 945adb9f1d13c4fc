package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Demand as it would be if nobody waited. A queue that a pool was too small for is not demand for as many instances: what waits
 * would long have ended. So a task that waits counts for as long as tasks of its type run on the average, from when it became eligible.
 * One that begins later than that counts again once it has run for as long as it waited: then it would still be running. That
 * is what settings are tried on: it does not depend on the pool that was really run.
 */
final class Backlog {

    private static final double EXPERIENCE = 500;

    /** Types whose runtimes are known; beyond that the one that was quiet for longest is forgotten. */
    private static final int MOST_TYPES = 2048;

    /** An average of runtimes, in seconds. */
    private static final class Mean {
        private double seconds;
        private double known;

        void add(double runtime) {
            known = Math.min(known + 1, EXPERIENCE);
            seconds += (runtime - seconds) / known;
        }
    }

    /** A task that has not ended. */
    private static final class Open {
        private final TaskId task;
        private final Calendar.Type type;
        private final double eligible;
        private boolean counted = true;
        private boolean running;
        private double begun;

        Open(TaskId task, Calendar.Type type, double eligible) {
            this.task = task;
            this.type = type;
            this.eligible = eligible;
        }
    }

    private record Due(double at, long number, Open task) {}

    /** Told of demand; times do not go back. */
    interface Demand {
        /** The task counts from now on, or no more. */
        void change(TaskId task, boolean counts, double time);
    }

    private final Demand demand;
    private final Map<TaskId, Open> open = new HashMap<>();

    /** Those that came before any had ended: nothing is known of how long they run. */
    private final ArrayDeque<Open> unknown = new ArrayDeque<>();

    /** Those that wait or did, by when they would have ended if they had begun at once. */
    private final PriorityQueue<Due> waiting = byTime();

    /** Those that began late, by when they count again. */
    private final PriorityQueue<Due> late = byTime();

    private final Mean all = new Mean();
    private final Map<Calendar.Type, Mean> types = new LinkedHashMap<>(16, 0.75f, true);
    private long numbers;

    Backlog(Demand demand) {
        this.demand = demand;
    }

    private static PriorityQueue<Due> byTime() {
        return new PriorityQueue<>(Comparator.comparingDouble(Due::at).thenComparingLong(Due::number));
    }

    void wanted(TaskId task, Calendar.Type type, double time) {
        pass(time);
        Open one = new Open(task, type, time);
        if (open.putIfAbsent(task, one) == null) {
            unknown.add(one);
            demand.change(one.task, true, time);
        }
    }

    void began(TaskId task, double time) {
        pass(time);
        Open one = open.get(task);
        if (one == null || one.running) {
            return;
        }
        one.running = true;
        one.begun = time;
        if (!one.counted) {
            late.add(new Due(time + (time - one.eligible), numbers++, one));
        }
    }

    void over(TaskId task, double time) {
        pass(time);
        Open one = open.remove(task);
        if (one == null) {
            return;
        }
        if (one.running) {
            learn(one.type, time - one.begun);
        }
        one.running = false;
        if (one.counted) {
            one.counted = false;
            demand.change(one.task, false, time);
        }
    }

    private void learn(Calendar.Type type, double runtime) {
        all.add(runtime);
        types.computeIfAbsent(type, key -> new Mean()).add(runtime);
        if (types.size() > MOST_TYPES) {
            types.remove(types.keySet().iterator().next());
        }
    }

    /** How long a task of the type runs: what is known of all of them counts as much as one of its own. */
    double expected(Calendar.Type type) {
        Mean own = types.get(type);
        return own == null ? all.seconds : (own.known * own.seconds + all.seconds) / (own.known + 1);
    }

    /** Lets time pass. */
    void pass(double time) {
        while (all.known > 0 && !unknown.isEmpty()) {
            Open one = unknown.remove();
            if (one.counted && !one.running) {
                waiting.add(new Due(one.eligible + expected(one.type), numbers++, one));
            }
        }
        while (!waiting.isEmpty()
                && waiting.peek().at() <= time
                && waiting.peek().task().eligible < time) {
            Open one = waiting.remove().task();
            if (one.counted && !one.running) {
                one.counted = false;
                demand.change(one.task, false, time);
            }
        }
        while (!late.isEmpty() && late.peek().at() <= time) {
            Open one = late.remove().task();
            if (one.running) {
                one.counted = true;
                demand.change(one.task, true, time);
            }
        }
    }

    /** The average runtime of late, in seconds; 0 when nothing is known. */
    double runtime() {
        return all.seconds;
    }
}

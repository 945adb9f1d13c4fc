package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Demand as it would be if nobody waited. A queue that a pool was too small for is not demand for as many instances: what waits
 * would long have ended. So a task that waits counts for as long as tasks run on the average, from when it became eligible.
 * One that begins later than that counts again once it has run for as long as it waited: then it would still be running. That
 * is what settings are tried on: it does not depend on the pool that was really run.
 */
final class Backlog {

    private static final double EXPERIENCE = 500;

    /** A task that has not ended. */
    private static final class Open {
        private final TaskId task;
        private final double eligible;
        private boolean counted = true;
        private boolean running;
        private double begun;

        Open(TaskId task, double eligible) {
            this.task = task;
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

    /** Those that wait or did, as they came. */
    private final ArrayDeque<Open> waiting = new ArrayDeque<>();

    /** Those that began late, by when they count again. */
    private final PriorityQueue<Due> late =
            new PriorityQueue<>(Comparator.comparingDouble(Due::at).thenComparingLong(Due::number));

    private long numbers;
    private double runtime;
    private double known;

    Backlog(Demand demand) {
        this.demand = demand;
    }

    void wanted(TaskId task, double time) {
        pass(time);
        Open one = new Open(task, time);
        if (open.putIfAbsent(task, one) == null) {
            waiting.add(one);
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
            known = Math.min(known + 1, EXPERIENCE);
            runtime += (time - one.begun - runtime) / known;
        }
        one.running = false;
        if (one.counted) {
            one.counted = false;
            demand.change(one.task, false, time);
        }
    }

    /** Lets time pass. */
    void pass(double time) {
        while (!waiting.isEmpty() && isSettled(waiting.peek(), time)) {
            Open one = waiting.remove();
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

    private boolean isSettled(Open one, double time) {
        return one.running || !one.counted || (known > 0 && one.eligible < time && one.eligible + runtime <= time);
    }

    /** The average runtime of late, in seconds; 0 when nothing is known. */
    double runtime() {
        return runtime;
    }
}

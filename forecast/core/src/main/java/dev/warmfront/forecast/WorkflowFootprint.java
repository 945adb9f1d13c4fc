package dev.warmfront.forecast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a submitted workflow will want over time if nothing holds it up: each task starts when its parents have ended, and runs
 * for as long as is predicted of it. Tells the demand, its peak, the critical path and, against a capacity, contention before
 * it happens.
 *
 * @param demandAt what is wanted from each moment on, by seconds since the start
 * @param criticalPath the tasks of which each delay delays the end, first to last
 * @param seconds until the last ends
 */
public record WorkflowFootprint(SortedMap<Double, Wanted> demandAt, List<String> criticalPath, double seconds) {

    public WorkflowFootprint {
        demandAt = Collections.unmodifiableSortedMap(new TreeMap<>(demandAt));
        criticalPath = List.copyOf(criticalPath);
    }

    /**
     * One task of the workflow.
     *
     * @param seconds predicted run time, ≥ 0
     * @param cpuMillis milli-cores that it wants while it runs
     * @param memoryBytes memory that it wants meanwhile
     */
    public record Task(String id, double seconds, List<String> parents, long cpuMillis, long memoryBytes) {
        public Task {
            parents = List.copyOf(parents);
        }
    }

    /** What is wanted at once: tasks, milli-cores, bytes of memory. */
    public record Wanted(int tasks, long cpuMillis, long memoryBytes) {

        private static final Wanted NOTHING = new Wanted(0, 0, 0);

        private Wanted plus(Wanted other) {
            return new Wanted(tasks + other.tasks, cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
        }

        private Wanted most(Wanted other) {
            return new Wanted(
                    Math.max(tasks, other.tasks),
                    Math.max(cpuMillis, other.cpuMillis),
                    Math.max(memoryBytes, other.memoryBytes));
        }
    }

    /**
     * Works the footprint out.
     *
     * @param tasks each after its parents
     * @throws IllegalArgumentException when a parent comes later or never
     */
    public static WorkflowFootprint of(List<Task> tasks) {
        Map<String, Double> ends = new HashMap<>();
        Map<String, String> decisive = new HashMap<>();
        TreeMap<Double, Wanted> change = new TreeMap<>();
        String last = "";
        double until = 0;
        for (Task task : tasks) {
            double start = 0;
            for (String parent : task.parents) {
                Double end = ends.get(parent);
                if (end == null) {
                    throw new IllegalArgumentException(task.id + " comes before its parent " + parent);
                }
                if (end >= start) {
                    start = end;
                    decisive.put(task.id, parent);
                }
            }
            double end = start + Math.max(0, task.seconds);
            ends.put(task.id, end);
            change.merge(start, new Wanted(1, task.cpuMillis, task.memoryBytes), Wanted::plus);
            change.merge(end, new Wanted(-1, -task.cpuMillis, -task.memoryBytes), Wanted::plus);
            if (end >= until) {
                until = end;
                last = task.id;
            }
        }
        TreeMap<Double, Wanted> demand = new TreeMap<>();
        Wanted running = Wanted.NOTHING;
        for (var entry : change.entrySet()) {
            running = running.plus(entry.getValue());
            demand.put(entry.getKey(), running);
        }
        List<String> path = new ArrayList<>();
        for (String at = last; at != null && !at.isEmpty(); at = decisive.get(at)) {
            path.addFirst(at);
        }
        return new WorkflowFootprint(demand, path, until);
    }

    /** The most that is wanted at once, of each on its own. */
    public Wanted peak() {
        return demandAt.values().stream().reduce(Wanted.NOTHING, Wanted::most);
    }

    /** Seconds during which more milli-cores are wanted than there are. */
    public double contendedSeconds(long cpuMillis) {
        double sum = 0;
        double since = 0;
        long wanted = 0;
        for (var entry : demandAt.entrySet()) {
            sum += wanted > cpuMillis ? entry.getKey() - since : 0;
            since = entry.getKey();
            wanted = entry.getValue().cpuMillis();
        }
        return sum;
    }

    /** When more milli-cores are first wanted than there are, seconds since the start; NaN where that never happens. */
    public double contendedFrom(long cpuMillis) {
        return demandAt.entrySet().stream()
                .filter(entry -> entry.getValue().cpuMillis() > cpuMillis)
                .mapToDouble(Map.Entry::getKey)
                .findFirst()
                .orElse(Double.NaN);
    }
}

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
 * @param demandAt tasks running from each moment on, by seconds since the start
 * @param criticalPath the tasks of which each delay delays the end, first to last
 * @param seconds until the last ends
 */
public record WorkflowFootprint(SortedMap<Double, Integer> demandAt, List<String> criticalPath, double seconds) {

    public WorkflowFootprint {
        demandAt = Collections.unmodifiableSortedMap(new TreeMap<>(demandAt));
        criticalPath = List.copyOf(criticalPath);
    }

    /**
     * One task of the workflow.
     *
     * @param seconds predicted run time, ≥ 0
     */
    public record Task(String id, double seconds, List<String> parents) {
        public Task {
            parents = List.copyOf(parents);
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
        TreeMap<Double, Integer> change = new TreeMap<>();
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
            change.merge(start, 1, Integer::sum);
            change.merge(end, -1, Integer::sum);
            if (end >= until) {
                until = end;
                last = task.id;
            }
        }
        TreeMap<Double, Integer> demand = new TreeMap<>();
        int running = 0;
        for (var entry : change.entrySet()) {
            running += entry.getValue();
            demand.put(entry.getKey(), running);
        }
        List<String> path = new ArrayList<>();
        for (String at = last; at != null && !at.isEmpty(); at = decisive.get(at)) {
            path.addFirst(at);
        }
        return new WorkflowFootprint(demand, path, until);
    }

    /** The most tasks that run at once. */
    public int peak() {
        return demandAt.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Seconds during which more is wanted than {@code capacity} tasks at once. */
    public double contendedSeconds(int capacity) {
        double sum = 0;
        double since = 0;
        int running = 0;
        for (var entry : demandAt.entrySet()) {
            sum += running > capacity ? entry.getKey() - since : 0;
            since = entry.getKey();
            running = entry.getValue();
        }
        return sum;
    }
}

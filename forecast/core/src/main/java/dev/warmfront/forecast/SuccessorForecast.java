package dev.warmfront.forecast;

import java.util.List;
import java.util.TreeMap;

/**
 * What is expected to follow a task.
 *
 * @param order how much of the past was used: 3 = type, predecessor and input size; 2 = type and predecessor; 1 = type; 0 = anything
 *     of the tenant's
 * @param support how often that was seen, old times counting less
 * @param expected what follows, by task type, the likeliest first
 */
public record SuccessorForecast(int order, double support, List<Expected> expected) {

    public SuccessorForecast {
        expected = List.copyOf(expected);
    }

    /**
     * One task type that may follow.
     *
     * @param atLeast the chance that at least 1, 2, 3, … of them follow; falls
     * @param meanNew how many new tasks this predecessor brings on average; a join's task is shared among its parents
     * @param delay from the predecessor's end; {@link DelayHistogram#quantile} tells seconds
     * @param meanBytes moved along the edge on average
     */
    public record Expected(
            String taskType, List<Double> atLeast, double meanNew, DelayHistogram delay, double meanBytes) {
        public Expected {
            atLeast = List.copyOf(atLeast);
        }

        /** The chance that one follows at all. */
        public double probability() {
            return atLeast.isEmpty() ? 0 : atLeast.getFirst();
        }

        /** How many follow on average. */
        public double meanCount() {
            return atLeast.stream().mapToDouble(Double::doubleValue).sum();
        }

        /** How many follow with at least this chance. */
        public int likely(double chance) {
            int count = 0;
            while (count < atLeast.size() && atLeast.get(count) >= chance) {
                count++;
            }
            return count;
        }
    }

    /** The multiset of all that follows with at least this chance. */
    public SuccessorSet likely(double chance) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (Expected one : expected) {
            if (one.likely(chance) > 0) {
                counts.put(one.taskType(), one.likely(chance));
            }
        }
        return new SuccessorSet(counts);
    }
}

package dev.warmfront.forecast;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which task types follow a task, and how many of each: a multiset. Nothing following is a set too.
 *
 * @param counts by task type, each ≥ 1
 */
public record SuccessorSet(SortedMap<String, Integer> counts) {

    /** Nothing follows. */
    public static final SuccessorSet NONE = new SuccessorSet(new TreeMap<>());

    public SuccessorSet {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
        counts.forEach((type, count) -> {
            if (count < 1) {
                throw new IllegalArgumentException(type + " follows " + count + " times");
            }
        });
    }

    /** The multiset of some task types. */
    public static SuccessorSet of(Iterable<String> types) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        types.forEach(type -> counts.merge(type, 1, Integer::sum));
        return new SuccessorSet(counts);
    }

    public int count(String type) {
        return counts.getOrDefault(type, 0);
    }

    /** Tasks in the set. */
    public int size() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Tasks that both have. */
    public int common(SuccessorSet other) {
        int sum = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            sum += Math.min(entry.getValue(), other.count(entry.getKey()));
        }
        return sum;
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.Resources;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is set aside on an instance for one attempt.
 *
 * @param attempt for which attempt
 * @param resources how much
 * @param gpus of its GPUs, by their type, which devices and how much of each; empty where none was asked for, and in rows of
 *     before devices were told apart: see {@link Devices}
 */
public record Allocation(AttemptId attempt, Resources resources, SortedMap<String, List<Share>> gpus) {

    /**
     * A part of a device.
     *
     * @param device its number among those of its type on the instance, from 0
     * @param millis thousandths of it, 1 to 1000
     */
    public record Share(int device, long millis) {}

    public Allocation {
        // A row of before has none: what reads it knows nothing of @Nullable.
        if (gpus == null || gpus.isEmpty()) {
            gpus = Collections.emptySortedMap();
        } else {
            TreeMap<String, List<Share>> copy = new TreeMap<>();
            gpus.forEach((type, shares) -> copy.put(type, List.copyOf(shares)));
            gpus = Collections.unmodifiableSortedMap(copy);
        }
    }
}

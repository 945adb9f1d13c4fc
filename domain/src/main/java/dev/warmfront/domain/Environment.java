package dev.warmfront.domain;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must be on an instance before a task of this environment starts at once there.
 *
 * @param id its name, unique per tenant
 * @param warmUp command run once per instance while it is WARMING; empty when there is none. Exit code 0 = warm.
 * @param variables environment variables for the warm-up and every task of this environment
 */
public record Environment(EnvironmentId id, List<String> warmUp, SortedMap<String, String> variables) {

    /** Every instance is warm for this one. */
    public static final Environment GENERIC =
            new Environment(new EnvironmentId("generic"), List.of(), Collections.emptySortedMap());

    public Environment {
        warmUp = List.copyOf(warmUp);
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
    }
}

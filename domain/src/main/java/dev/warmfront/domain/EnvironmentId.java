package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * What is loaded on an instance ahead of a task: image, preloads, warm-up run. Unique per tenant.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record EnvironmentId(String value) implements Comparable<EnvironmentId> {

    public EnvironmentId {
        Identifiers.check("environment id", value);
    }

    @Override
    public int compareTo(EnvironmentId other) {
        return value.compareTo(other.value);
    }

    // Written out: compared at every event, where what the compiler generates for records is slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EnvironmentId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}

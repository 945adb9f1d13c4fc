package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * One machine, named by the cell that asked for it before any provider knew of it.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record InstanceId(String value) implements Comparable<InstanceId> {

    public InstanceId {
        Identifiers.check("instance id", value);
    }

    @Override
    public int compareTo(InstanceId other) {
        return value.compareTo(other.value);
    }

    // Written out: keys of tables that are asked at every event, where what the compiler generates for records is
    // slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InstanceId id && value.equals(id.value);
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

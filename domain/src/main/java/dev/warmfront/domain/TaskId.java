package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * One execution wanted by a tenant. Unique in the installation.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record TaskId(String value) implements Comparable<TaskId> {

    public TaskId {
        Identifiers.check("task id", value);
    }

    @Override
    public int compareTo(TaskId other) {
        return value.compareTo(other.value);
    }

    // Written out: keys of tables that are asked at every event, where what the compiler generates for records is
    // slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskId id && value.equals(id.value);
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

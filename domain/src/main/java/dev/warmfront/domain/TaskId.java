package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * One execution wanted by a tenant. Unique in the installation.
 */
// No record: its hash is asked for at every event, mostly when neither the text nor anything near it is in a cache.
public final class TaskId implements Comparable<TaskId> {

    private final String value;
    private final int hash;

    /** @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit */
    public TaskId(String value) {
        Identifiers.check("task id", value);
        this.value = value;
        this.hash = value.hashCode();
    }

    /** As it was given. */
    public String value() {
        return value;
    }

    @Override
    public int compareTo(TaskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof TaskId id && hash == id.hash && value.equals(id.value));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.warmfront.domain;

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

    @Override
    public String toString() {
        return value;
    }
}

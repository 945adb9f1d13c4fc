package dev.warmfront.domain;

/**
 * A DAG of tasks that a tenant declared. Unique in the installation.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record WorkflowId(String value) implements Comparable<WorkflowId> {

    public WorkflowId {
        Identifiers.check("workflow id", value);
    }

    @Override
    public int compareTo(WorkflowId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

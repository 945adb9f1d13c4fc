package dev.warmfront.domain;

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

    @Override
    public String toString() {
        return value;
    }
}

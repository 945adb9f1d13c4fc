package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * One machine, named by the cell that asked for it before any provider knew of it.
 */
// No record: its hash is asked for at every event, mostly when neither the text nor anything near it is in a cache.
public final class InstanceId implements Comparable<InstanceId> {

    private final String value;
    private final int hash;

    /** @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit */
    public InstanceId(String value) {
        Identifiers.check("instance id", value);
        this.value = value;
        this.hash = value.hashCode();
    }

    /** As it was given. */
    public String value() {
        return value;
    }

    @Override
    public int compareTo(InstanceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof InstanceId id && hash == id.hash && value.equals(id.value));
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

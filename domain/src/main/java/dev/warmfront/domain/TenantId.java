package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * A client: pays, is isolated, has objectives. The first parameter of every store method.
 */
// No record: its hash is asked for at every event, mostly when neither the text nor anything near it is in a cache.
public final class TenantId implements Comparable<TenantId> {

    private final String value;
    private final int hash;

    /** @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit */
    public TenantId(String value) {
        Identifiers.check("tenant id", value);
        this.value = value;
        this.hash = value.hashCode();
    }

    /** As it was given. */
    public String value() {
        return value;
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof TenantId id && hash == id.hash && value.equals(id.value));
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

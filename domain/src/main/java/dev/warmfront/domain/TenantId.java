package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * A client: pays, is isolated, has objectives. The first parameter of every store method.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record TenantId(String value) implements Comparable<TenantId> {

    public TenantId {
        Identifiers.check("tenant id", value);
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    // Written out: keys of tables that are asked at every event, where what the compiler generates for records is
    // slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TenantId id && value.equals(id.value);
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

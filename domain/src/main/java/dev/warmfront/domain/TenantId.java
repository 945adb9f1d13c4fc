package dev.warmfront.domain;

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

    @Override
    public String toString() {
        return value;
    }
}

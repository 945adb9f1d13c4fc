package dev.warmfront.domain;

/**
 * A unit of single-writer ownership: a set of tenants with their pools.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record CellId(String value) implements Comparable<CellId> {

    public CellId {
        Identifiers.check("cell id", value);
    }

    @Override
    public int compareTo(CellId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

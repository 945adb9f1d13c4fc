package dev.warmfront.domain;

/**
 * An offering's name: {@code provider/region/zone/type/purchase-model}.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record OfferingId(String value) implements Comparable<OfferingId> {

    public OfferingId {
        Identifiers.check("offering id", value);
    }

    @Override
    public int compareTo(OfferingId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

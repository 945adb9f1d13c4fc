package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

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

    // Written out: asked for at every event, where what the compiler generates for records is slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OfferingId id && value.equals(id.value);
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

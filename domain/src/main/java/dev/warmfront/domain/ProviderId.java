package dev.warmfront.domain;

/**
 * A configured compute provider, for example {@code local} or {@code aws}.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record ProviderId(String value) implements Comparable<ProviderId> {

    public ProviderId {
        Identifiers.check("provider id", value);
    }

    @Override
    public int compareTo(ProviderId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

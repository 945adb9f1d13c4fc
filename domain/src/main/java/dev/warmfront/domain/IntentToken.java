package dev.warmfront.domain;

/**
 * The idempotency token of one intended provider call; the provider takes it and never acts on it twice.
 *
 * @param value 1–128 characters: letters, digits and {@code - _ . : / @}; starts with a letter or digit
 */
public record IntentToken(String value) implements Comparable<IntentToken> {

    public IntentToken {
        Identifiers.check("intent token", value);
    }

    @Override
    public int compareTo(IntentToken other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.warmfront.domain;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A warm pool: the instances of one offering (placement and class) inside one isolation domain.
 *
 * @param offering what its instances are
 * @param domain whose tasks they may run
 */
public record PoolId(OfferingId offering, IsolationDomain domain) implements Comparable<PoolId> {

    private static final Comparator<PoolId> ORDER =
            Comparator.comparing(PoolId::offering).thenComparing(PoolId::domain);

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException when the text is not {@code offering@domain}
     */
    public static PoolId parse(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1) {
            throw new IllegalArgumentException("a pool's id is offering@domain, not " + text);
        }
        return new PoolId(new OfferingId(text.substring(0, at)), new IsolationDomain(text.substring(at + 1)));
    }

    @Override
    public int compareTo(PoolId other) {
        return ORDER.compare(this, other);
    }

    // Written out: asked for at every event, where what the compiler generates for records is slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PoolId id && domain.equals(id.domain) && offering.equals(id.offering);
    }

    @Override
    public int hashCode() {
        return 31 * offering.hashCode() + domain.hashCode();
    }

    @Override
    public String toString() {
        return offering + "@" + domain;
    }
}

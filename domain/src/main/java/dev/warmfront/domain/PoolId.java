package dev.warmfront.domain;

import java.util.Comparator;

/**
 * A warm pool: the instances of one offering (placement and class) inside one isolation domain.
 *
 * @param offering what its instances are
 * @param domain whose tasks they may run
 */
public record PoolId(OfferingId offering, IsolationDomain domain) implements Comparable<PoolId> {

    private static final Comparator<PoolId> ORDER =
            Comparator.comparing(PoolId::offering).thenComparing(PoolId::domain);

    @Override
    public int compareTo(PoolId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return offering + "@" + domain;
    }
}

package dev.warmfront.domain;

import java.util.Comparator;

/**
 * An environment of one tenant: names are the tenant's own, so the tenant is part of the key.
 *
 * @param tenant whose
 * @param environment which
 */
public record EnvironmentKey(TenantId tenant, EnvironmentId environment) implements Comparable<EnvironmentKey> {

    private static final Comparator<EnvironmentKey> ORDER =
            Comparator.comparing(EnvironmentKey::tenant).thenComparing(EnvironmentKey::environment);

    /** Whether every instance is warm for it. */
    public boolean isGeneric() {
        return environment.equals(Environment.GENERIC.id());
    }

    @Override
    public int compareTo(EnvironmentKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return tenant + "/" + environment;
    }
}

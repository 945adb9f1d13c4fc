package dev.warmfront.domain;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

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

    // Written out: looked for at every submission and every end, where what the compiler generates for records is
    // slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EnvironmentKey key && environment.equals(key.environment) && tenant.equals(key.tenant);
    }

    @Override
    public int hashCode() {
        return 31 * tenant.hashCode() + environment.hashCode();
    }

    @Override
    public String toString() {
        return tenant + "/" + environment;
    }
}

package dev.warmfront.domain;

import org.jspecify.annotations.Nullable;

/**
 * A set of tenants that may meet on one instance: all that chose {@link Isolation#SHARED}, or one alone. An instance is
 * born into a domain and never leaves it.
 *
 * @param key {@code shared}, or {@code tenant:} and the tenant's id
 */
public record IsolationDomain(String key) implements Comparable<IsolationDomain> {

    public static final IsolationDomain SHARED = new IsolationDomain("shared");

    private static final String TENANT_PREFIX = "tenant:";

    public IsolationDomain {
        if (!key.equals("shared") && !(key.startsWith(TENANT_PREFIX) && key.length() > TENANT_PREFIX.length())) {
            throw new IllegalArgumentException("an isolation domain is 'shared' or 'tenant:ID', not " + key);
        }
    }

    /** The domain in which the tenant's tasks run. */
    public static IsolationDomain of(TenantId tenant, Isolation isolation) {
        return switch (isolation) {
            case SHARED -> SHARED;
            case DEDICATED -> new IsolationDomain(TENANT_PREFIX + tenant.value());
        };
    }

    /** The tenant that is alone in it; null where several may meet. */
    public @Nullable TenantId tenant() {
        return key.startsWith(TENANT_PREFIX) ? new TenantId(key.substring(TENANT_PREFIX.length())) : null;
    }

    @Override
    public int compareTo(IsolationDomain other) {
        return key.compareTo(other.key);
    }

    // Written out: asked for at every event, where what the compiler generates for records is slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IsolationDomain domain && key.equals(domain.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return key;
    }
}

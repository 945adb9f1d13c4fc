package dev.warmfront.domain;

/**
 * What the scheduler must know of a tenant.
 *
 * @param id the tenant
 * @param weight its share of contended capacity relative to others, 1–1000
 * @param isolation whether its tasks may share instances
 * @param settings what it wants held and spent for it
 */
public record TenantProfile(TenantId id, int weight, Isolation isolation, TenantSettings settings) {

    public TenantProfile {
        if (weight < 1 || weight > 1000) {
            throw new IllegalArgumentException("a tenant's weight must be 1 to 1000, not " + weight);
        }
    }

    /** Of one that sets no bounds. */
    public TenantProfile(TenantId id, int weight, Isolation isolation) {
        this(id, weight, isolation, TenantSettings.NONE);
    }

    public IsolationDomain domain() {
        return IsolationDomain.of(id, isolation);
    }
}

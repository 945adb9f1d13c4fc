package dev.warmfront.tenant;

import dev.warmfront.domain.Isolation;
import java.time.Instant;

/**
 * A tenant.
 *
 * @param weight its share of contended capacity relative to others, 1–1000
 * @param isolation whether its tasks may share machines with other tenants'
 */
public record TenantView(String id, String name, int weight, Isolation isolation, Instant createdAt) {}

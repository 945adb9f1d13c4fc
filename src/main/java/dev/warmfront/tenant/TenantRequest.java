package dev.warmfront.tenant;

import dev.warmfront.domain.Isolation;
import org.jspecify.annotations.Nullable;

/**
 * A new tenant.
 *
 * @param id its name in every address and key
 * @param name for people; the id by default
 * @param weight 1 by default
 * @param isolation DEDICATED by default: its tasks meet nobody else's on a machine
 */
record TenantRequest(
        @Nullable String id,
        @Nullable String name,
        @Nullable Integer weight,
        @Nullable Isolation isolation) {}

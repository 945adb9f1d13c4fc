package dev.warmfront.tenant;

import dev.warmfront.domain.Isolation;
import org.jspecify.annotations.Nullable;

/** What shall be different; what is left out stays. */
record TenantChange(
        @Nullable String name,
        @Nullable Integer weight,
        @Nullable Isolation isolation) {}

package dev.warmfront.tenant;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key.
 *
 * @param key the secret itself: shown once, when it is made
 * @param revokedAt since when it is not valid any more
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiKeyView(
        String id,
        @Nullable String key,
        String role,
        String name,
        Instant createdAt,
        @Nullable Instant revokedAt) {}

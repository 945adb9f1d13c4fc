package dev.warmfront.tenant;

import org.jspecify.annotations.Nullable;

/**
 * A new key.
 *
 * @param role {@code tenant-reader} or {@code tenant-writer}
 * @param name for people
 */
record KeyRequest(@Nullable String role, @Nullable String name) {}

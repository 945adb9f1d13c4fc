package dev.warmfront.cell;

import dev.warmfront.domain.TenantId;

/**
 * The memory of an {@code Idempotency-Key}: the answer that a repeated request gets.
 *
 * @param tenant whose key
 * @param key as the client sent it
 * @param requestHash SHA-256 (32 bytes) of method, path and body
 * @param status HTTP status answered
 * @param body response body answered
 */
@SuppressWarnings("ArrayRecordComponent") // written once to the database and never compared
public record OnceOnly(TenantId tenant, String key, byte[] requestHash, int status, String body) {}

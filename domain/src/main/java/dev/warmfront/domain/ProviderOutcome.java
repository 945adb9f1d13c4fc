package dev.warmfront.domain;

import java.time.Duration;

/**
 * What a provider answered to one call. Every expected answer is here, so that callers switch over it exhaustively; a
 * provider that could not be reached at all is an exception of the SPI instead.
 */
public sealed interface ProviderOutcome {

    /**
     * The provider will do it, or already has: calls carry a token and may be repeated.
     *
     * @param ref the provider's own name for the instance
     */
    record Accepted(String ref) implements ProviderOutcome {}

    /** No capacity of this type there now; another zone or type may have it. */
    record InsufficientCapacity(String zone, String machineType) implements ProviderOutcome {}

    /** The account may not have more. */
    record QuotaExceeded(String what) implements ProviderOutcome {}

    /** Asked too often; ask again after {@code retryAfter}. */
    record Throttled(Duration retryAfter) implements ProviderOutcome {}

    /** The request cannot succeed as it is; {@code why} names the setting to change. */
    record Invalid(String why) implements ProviderOutcome {}

    /** No such instance, or it has ended. For terminate this is success. */
    record NotFound() implements ProviderOutcome {}

    /** The provider does not declare the capability. */
    record Unsupported(String capability) implements ProviderOutcome {}
}

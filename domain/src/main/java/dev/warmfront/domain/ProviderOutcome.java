package dev.warmfront.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a provider answered to one call. Every expected answer is here, so that callers switch over it exhaustively; a
 * provider that could not be reached at all is an exception of the SPI instead.
 */
public sealed interface ProviderOutcome {

    /**
     * The provider will do it, or already has: calls carry a token and may be repeated.
     *
     * @param ref the provider's own name for the instance
     * @param hotRate what a launched instance costs while it runs, where that is not its offering's price: of a group one
     *     of several types was launched; null where it is
     */
    record Accepted(String ref, @Nullable HourlyRate hotRate) implements ProviderOutcome {

        /** At the offering's price, where there is anything to pay. */
        public Accepted(String ref) {
            this(ref, null);
        }
    }

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

package dev.warmfront.provider;

import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.ProviderOutcome;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Offerings that a provider had no capacity or quota for, and when it said so: a launch that was asked for before, and is
 * still waiting for its turn, need not be tried to know its answer. Safe for threads.
 */
final class Shortages {

    private record Shortage(long atNanos, ProviderOutcome said) {}

    private final LongSupplier nanoTime;
    private final Map<OfferingId, Shortage> byOffering = new ConcurrentHashMap<>();

    /**
     * @param nanoTime a clock that only counts, such as {@code System::nanoTime}
     */
    Shortages(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The moment, for {@link #since}. */
    long now() {
        return nanoTime.getAsLong();
    }

    /** Notes what was answered to a launch. */
    void answered(OfferingId offering, ProviderOutcome outcome) {
        if (outcome instanceof ProviderOutcome.InsufficientCapacity
                || outcome instanceof ProviderOutcome.QuotaExceeded) {
            byOffering.put(offering, new Shortage(now(), outcome));
        } else if (outcome instanceof ProviderOutcome.Accepted) {
            byOffering.remove(offering);
        }
    }

    /** What the provider said when it lacked capacity, if it did so after that moment and has not launched any since. */
    Optional<ProviderOutcome> since(OfferingId offering, long moment) {
        return Optional.ofNullable(byOffering.get(offering))
                .filter(shortage -> shortage.atNanos() - moment > 0)
                .map(Shortage::said);
    }
}

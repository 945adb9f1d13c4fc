package dev.warmfront.provider;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Spends the account's call budget, which all tenants share; waits when it is used up. */
final class RateLimitedProvider extends ForwardingProvider {

    /** A crowd that waits must not wake at once. */
    private static final long LONGEST_WAIT_NANOS = 250_000_000;

    private final ComputeProvider delegate;
    private final Bucket budget;

    RateLimitedProvider(ComputeProvider delegate, long burst, long perSecond) {
        super(delegate);
        this.delegate = delegate;
        this.budget = Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }

    @Override
    <T> T around(String operation, Supplier<T> call) {
        budget.asBlocking().consumeUninterruptibly(1);
        return call.get();
    }

    /**
     * Launches when the budget allows, unless the answer comes to be known while it waits: then nothing is spent.
     *
     * @param known what is asked as long as it waits
     */
    ProviderOutcome launchUnless(LaunchRequest request, Supplier<Optional<ProviderOutcome>> known)
            throws InterruptedException {
        while (true) {
            Optional<ProviderOutcome> answer = known.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            ConsumptionProbe spent = budget.tryConsumeAndReturnRemaining(1);
            if (spent.isConsumed()) {
                return delegate.launch(request);
            }
            long wait = Math.clamp(spent.getNanosToWaitForRefill(), 1_000_000, LONGEST_WAIT_NANOS);
            Thread.sleep(Duration.ofNanos(wait + ThreadLocalRandom.current().nextLong(wait)));
        }
    }

    /** Whether more than half of the budget is there: below that, what no task waits for has to wait. */
    boolean hasRoomForSpeculation(long burst) {
        return budget.getAvailableTokens() * 2 > burst;
    }
}

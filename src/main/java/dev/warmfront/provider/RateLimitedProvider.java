package dev.warmfront.provider;

import dev.warmfront.spi.ComputeProvider;
import io.github.bucket4j.Bucket;
import java.util.function.Supplier;

/** Spends the account's call budget, which all tenants share; waits when it is used up. */
final class RateLimitedProvider extends ForwardingProvider {

    private final Bucket budget;

    RateLimitedProvider(ComputeProvider delegate, long burst, long perSecond) {
        super(delegate);
        this.budget = Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, java.time.Duration.ofSeconds(1)))
                .build();
    }

    @Override
    <T> T around(String operation, Supplier<T> call) {
        budget.asBlocking().consumeUninterruptibly(1);
        return call.get();
    }

    /** Whether more than half of the budget is there: below that, what no task waits for has to wait. */
    boolean hasRoomForSpeculation(long burst) {
        return budget.getAvailableTokens() * 2 > burst;
    }
}

package dev.warmfront.tenant;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.warmfront.problem.Problems;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** No client can take the API from the others. */
@ApplicationScoped
class RateLimit {

    private static final int MOST = 100_000;

    private final LoadingCache<String, Bucket> buckets;

    RateLimit(LimitsConfig config) {
        this.buckets = Caffeine.newBuilder()
                .expireAfterAccess(Duration.ofMinutes(10))
                .maximumSize(MOST)
                .build(key -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(config.requestBurst())
                                .refillGreedy(config.requestsPerSecond(), Duration.ofSeconds(1)))
                        .build());
    }

    /** Takes one request from the key's budget. */
    void check(KeyDirectory.Holder holder) {
        ConsumptionProbe probe = buckets.get(holder.keyId()).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw Problems.tooMany(Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
    }
}

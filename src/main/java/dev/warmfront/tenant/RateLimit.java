package dev.warmfront.tenant;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.warmfront.problem.Problems;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.quarkus.security.identity.SecurityIdentity;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** No client can take the API from the others. */
public class RateLimit {

    private static final int MOST = 100_000;

    private final LoadingCache<String, Bucket> buckets;

    private final SecurityIdentity identity;

    RateLimit(LimitsConfig config, SecurityIdentity identity) {
        this.identity = identity;
        this.buckets = Caffeine.newBuilder()
                .expireAfterAccess(Duration.ofMinutes(10))
                .maximumSize(MOST)
                .build(actor -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(config.requestBurst())
                                .refillGreedy(config.requestsPerSecond(), Duration.ofSeconds(1)))
                        .build());
    }

    @ServerRequestFilter
    public void check() {
        if (identity.isAnonymous()) {
            return;
        }
        ConsumptionProbe probe = buckets.get(identity.getPrincipal().getName()).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw Problems.tooMany(Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
    }
}

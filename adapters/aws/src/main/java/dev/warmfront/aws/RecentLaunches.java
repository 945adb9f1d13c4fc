package dev.warmfront.aws;

import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Launches that EC2 has accepted and does not list yet. Its answers come from replicas that follow within seconds; without
 * this a launch would look lost, and be made again or given up.
 */
final class RecentLaunches {

    /** What is not listed by then was lost: the sweep has to see that. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Pause between two questions for an instance that is not known yet. */
    static final Duration STEP = Duration.ofMillis(200);

    private record Launched(InstanceTags tags, long atNanos) {}

    private final LongSupplier nanoTime;
    private final Map<String, Launched> unseen = new ConcurrentHashMap<>();

    RecentLaunches(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void accepted(String ref, InstanceTags tags) {
        unseen.put(ref, new Launched(tags, nanoTime.getAsLong()));
    }

    void seen(String ref) {
        unseen.remove(ref);
    }

    void forget(String ref) {
        unseen.remove(ref);
    }

    boolean isUnseen(String ref) {
        tidy();
        return unseen.containsKey(ref);
    }

    List<ProviderInstance> unseen(String installation) {
        tidy();
        return unseen.entrySet().stream()
                .filter(entry -> entry.getValue().tags().installation().equals(installation))
                .map(entry ->
                        new ProviderInstance(entry.getKey(), entry.getValue().tags(), Status.PENDING))
                .toList();
    }

    private void tidy() {
        long now = nanoTime.getAsLong();
        unseen.values().removeIf(launched -> now - launched.atNanos() > PATIENCE.toNanos());
    }
}

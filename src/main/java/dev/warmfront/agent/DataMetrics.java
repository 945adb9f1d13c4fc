package dev.warmfront.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** What agents' caches did, summed over them: they tell totals since their start, of which the growth counts. */
@ApplicationScoped
class DataMetrics {

    private final Counter hits;
    private final Counter misses;
    private final Counter corrupted;
    private final Counter fetched;
    private final Counter ahead;
    private final Counter aheadRead;
    private final Counter aheadLost;

    DataMetrics(MeterRegistry registry) {
        hits = reads(registry, "hit");
        misses = reads(registry, "miss");
        corrupted = reads(registry, "corrupted");
        fetched = Counter.builder("warmfront.data.fetched")
                .baseUnit("bytes")
                .description("bytes of tasks' files that agents fetched")
                .register(registry);
        ahead = prefetched(registry, "fetched");
        aheadRead = prefetched(registry, "read");
        aheadLost = prefetched(registry, "removed_unread");
    }

    private static Counter reads(MeterRegistry registry, String outcome) {
        return Counter.builder("warmfront.data.reads")
                .description("tasks' files by whether they lay where the task ran")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter prefetched(MeterRegistry registry, String outcome) {
        return Counter.builder("warmfront.data.prefetched")
                .baseUnit("bytes")
                .description("bytes fetched ahead of tasks, and what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    void grew(@Nullable CacheView before, CacheView after) {
        boolean same = before != null && after.fetchedBytes() >= before.fetchedBytes() && after.hits() >= before.hits();
        // An agent that was started anew counts from nothing.
        CacheView base = same && before != null ? before : new CacheView(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        add(hits, after.hits() - base.hits());
        add(misses, after.misses() - base.misses());
        add(corrupted, after.corrupted() - base.corrupted());
        add(fetched, after.fetchedBytes() - base.fetchedBytes());
        add(ahead, after.aheadBytes() - base.aheadBytes());
        add(aheadRead, after.aheadReadBytes() - base.aheadReadBytes());
        add(aheadLost, after.aheadLostBytes() - base.aheadLostBytes());
    }

    private static void add(Counter counter, long by) {
        if (by > 0) {
            counter.increment((double) by);
        }
    }
}

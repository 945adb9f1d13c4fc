package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long environments took to load of late, on whatever machines. */
final class LoadTimes {

    /** Who plans with it wants the load to be over in nine of ten cases. */
    private static final double SURELY = 0.9;

    private static final int MOST = 4096;

    private final Map<EnvironmentKey, Runtimes> known = new LinkedHashMap<>(16, 0.75f, true);

    /** Of one that could not be loaded nobody knows whether it can be until a task has it loaded after all. */
    void told(PastLoad load) {
        Duration took = load.took();
        if (took == null) {
            known.remove(load.environment());
            return;
        }
        known.computeIfAbsent(load.environment(), key -> new Runtimes()).add(took.toNanos() / 1e9);
        if (known.size() > MOST) {
            known.remove(known.keySet().iterator().next());
        }
    }

    /** Seconds; 0 while nobody knows, as of what need not be loaded: it is of no use to load either ahead. */
    double of(EnvironmentKey environment) {
        Runtimes times = known.get(environment);
        return times == null ? 0 : times.quantile(SURELY, 0);
    }
}

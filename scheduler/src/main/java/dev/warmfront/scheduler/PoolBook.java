package dev.warmfront.scheduler;

import dev.warmfront.domain.PoolId;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How a cell's pools are to be run, and what policies that are only listened to advise. */
final class PoolBook {

    private PoolSettings standard;
    private final SortedMap<PoolId, PoolSettings> configured = new TreeMap<>();
    private final Map<PoolId, PoolAdvice> advice = new HashMap<>();

    /** @param standard of pools without settings of their own */
    PoolBook(PoolSettings standard) {
        this.standard = standard;
    }

    /** @param pool null for those without settings of their own */
    void put(@Nullable PoolId pool, PoolSettings settings) {
        if (pool == null) {
            standard = settings;
        } else {
            configured.put(pool, settings);
        }
    }

    PoolSettings settings(PoolId pool) {
        return configured.getOrDefault(pool, standard);
    }

    /** Of pools without settings of their own. */
    PoolSettings standard() {
        return standard;
    }

    /** Pools with settings of their own. */
    SortedMap<PoolId, PoolSettings> configured() {
        return Collections.unmodifiableSortedMap(configured);
    }

    /** Whether any pool is run by the policy, or would be without settings of its own. */
    boolean isRunBy(String policy) {
        return standard.policy().equals(policy)
                || configured.values().stream()
                        .anyMatch(settings -> settings.policy().equals(policy));
    }

    void put(PoolAdvice given) {
        advice.put(given.pool(), given);
    }

    @Nullable PoolAdvice advice(PoolId pool) {
        return advice.get(pool);
    }
}

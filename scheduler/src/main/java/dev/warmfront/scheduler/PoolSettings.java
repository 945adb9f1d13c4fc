package dev.warmfront.scheduler;

import dev.warmfront.domain.StandbyMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an operator wants a pool to be run.
 *
 * @param policy name of the pool policy: {@code reactive}, {@code fixed-keep-alive}, {@code warmfront}
 * @param keepAlive how long an idle hot instance is kept (fixed-keep-alive), ≥ 0
 * @param standbyMode where it goes then: this standby mode, or null to end it
 * @param standbyKeepAlive how long it is kept in standby, ≥ 0
 * @param minReady idle hot instances always held for the pool, whatever the demand; nobody's forecast, so the operator
 *     pays for their idle time
 * @param maxInstances instances that may exist at once, in any state that the provider bills
 * @param mode how far it may act by itself
 */
public record PoolSettings(
        String policy,
        Duration keepAlive,
        @Nullable StandbyMode standbyMode,
        Duration standbyKeepAlive,
        int minReady,
        int maxInstances,
        PoolMode mode) {

    /** Ten minutes hot, then ended. */
    public static final PoolSettings DEFAULT =
            new PoolSettings("fixed-keep-alive", Duration.ofMinutes(10), null, Duration.ZERO, 0, 1000, PoolMode.ACTIVE);

    public PoolSettings {
        if (keepAlive.isNegative() || standbyKeepAlive.isNegative()) {
            throw new IllegalArgumentException("a keep-alive is negative");
        }
        if (minReady < 0 || maxInstances < 1 || minReady > maxInstances) {
            throw new IllegalArgumentException(
                    "a pool needs 0 ≤ minReady ≤ maxInstances and maxInstances ≥ 1, not %d and %d"
                            .formatted(minReady, maxInstances));
        }
    }

    /** Whether it neither launches, starts, stops nor ends anything. */
    public boolean paused() {
        return mode == PoolMode.PAUSED;
    }

    /** The same in another mode. */
    public PoolSettings in(PoolMode other) {
        return new PoolSettings(policy, keepAlive, standbyMode, standbyKeepAlive, minReady, maxInstances, other);
    }
}

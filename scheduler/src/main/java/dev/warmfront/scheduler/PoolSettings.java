package dev.warmfront.scheduler;

import dev.warmfront.domain.StandbyMode;
import java.time.Duration;
import java.util.Objects;
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
 * @param reserveBy how much of an instance a task is given; REQUEST in settings written before there was a choice
 */
public record PoolSettings(
        String policy,
        Duration keepAlive,
        @Nullable StandbyMode standbyMode,
        Duration standbyKeepAlive,
        int minReady,
        int maxInstances,
        PoolMode mode,
        ReserveBy reserveBy) {

    /** Ten minutes hot, then ended. */
    public static final PoolSettings DEFAULT =
            new PoolSettings("fixed-keep-alive", Duration.ofMinutes(10), null, Duration.ZERO, 0, 1000, PoolMode.ACTIVE);

    public PoolSettings {
        // What was written before there was a choice has none.
        reserveBy = Objects.requireNonNullElse(reserveBy, ReserveBy.REQUEST);
        if (keepAlive.isNegative() || standbyKeepAlive.isNegative()) {
            throw new IllegalArgumentException("a keep-alive is negative");
        }
        if (minReady < 0 || maxInstances < 1 || minReady > maxInstances) {
            throw new IllegalArgumentException(
                    "a pool needs 0 ≤ minReady ≤ maxInstances and maxInstances ≥ 1, not %d and %d"
                            .formatted(minReady, maxInstances));
        }
    }

    /** Of a pool that gives tasks what they ask for. */
    public PoolSettings(
            String policy,
            Duration keepAlive,
            @Nullable StandbyMode standbyMode,
            Duration standbyKeepAlive,
            int minReady,
            int maxInstances,
            PoolMode mode) {
        this(policy, keepAlive, standbyMode, standbyKeepAlive, minReady, maxInstances, mode, ReserveBy.REQUEST);
    }

    /** Whether it neither launches, starts, stops nor ends anything. */
    public boolean paused() {
        return mode == PoolMode.PAUSED;
    }

    /** The same in another mode. */
    public PoolSettings in(PoolMode other) {
        return new PoolSettings(
                policy, keepAlive, standbyMode, standbyKeepAlive, minReady, maxInstances, other, reserveBy);
    }

    /** The same, reserving otherwise. */
    public PoolSettings reservingBy(ReserveBy other) {
        return new PoolSettings(policy, keepAlive, standbyMode, standbyKeepAlive, minReady, maxInstances, mode, other);
    }
}

package dev.warmfront.spi;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What launches have taught about who has capacity, and forgets: the chance that a launch succeeds now. A Beta posterior
 * whose counts of successes and failures decay with a half-life, so that a stock-out of yesterday does not count today:
 * chance = (a + s) / (a + b + s + f), with a prior of one launch (a = 0.9, b = 0.1). In memory only: after a restart it is
 * learned again.
 */
public final class StockMemory {

    private static final double PRIOR_SUCCESSES = 0.9;
    private static final double PRIOR_FAILURES = 0.1;

    private static final class Counts {
        private double successes;
        private double failures;
        private long asOfNanos;
    }

    private final double halfLifeNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Counts> byKey = new HashMap<>();

    /**
     * @param halfLife after which what was seen counts half, > 0
     * @param nanoTime a clock that only counts, such as {@code System::nanoTime}
     */
    public StockMemory(Duration halfLife, LongSupplier nanoTime) {
        if (!halfLife.isPositive()) {
            throw new IllegalArgumentException("a half-life must be above zero: " + halfLife);
        }
        this.halfLifeNanos = halfLife.toNanos();
        this.nanoTime = nanoTime;
    }

    /** A launch found capacity. */
    public synchronized void had(String key) {
        current(key).successes += 1;
    }

    /** A launch found none. */
    public synchronized void lacked(String key) {
        current(key).failures += 1;
    }

    /** How likely a launch finds capacity now: above 0, below 1; 0.9 where nothing is known. */
    public synchronized double chance(String key) {
        Counts counts = current(key);
        return (PRIOR_SUCCESSES + counts.successes)
                / (PRIOR_SUCCESSES + PRIOR_FAILURES + counts.successes + counts.failures);
    }

    /**
     * What a launch costs that may have to be tried again: the price by the chance. Smaller is to be tried sooner.
     *
     * @param price any measure of price, ≥ 0
     */
    public long expectedCost(String key, long price) {
        return Math.round(price / chance(key));
    }

    private Counts current(String key) {
        long now = nanoTime.getAsLong();
        Counts counts = byKey.computeIfAbsent(key, k -> {
            Counts fresh = new Counts();
            fresh.asOfNanos = now;
            return fresh;
        });
        double kept = Math.pow(0.5, (now - counts.asOfNanos) / halfLifeNanos);
        counts.successes *= kept;
        counts.failures *= kept;
        counts.asOfNanos = now;
        return counts;
    }
}

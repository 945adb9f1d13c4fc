package dev.warmfront.scheduler;

import java.util.OptionalDouble;

/**
 * How much waiting a pool's tenants take (policy.md §1). The target rules which setting is followed; the price rules how far
 * beyond its expectation each setting goes. They are two numbers because waits come in two kinds: the rare burst, which a
 * setting foresees or not, and the everyday fluctuation around what it foresees.
 *
 * @param waiting the share of the tasks that may wait, above 0 and below 1
 * @param instanceSeconds what it is worth that one more task starts at once, in seconds of a hot instance of the pool, ≥ 0; found by
 *     control when empty
 */
public record WaitAim(double waiting, OptionalDouble instanceSeconds) {

    public WaitAim {
        if (!(waiting > 0 && waiting < 1)) {
            throw new IllegalArgumentException("the share that may wait must be above 0 and below 1, not " + waiting);
        }
        if (!(instanceSeconds.orElse(0) >= 0 && instanceSeconds.orElse(0) < 1e12)) {
            throw new IllegalArgumentException("the price of a wait must be ≥ 0, not " + instanceSeconds);
        }
    }

    /** A target alone. */
    public static WaitAim share(double waiting) {
        return new WaitAim(waiting, OptionalDouble.empty());
    }

    /** A target, and what a wait is worth. */
    public static WaitAim priced(double waiting, double instanceSeconds) {
        return new WaitAim(waiting, OptionalDouble.of(instanceSeconds));
    }
}

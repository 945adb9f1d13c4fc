package dev.warmfront.scheduler;

import java.time.Instant;
import java.util.List;

/**
 * Decides what one pool holds. Called on every tick, for each pool that has demand, an instance or settings of its own, and
 * whenever demand went unmet. What it decides must follow from its arguments and, where it is a {@link DemandListener}, from what
 * it was told: the same history gives the same steps. Steps that a quota, a limit or a block forbids are
 * dropped by the caller, with the reason kept; a policy need not know those.
 */
public interface PoolPolicy {

    /** The name by which settings choose it, kebab-case. */
    String name();

    /**
     * What to do now.
     *
     * @param pool the pool as it stands
     * @param now the present
     * @return steps in the order of importance; an instance appears in at most one
     */
    List<Step> plan(PoolView pool, Instant now);
}

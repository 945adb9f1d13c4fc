package dev.warmfront.simulator;

import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolSettings;
import java.util.List;

/**
 * A policy with one knob that is swept. The knob is chosen in hindsight, on the very stretch that is scored: every baseline
 * gets the best that it could have been.
 */
public interface PolicyFamily {

    /** Kebab-case, as on the command line. */
    String name();

    /** What the knob is, with its unit; empty for a policy without one. */
    String knob();

    /** The values that are tried. */
    List<Double> sweep();

    /**
     * A fresh policy.
     *
     * @param knob one of {@link #sweep}
     */
    Candidate at(double knob, ReplayOptions options);

    /**
     * A policy and how its pool is run. A policy that is also a {@link DemandObserver} is told of the pool's tasks.
     *
     * @param settings name the policy
     */
    record Candidate(PoolPolicy policy, PoolSettings settings) {}
}

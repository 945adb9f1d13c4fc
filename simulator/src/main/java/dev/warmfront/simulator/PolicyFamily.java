package dev.warmfront.simulator;

import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolSettings;

/**
 * A policy with one knob that is swept. The knob is chosen in hindsight, on the very stretch that is scored: every baseline
 * gets the best that it could have been.
 *
 * <p>Another module adds one by naming it in {@code META-INF/services/dev.warmfront.simulator.PolicyFamily}: {@code
 * warmfront replay} and the tables find it by its name.
 */
public interface PolicyFamily extends Contestant {

    /**
     * A fresh policy, which has learned nothing.
     *
     * @param knob one of {@link #sweep}, or a value between two
     */
    Candidate at(double knob, ReplayOptions options);

    @Override
    default Scores scored(Replay replay, double knob) {
        return replay.score(this, knob);
    }

    /**
     * A policy and how its pool is run. Of the pool's tasks a {@link dev.warmfront.scheduler.DemandListener} is told by the
     * scheduler, as in the control plane, and any other {@link DemandObserver} when they were decided; of the prefix either is.
     *
     * @param settings name the policy
     */
    record Candidate(PoolPolicy policy, PoolSettings settings) {}
}

package dev.warmfront.forecast;

import java.time.Duration;
import java.time.Instant;

/**
 * What the policy asks of the learner: how many instances of a pool's shape are wanted some time from now.
 *
 * @param <P> what a pool is to who asks
 */
@FunctionalInterface
public interface DemandForecaster<P> {

    /**
     * The demand for a pool at {@code now + lead}, in instances: tasks then still running, tasks that will have followed, tasks
     * that will have arrived. Pure and quick: asked for each pool at each tick.
     */
    DemandDistribution demand(P pool, Instant now, Duration lead);
}

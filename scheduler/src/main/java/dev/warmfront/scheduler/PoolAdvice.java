package dev.warmfront.scheduler;

import dev.warmfront.domain.PoolId;
import java.util.List;

/**
 * What a policy that is only listened to would do with its pool now.
 *
 * @param pool the pool
 * @param policy the policy's name
 * @param launches machines that it would launch
 * @param starts standby machines that it would wake
 * @param stops hot machines that it would put into standby
 * @param ends machines that it would end
 * @param loads environments that it would have idle machines load
 * @param reason its reason for the first of these; empty where it would do nothing
 */
public record PoolAdvice(
        PoolId pool, String policy, int launches, int starts, int stops, int ends, int loads, String reason) {

    static PoolAdvice of(PoolId pool, String policy, List<Step> steps) {
        int launches = 0;
        int starts = 0;
        int stops = 0;
        int ends = 0;
        int loads = 0;
        for (Step step : steps) {
            switch (step) {
                case Step.Launch launch -> launches++;
                case Step.Start start -> starts++;
                case Step.Stop stop -> stops++;
                case Step.Terminate end -> ends++;
                case Step.Specialise specialise -> loads++;
                case Step.CancelDrain cancel -> starts++;
            }
        }
        String reason = steps.isEmpty() ? "" : steps.getFirst().reason().text();
        return new PoolAdvice(pool, policy, launches, starts, stops, ends, loads, reason);
    }

    /** Whether it is the same but for the figures in the reason. */
    boolean asks(PoolAdvice other) {
        return pool.equals(other.pool)
                && policy.equals(other.policy)
                && launches == other.launches
                && starts == other.starts
                && stops == other.stops
                && ends == other.ends
                && loads == other.loads;
    }
}

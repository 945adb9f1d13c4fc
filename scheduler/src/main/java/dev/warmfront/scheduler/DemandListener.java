package dev.warmfront.scheduler;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A pool policy with a memory: the scheduler tells it of demand, in the order in which it decides, before it asks for a plan.
 * What the policy makes of it must depend on nothing else, so that the same events give the same plans (docs/adr/0014).
 * Told of the pools that it runs, or would run where it is only listened to; of tasks elsewhere it hears that they began and ended.
 */
public interface DemandListener {

    /**
     * A task was submitted that waits for others; {@link #wanted} follows when it waits for none.
     *
     * @param after the tasks that it waits for, those that have ended left out
     */
    default void expected(
            PoolId pool, Offering offering, double share, TaskSpec task, Collection<TaskId> after, Instant at) {
        // Who does not look ahead waits until it could run.
    }

    /**
     * A task could run. Told again when it must run once more.
     *
     * @param pool whose demand it is: of the offerings in which it fits, the cheapest one's
     * @param offering that one
     * @param share of one instance that it fills, above 0 to 1
     */
    void wanted(PoolId pool, Offering offering, double share, TaskSpec task, Instant at);

    /** It was given a machine. */
    void began(TaskSpec task, Instant at);

    /** It is final. */
    void over(TaskSpec task, Instant at);

    /**
     * What the tenant of a task may count on.
     *
     * @param pool whose demand the task is
     * @return null where its tenant need not mind the others
     */
    default @Nullable Claim claim(PoolId pool, TaskSpec task) {
        return null;
    }

    /**
     * What follows tasks of a tenant that are in no workflow, as far as that is known by now; replaces what was known before.
     *
     * @param successors by the type of the task that they follow
     */
    default void learned(TenantId tenant, SortedMap<String, List<Follows>> successors) {
        // Who does not look ahead waits until it could run.
    }

    /** A machine has loaded an environment, or could not. */
    default void loaded(PastLoad load) {
        // Who has nothing loaded ahead need not know how long it takes.
    }

    /** What an operator should know of pools by now, a sentence for each of which there is something to know. */
    default Map<PoolId, String> conditions() {
        return Map.of();
    }
}

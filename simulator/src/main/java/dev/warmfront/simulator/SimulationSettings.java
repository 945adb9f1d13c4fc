package dev.warmfront.simulator;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.PoolSettings;
import java.time.Duration;
import java.util.function.Function;

/**
 * The world in which the scheduler runs.
 *
 * @param cell limits and deadlines of the cell
 * @param pool how all pools are run
 * @param offering the one thing that can be launched
 * @param request what each task sets aside; the whole machine where one task fills one
 * @param isolation of each tenant
 * @param launch L_O, from the call to the agent's first word
 * @param resume L_S
 * @param stop L_h
 * @param environmentMicros how long a machine takes to load an environment other than the generic one
 * @param calls how long providers take besides
 * @param tickMicros time between two ticks, > 0
 * @param mishaps what goes wrong
 * @param disturbance what happens to machines besides
 * @param seed of all chance
 */
record SimulationSettings(
        CellSettings cell,
        PoolSettings pool,
        Offering offering,
        Resources request,
        Function<TenantId, Isolation> isolation,
        Lead launch,
        Lead resume,
        Lead stop,
        long environmentMicros,
        Calls calls,
        long tickMicros,
        Mishaps mishaps,
        Disturbance disturbance,
        long seed) {

    ProviderId provider() {
        return offering.placement().provider();
    }

    /** Retries only where commands fail. */
    TaskMaker maker() {
        return new TaskMaker(
                request,
                mishaps.failed() > 0 ? new RetryPolicy(3, Duration.ofSeconds(1)) : RetryPolicy.NONE,
                environmentMicros > 0);
    }

    /** Whether agents must recognise an assignment that comes twice; without mishaps none does. */
    boolean remembersAttempts() {
        return !mishaps.equals(Mishaps.NONE);
    }
}

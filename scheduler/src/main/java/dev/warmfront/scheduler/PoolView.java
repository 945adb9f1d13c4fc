package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TenantId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pool policy sees of its pool: an immutable snapshot.
 *
 * @param id the pool
 * @param offering what it launches
 * @param settings the operator's wishes
 * @param idle hot instances without an attempt, most recently used first
 * @param busy instances with attempts, in the order in which they were asked for; of these and of {@code coming} most
 *     policies ask for no more than the number, which costs nothing: who wants to read them does so while it plans
 * @param coming instances that will be hot by themselves: REQUESTED, BOOTING, WARMING, STARTING
 * @param standby instances held in standby, most recently used first
 * @param draining instances that could still be taken back: draining, with no call to end them issued
 * @param wants demand that neither idle, busy nor coming instances will serve: one entry per instance that queued tasks
 *     would fill, the longest waiting first
 * @param objectives of all tenants of the cell that state one, those of other pools included
 */
public record PoolView(
        PoolId id,
        Offering offering,
        PoolSettings settings,
        List<Instance> idle,
        List<Instance> busy,
        List<Instance> coming,
        List<Instance> standby,
        List<Instance> draining,
        List<Want> wants,
        Map<TenantId, Objective> objectives) {

    public PoolView {
        idle = List.copyOf(idle);
        busy = busy instanceof LazyInstances ? busy : List.copyOf(busy);
        coming = coming instanceof LazyInstances ? coming : List.copyOf(coming);
        standby = List.copyOf(standby);
        draining = List.copyOf(draining);
        wants = List.copyOf(wants);
        objectives = Map.copyOf(objectives);
    }

    /**
     * One instance's worth of queued tasks.
     *
     * @param cause the longest waiting of them
     * @param environments what they need loaded, generic left out
     */
    public record Want(Cause cause, List<EnvironmentKey> environments) {
        public Want {
            environments = List.copyOf(environments);
        }
    }

    /** The standby mode that the operator chose and the offering has, or null. */
    public @Nullable StandbyChoice standbyChoice() {
        var mode = settings.standbyMode();
        if (mode == null) {
            return null;
        }
        var rate = offering.standbyRates().get(mode);
        return rate == null ? null : new StandbyChoice(mode, rate);
    }

    /** A standby mode with its price. */
    public record StandbyChoice(dev.warmfront.domain.StandbyMode mode, dev.warmfront.domain.HourlyRate rate) {}
}

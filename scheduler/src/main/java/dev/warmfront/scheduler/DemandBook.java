package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Queued tasks as instances' worth of demand, by the pool that should serve them: that of the cheapest offering in which
 * the shape fits and which is not blocked. Counted by shape, not by task, so its cost does not grow with the backlog.
 */
final class DemandBook {

    private static final long WHOLE_PPM = 1_000_000;

    /** Demand of one shape on one pool: {@code tasks} tasks, of which {@code perInstance} fill an instance. */
    private record Load(Cause cause, Instant since, EnvironmentKey environment, long tasks, long perInstance) {}

    private DemandBook() {}

    /**
     * Wants by pool, after what is coming has been taken into account; never more than the pool may have instances, so that
     * a long queue does not make a long list.
     *
     * @param asked which pools to look at
     */
    static SortedMap<PoolId, List<PoolView.Want>> wants(CellState state, Instant now, Predicate<PoolId> asked) {
        SortedMap<PoolId, List<Load>> loads = new TreeMap<>();
        for (TenantId id : state.queue().tenants()) {
            TenantProfile tenant = state.tenant(id);
            if (tenant == null) {
                continue;
            }
            for (FairQueue.Lane lane : state.queue().lanes(id)) {
                Listed cheapest = cheapest(state, lane.shape().request(), now);
                Task head = state.task(lane.head());
                if (cheapest == null || head == null) {
                    continue;
                }
                Instant since = head.eligibleAt() == null ? now : head.eligibleAt();
                loads.computeIfAbsent(new PoolId(cheapest.id(), tenant.domain()), key -> new ArrayList<>())
                        .add(new Load(
                                new Cause(id, lane.head()),
                                since,
                                lane.shape().environment(),
                                lane.size(),
                                Packing.perInstance(
                                        cheapest.offering().machineType().capacity(),
                                        lane.shape().request())));
            }
        }
        SortedMap<PoolId, List<PoolView.Want>> wants = new TreeMap<>();
        loads.forEach((pool, ofPool) -> {
            List<PoolView.Want> wanted = asked.test(pool)
                    ? toWants(
                            ofPool,
                            comingFor(state, pool),
                            state.poolSettings(pool).maxInstances())
                    : List.of();
            if (!wanted.isEmpty()) {
                wants.put(pool, wanted);
            }
        });
        return wants;
    }

    /** Everything coming in the domain can serve the pool's demand if it is as large: here, the pool's own. */
    private static int comingFor(CellState state, PoolId pool) {
        return state.index().coming(pool);
    }

    /** The offering whose pool serves such requests, or null when there is none now. */
    static @Nullable Listed cheapest(CellState state, Resources request, Instant now) {
        for (Listed listed : state.offeringsByPrice()) {
            if (listed.offering().machineType().capacity().covers(request) && !state.isBlocked(listed.id(), now)) {
                return listed;
            }
        }
        return null;
    }

    /** Fills instances with the loads, the longest waiting first, and leaves out as many as are coming. */
    private static List<PoolView.Want> toWants(List<Load> loads, int coming, int most) {
        loads.sort(Comparator.comparing(Load::since)
                .thenComparing(load -> load.cause().tenant())
                .thenComparing(load -> load.cause().task()));
        List<PoolView.Want> wants = new ArrayList<>();
        long filledPpm = 0;
        long counted = 0;
        for (Load load : loads) {
            filledPpm += load.tasks() * WHOLE_PPM / load.perInstance();
            long instances = Math.ceilDiv(filledPpm, WHOLE_PPM);
            while (counted < instances && wants.size() < most) {
                counted++;
                if (counted > coming) {
                    List<EnvironmentKey> environments =
                            load.environment().isGeneric() ? List.of() : List.of(load.environment());
                    wants.add(new PoolView.Want(load.cause(), environments));
                }
            }
        }
        return wants;
    }
}

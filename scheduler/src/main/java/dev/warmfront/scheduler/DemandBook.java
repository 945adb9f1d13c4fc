package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Queued tasks as instances' worth of demand, by the pool that should serve them: that of the cheapest offering in which
 * the shape fits and which is not blocked. A blocked one's pool serves as many as its instances that are coming, or can be
 * woken, will hold. Demand for which nothing is left but offerings whose provider lacks capacity is starved. Counted by
 * shape, not by task, so its cost does not grow with the backlog.
 */
final class DemandBook {

    private static final long WHOLE_PPM = 1_000_000;

    /**
     * Tasks that fill one instance, or the rest of one.
     *
     * @param cause the one that goes first
     * @param since when that became eligible
     * @param request what one of them asks for
     */
    record Need(Cause cause, Instant since, IsolationDomain domain, EnvironmentKey environment, Resources request) {
        PoolView.Want want() {
            return new PoolView.Want(cause, environment.isGeneric() ? List.of() : List.of(environment));
        }
    }

    /**
     * An instance that a pool would launch, did its provider not lack the capacity.
     *
     * @param unservedSince since when both the task waits and no machine of the pool began, or ended, anything: a domain
     *     with a long backlog that is being served has not waited
     */
    record Starved(PoolId pool, Offering offering, Need need, Instant unservedSince) {}

    /**
     * What a pool's demand wants beyond what is coming.
     *
     * @param since since when the longest waiting of it could run
     * @param wants one for each instance
     */
    record Wanting(PoolId pool, Instant since, List<PoolView.Want> wants) {
        private static final Comparator<Wanting> LONGEST_WAITING =
                Comparator.comparing(Wanting::since).thenComparing(Wanting::pool);
    }

    /** Demand of one shape on one pool: {@code tasks} tasks, of which {@code perInstance} fill an instance. */
    private record Load(Need need, long tasks, long perInstance) {
        private static final Comparator<Load> LONGEST_WAITING = Comparator.comparing(
                        (Load load) -> load.need().since())
                .thenComparing(load -> load.need().cause().tenant())
                .thenComparing(load -> load.need().cause().task());
    }

    private final CellState state;
    private final Instant now;
    private final Predicate<Placement> promising;
    private final SortedMap<PoolId, List<Load>> loads = new TreeMap<>();
    private final SortedMap<PoolId, List<Load>> starved = new TreeMap<>();

    /** What is left, in millionths of an instance, of what a blocked pool can serve. */
    private final Map<PoolId, Long> room = new HashMap<>();

    private DemandBook(CellState state, Instant now, Predicate<Placement> promising) {
        this.state = state;
        this.now = now;
        this.promising = promising;
    }

    static DemandBook of(CellState state, Instant now) {
        return of(state, now, placement -> true);
    }

    /**
     * The demand as it is.
     *
     * @param promising where starved demand should look for capacity, if several placements could hold it; what none of
     *     these could is left out
     */
    static DemandBook of(CellState state, Instant now, Predicate<Placement> promising) {
        return of(state, now, promising, state.queue().domains());
    }

    /**
     * A part of the demand.
     *
     * @param where domains whose demand counts
     */
    static DemandBook of(CellState state, Instant now, Predicate<Placement> promising, Collection<DomainEntry> where) {
        DemandBook book = new DemandBook(state, now, promising);
        for (DomainEntry domain : where) {
            for (TenantEntry tenant : domain.waiting()) {
                if (state.tenants().allowance(tenant, now) != Allowance.SPENT) {
                    book.enter(domain.id(), tenant);
                }
            }
        }
        return book;
    }

    private void enter(IsolationDomain domain, TenantEntry tenant) {
        MachineLimits limits = tenant.settings().machines();
        SpotUse.Account spot =
                limits.dividesSpot() ? state.spotUse().of(tenant.id()).copy() : null;
        for (Lane lane : spot == null ? tenant.lanes() : byTheirNext(tenant)) {
            Task head = state.task(lane.head());
            if (head != null) {
                Instant since = head.eligibleAt() == null ? now : head.eligibleAt();
                Shape shape = lane.shape();
                Need need = new Need(
                        new Cause(tenant.id(), lane.head()), since, domain, shape.environment(), shape.request());
                if (spot == null) {
                    enter(need, lane.size(), limits);
                } else {
                    divide(need, lane.size(), limits, spot);
                }
            }
        }
    }

    /** What is divided depends on the order, and that in which shapes first queued is not the same after a restart. */
    private static List<Lane> byTheirNext(TenantEntry tenant) {
        List<Lane> lanes = new ArrayList<>(tenant.lanes());
        lanes.sort(Comparator.comparing(Lane::head));
        return lanes;
    }

    /**
     * Part of the tasks for spot machines, as many as the tenant's share lets when all run, the rest for others.
     *
     * @param spot what runs and what was divided before; these tasks are added
     */
    private void divide(Need need, long tasks, MachineLimits limits, SpotUse.Account spot) {
        long spotWeight = 0;
        // Of the offering that others would go to; only where that could be launched, for nothing is to wait for what
        // cannot come.
        long otherWeight = 0;
        boolean found = false;
        for (Listed listed : state.offerings().byPrice()) {
            Offering offering = listed.offering();
            if (offering.machineType().capacity().covers(need.request()) && limits.permits(offering)) {
                long weight = SpotUse.weight(need.request(), offering);
                if (SpotUse.isSpot(offering)) {
                    spotWeight = Math.max(spotWeight, weight);
                } else if (!found && !state.refusals().isBlocked(listed.id(), now)) {
                    found = true;
                    otherWeight = canLaunch(new PoolId(listed.id(), need.domain())) ? weight : 0;
                }
            }
        }
        int share = limits.spotSharePpm();
        long onSpot = spotWeight == 0 ? 0 : spot.most(share, tasks, spotWeight, otherWeight);
        boolean opensNow = state.spotUse().of(need.cause().tenant()).hasRoom(share, spotWeight);
        spot.add(true, onSpot * spotWeight);
        spot.add(false, (tasks - onSpot) * otherWeight);
        // Where it may use spot at once and waits all the same, there is no room; else what is there waits for it.
        long waiting = opensNow ? 0 : roomOnSpot(need, limits);
        if (onSpot > waiting) {
            enter(need, onSpot - waiting, limits);
        }
        if (onSpot < tasks) {
            enter(need, tasks - onSpot, limits.withoutSpot());
        }
    }

    /** For how many such tasks the domain's spot machines have room. */
    private long roomOnSpot(Need need, MachineLimits limits) {
        long room = 0;
        for (InstanceEntry serving : state.index().of(need.domain()).serving()) {
            Instance instance = serving.image();
            if (SpotUse.isSpot(instance.offering()) && limits.permits(instance.offering())) {
                room += Math.min(WHOLE_PPM, Packing.perInstance(serving.free(), need.request()));
            }
        }
        return room;
    }

    private void enter(Need need, long tasks, MachineLimits limits) {
        Refusals refusals = state.refusals();
        long left = tasks;
        boolean isShort = false;
        Listed source = null;
        for (Listed listed : state.offerings().byPrice()) {
            if (!listed.offering().machineType().capacity().covers(need.request())
                    || !limits.permits(listed.offering())) {
                continue;
            }
            PoolId pool = new PoolId(listed.id(), need.domain());
            boolean blocked = refusals.isBlocked(listed.id(), now);
            if (!blocked && (!isShort || canLaunch(pool))) {
                load(loads, pool, listed, need, left);
                return;
            }
            if (blocked && refusals.isShort(listed.id(), now) && canLaunch(pool)) {
                isShort = true;
                boolean promises = promising.test(listed.offering().placement());
                source = source == null && promises ? listed : source;
            }
            left -= loadWhatHolds(pool, listed, need, left);
            if (left == 0) {
                return;
            }
        }
        if (source != null) {
            load(starved, new PoolId(source.id(), need.domain()), source, need, left);
        }
    }

    private boolean canLaunch(PoolId pool) {
        PoolSettings settings = state.poolSettings(pool);
        return !settings.paused() && state.index().of(pool).size() < settings.maxInstances();
    }

    private void load(SortedMap<PoolId, List<Load>> into, PoolId pool, Listed listed, Need need, long tasks) {
        into.computeIfAbsent(pool, key -> new ArrayList<>())
                .add(new Load(need, tasks, perInstance(pool, listed, need)));
    }

    private long perInstance(PoolId pool, Listed listed, Need need) {
        Resources capacity = listed.offering().machineType().capacity();
        Task head = state.reservations().isActive() ? state.task(need.cause().task()) : null;
        long fits = head == null
                ? Packing.perInstance(capacity, need.request())
                : Reservations.perInstance(state, state.poolSettings(pool), capacity, head.spec());
        // More than a million to an instance are counted as a million.
        return Math.min(WHOLE_PPM, fits);
    }

    /** Gives a pool that launches nothing as many tasks as what it has will hold; returns how many. */
    private long loadWhatHolds(PoolId pool, Listed listed, Need need, long tasks) {
        long left = room.computeIfAbsent(pool, this::roomOf);
        long perInstance = perInstance(pool, listed, need);
        long held = Math.min(tasks, left * perInstance / WHOLE_PPM);
        if (held > 0) {
            room.put(pool, left - held * WHOLE_PPM / perInstance);
            load(loads, pool, listed, need, held);
        }
        return held;
    }

    private long roomOf(PoolId pool) {
        PoolInstances has = state.index().of(pool);
        long instances = has.comingCount();
        if (has.standbyCount() > 0 && !state.poolSettings(pool).paused()) {
            for (Instance instance : has.standby()) {
                instances += state.refusals().isHeldBack(instance.id(), now) ? 0 : 1;
            }
        }
        return instances * WHOLE_PPM;
    }

    /**
     * Wants by pool, after what is coming has been taken into account; never more than the pool may have instances, so that
     * a long queue does not make a long list.
     *
     * @param asked which pools to look at
     * @return in no order that means anything: see {@link #inOrder}
     */
    List<Wanting> wanting(Predicate<PoolId> asked) {
        List<Wanting> wanting = new ArrayList<>();
        for (Map.Entry<PoolId, List<Load>> entry : loads.entrySet()) {
            PoolId pool = entry.getKey();
            if (asked.test(pool)) {
                List<Load> ofPool = entry.getValue();
                ofPool.sort(Load.LONGEST_WAITING);
                List<PoolView.Want> wants = instances(
                        ofPool,
                        state.index().of(pool).comingCount(),
                        state.poolSettings(pool).maxInstances(),
                        Need::want);
                if (!wants.isEmpty()) {
                    wanting.add(new Wanting(pool, ofPool.getFirst().need().since(), wants));
                }
            }
        }
        return wanting;
    }

    /** Their wants by pool, that with the longest waiting demand first. */
    static Map<PoolId, List<PoolView.Want>> inOrder(List<Wanting> wanting) {
        wanting.sort(Wanting.LONGEST_WAITING);
        Map<PoolId, List<PoolView.Want>> wants = new LinkedHashMap<>();
        wanting.forEach(one -> wants.put(one.pool(), one.wants()));
        return wants;
    }

    /** What starves, the longest unserved first; never more of a pool than it may still launch. */
    List<Starved> starved() {
        List<Starved> all = new ArrayList<>();
        starved.forEach((pool, ofPool) -> {
            Offering offering = state.offerings().get(pool.offering());
            int most = state.poolSettings(pool).maxInstances()
                    - state.index().of(pool).size();
            ofPool.sort(Load.LONGEST_WAITING);
            if (offering != null) {
                Instant used = state.index().of(pool).lastUsed();
                for (Need need : instances(ofPool, 0, most, Function.identity())) {
                    Instant unserved = used == null || used.isBefore(need.since()) ? need.since() : used;
                    all.add(new Starved(pool, offering, need, unserved));
                }
            }
        });
        all.sort(Comparator.comparing(Starved::unservedSince)
                .thenComparing(one -> one.need().since()));
        return all;
    }

    /**
     * Fills instances with the loads, in their order, and leaves out as many as are coming. Thousands may be of one load: they
     * are counted, and one object is enough for all of them.
     */
    private static <T> List<T> instances(List<Load> loads, int coming, int most, Function<Need, T> as) {
        List<T> all = new ArrayList<>();
        long filledPpm = 0;
        long counted = coming;
        for (Load load : loads) {
            filledPpm += load.tasks() * WHOLE_PPM / load.perInstance();
            long instances = Math.ceilDiv(filledPpm, WHOLE_PPM);
            int more = Math.clamp(instances - counted, 0, Math.max(0, most - all.size()));
            if (more > 0) {
                counted += more;
                all.addAll(Collections.nCopies(more, as.apply(load.need())));
            }
        }
        return all;
    }

    /** Whether a task of its domain is queued that may run there and that the instance is large enough for. */
    static boolean isWanted(CellState state, Instance instance) {
        Resources capacity = instance.offering().machineType().capacity();
        for (TenantEntry tenant : state.queue().waiting(instance.domain())) {
            for (Lane lane : tenant.lanes()) {
                if (capacity.covers(lane.shape().request())
                        && state.permits(
                                tenant.id(), instance.offering(), lane.shape().request())) {
                    return true;
                }
            }
        }
        return false;
    }
}

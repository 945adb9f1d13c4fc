package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks each pool's policy what it wants and does what limits, blocks and pauses allow of it. */
final class PoolPlanner {

    private final Map<String, PoolPolicy> policies;

    /** Runs a pool whose policy is only listened to. */
    private final PoolPolicy listening = new FixedKeepAlivePolicy();

    PoolPlanner(Map<String, PoolPolicy> policies) {
        this.policies = policies;
    }

    boolean knows(String policy) {
        return policies.containsKey(policy);
    }

    @Nullable PoolPolicy policy(String name) {
        return policies.get(name);
    }

    /** Sorted, for people. */
    String policyNames() {
        return policies.keySet().stream().sorted().collect(Collectors.joining(", "));
    }

    /**
     * On a tick: every pool that has a demand, the longest waiting first, then those with an instance or settings of their
     * own: a policy that looks ahead wants to launch where there is nothing yet.
     */
    void planAll(Deciding deciding) {
        Map<PoolId, List<PoolView.Want>> wants = DemandBook.inOrder(
                DemandBook.of(deciding.state(), deciding.now()).wanting(pool -> true));
        plan(deciding, wants);
        TreeSet<PoolId> pools = new TreeSet<>(deciding.state().index().pools());
        pools.addAll(deciding.state().pools().configured().keySet());
        pools.removeAll(wants.keySet());
        pools.forEach(pool -> plan(deciding, pool, List.of()));
    }

    /** Asks the policies of pools that want something. */
    void plan(Deciding deciding, Map<PoolId, List<PoolView.Want>> wants) {
        wants.forEach((pool, wanted) -> plan(deciding, pool, wanted));
    }

    /**
     * Between ticks: only pools whose demand nothing on its way will serve, and that can do something about it.
     *
     * @param where domains whose demand may have become unmet
     */
    static Map<PoolId, List<PoolView.Want>> unmet(Deciding deciding, Touched where) {
        CellState state = deciding.state();
        if (state.queue().isEmpty() || !canDoAnything(deciding)) {
            return Map.of();
        }
        List<DomainEntry> domains = state.queue().unmet().among(where);
        return domains.isEmpty() ? Map.of() : unmet(state, deciding.now(), domains);
    }

    /** What they want of pools with room; those that want nothing need not be asked again before something changes. */
    private static Map<PoolId, List<PoolView.Want>> unmet(CellState state, Instant now, List<DomainEntry> domains) {
        boolean lasts = lasts(state, now);
        List<DemandBook.Wanting> all = new ArrayList<>();
        for (DomainEntry domain : domains) {
            List<DemandBook.Wanting> wanting = lasts ? domain.wanting() : null;
            if (wanting == null) {
                wanting = wanting(state, now, domain);
                domain.wanting(lasts && !isAnyBounded(domain) ? wanting : null);
            }
            all.addAll(wanting);
            if (lasts && wanting.isEmpty() && !mayComeBack(state, now, domain)) {
                state.queue().unmet().isNot(domain);
            }
        }
        return DemandBook.inOrder(all);
    }

    /** Whether what a domain wants lasts until something in it changes: blocks pass by themselves, and room is set aside anew. */
    static boolean lasts(CellState state, Instant now) {
        return !state.refusals().isAnyBlocked(now) && !state.reservations().isActive();
    }

    /** What the domain wants of pools with room, by pool. */
    static List<DemandBook.Wanting> wanting(CellState state, Instant now, DomainEntry domain) {
        return hasRoom(state, domain.id())
                ? DemandBook.of(state, now, placement -> true, List.of(domain)).wanting(pool -> hasRoom(state, pool))
                : List.of();
    }

    /** Whether a budget, or a share of spot machines, may have a say. */
    private static boolean isAnyBounded(DomainEntry domain) {
        for (TenantEntry tenant : domain.waiting()) {
            if (tenant.isBounded()) {
                return true;
            }
        }
        return false;
    }

    /** And pools with room in which tasks were submitted that follow others: their machines may have to be launched by now. */
    static Map<PoolId, List<PoolView.Want>> expecting(
            CellState state, Map<PoolId, List<PoolView.Want>> wants, Set<PoolId> expecting) {
        if (expecting.isEmpty()) {
            return wants;
        }
        Map<PoolId, List<PoolView.Want>> all = new LinkedHashMap<>(wants);
        for (PoolId pool : expecting) {
            if (hasRoom(state, pool)) {
                all.putIfAbsent(pool, List.of());
            }
        }
        return all;
    }

    /** Whether demand may come back by what nobody tells of: a new month, or a spot machine that another tenant takes. */
    private static boolean mayComeBack(CellState state, Instant now, DomainEntry domain) {
        for (TenantEntry tenant : domain.waiting()) {
            if (state.tenants().allowance(tenant, now) == Allowance.SPENT
                    || tenant.settings().machines().dividesSpot()) {
                return true;
            }
        }
        return false;
    }

    /** Whether anything could be launched, woken or taken back into service, for whatever demand there is. */
    private static boolean canDoAnything(Deciding deciding) {
        CellState state = deciding.state();
        for (Listed listed : state.offerings().byPrice()) {
            if (!state.refusals().isBlocked(listed.id(), deciding.now())) {
                return true;
            }
        }
        return state.index().pools().stream()
                .anyMatch(pool -> state.index().of(pool).standbyCount() > 0);
    }

    /** Whether any of the domain's pools has: where all are full, a backlog need not be counted at each submission. */
    private static boolean hasRoom(CellState state, IsolationDomain domain) {
        for (Listed listed : state.offerings().byPrice()) {
            if (hasRoom(state, new PoolId(listed.id(), domain))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasRoom(CellState state, PoolId pool) {
        PoolInstances has = state.index().of(pool);
        return has.size() < state.poolSettings(pool).maxInstances() || has.standbyCount() > 0;
    }

    private void plan(Deciding deciding, PoolId pool, List<PoolView.Want> wants) {
        Offering offering = offering(deciding, pool);
        PoolSettings settings = deciding.state().poolSettings(pool);
        if (offering == null || settings.paused()) {
            return;
        }
        PoolPolicy policy = policies.get(settings.policy());
        if (policy == null) {
            throw new IllegalStateException("no pool policy is called " + settings.policy());
        }
        PoolView view = view(deciding, pool, offering, settings, wants);
        List<Step> steps = policy.plan(view, deciding.now());
        if (settings.mode() == PoolMode.FORECAST_ONLY) {
            advise(deciding, PoolAdvice.of(pool, policy.name(), steps));
            steps = listening.plan(view, deciding.now());
        }
        for (List<Instance> each : List.of(view.busy(), view.coming())) {
            if (each instanceof LazyInstances lazy) {
                lazy.freeze();
            }
        }
        boolean full = false;
        for (Step step : steps) {
            // A long queue makes for many launches; once the pool is full, and no step empties it, none comes to
            // anything.
            if (!full || !(step instanceof Step.Launch)) {
                take(deciding, pool, offering, settings, step);
                full = step instanceof Step.Launch && isFull(deciding.state(), pool, settings);
            }
        }
    }

    private static void advise(Deciding deciding, PoolAdvice advice) {
        PoolAdvice before = deciding.state().pools().advice(advice.pool());
        if (before == null || !before.asks(advice)) {
            deciding.emit(new Change.PoolAdvised(advice));
        }
    }

    /** What the pool launches; from its instances where the provider offers it no more. */
    private static @Nullable Offering offering(Deciding deciding, PoolId pool) {
        Offering offered = deciding.state().offerings().get(pool.offering());
        if (offered != null) {
            return offered;
        }
        for (InstanceId id : deciding.state().index().of(pool).members()) {
            Instance instance = deciding.state().instance(id);
            if (instance != null) {
                return instance.offering();
            }
        }
        return null;
    }

    static PoolView view(
            Deciding deciding, PoolId pool, Offering offering, PoolSettings settings, List<PoolView.Want> wants) {
        CellState state = deciding.state();
        PoolInstances has = state.index().of(pool);
        List<Instance> standby = new ArrayList<>(has.standbyCount());
        for (Instance instance : has.standby()) {
            if (!state.refusals().isHeldBack(instance.id(), deciding.now())) {
                standby.add(instance);
            }
        }
        List<Instance> draining = new ArrayList<>();
        for (Instance instance : has.draining()) {
            if (!instance.allocations().isEmpty()) {
                draining.add(instance);
            }
        }
        return new PoolView(
                pool,
                offering,
                settings,
                state.index().idleOf(pool),
                new LazyInstances(has.busyCount(), () -> busy(state, has)),
                new LazyInstances(has.comingCount(), has::coming),
                standby,
                draining,
                wants,
                state.tenants().objectives());
    }

    private static List<Instance> busy(CellState state, PoolInstances pool) {
        List<Instance> busy = new ArrayList<>();
        for (InstanceId id : pool.members()) {
            Instance instance = state.instance(id);
            if (instance != null && instance.state() == InstanceState.BUSY) {
                busy.add(instance);
            }
        }
        return busy;
    }

    private static void take(Deciding deciding, PoolId pool, Offering offering, PoolSettings settings, Step step) {
        switch (step) {
            case Step.Launch launch -> launch(deciding, pool, offering, settings, launch);
            case Step.Start start -> start(deciding, start);
            case Step.Stop stop -> {
                if (!Retention.keeps(deciding, stop.instance())) {
                    stop(deciding, stop.instance(), stop.mode(), stop.reason());
                }
            }
            case Step.Terminate end -> {
                if (!Retention.keeps(deciding, end.instance())) {
                    terminate(deciding, end.instance(), end.reason());
                }
            }
            case Step.Specialise specialise -> specialise(deciding, specialise);
            case Step.CancelDrain cancel -> cancelDrain(deciding, cancel.instance(), cancel.reason());
        }
    }

    private static void launch(
            Deciding deciding, PoolId pool, Offering offering, PoolSettings settings, Step.Launch launch) {
        CellState state = deciding.state();
        if (!isFull(state, pool, settings)
                && state.refusals().mayLaunch(pool.offering(), deciding.now())
                && isPermitted(state, pool.domain(), offering, launch.cause())
                && !isRationed(deciding, launch.speculative(), launch.cause())) {
            request(deciding, pool, offering, launch);
        }
    }

    private static boolean isFull(CellState state, PoolId pool, PoolSettings settings) {
        return state.index().of(pool).size() >= settings.maxInstances();
    }

    /** Has an instance launched; whether that may be is the caller's question. */
    static void request(Deciding deciding, PoolId pool, Offering offering, Step.Launch launch) {
        CellState state = deciding.state();
        InstanceId id = new InstanceId("i-" + state.settings().cell() + "-" + deciding.nextNumber());
        TreeSet<EnvironmentKey> environments = new TreeSet<>(launch.environments());
        Instance instance = new Instance(
                id,
                offering,
                pool.domain(),
                InstanceState.REQUESTED,
                deciding.now(),
                null,
                Collections.emptySortedSet(),
                Collections.unmodifiableSortedSet(environments),
                List.of(),
                null,
                Tier.COLD,
                null,
                deciding.now(),
                state.nextUse(),
                launch.cause(),
                null,
                null,
                Money.ZERO,
                deciding.now());
        deciding.emit(new Change.InstanceChanged(instance, InstanceTrigger.REQUESTED, launch.reason()));
        deciding.intend(Intent.Kind.LAUNCH, instance, null, launch.speculative());
    }

    /** Whether it must be left alone: what is done ahead of tasks is bounded, by the cell and by who pays for it. */
    private static boolean isRationed(Deciding deciding, boolean speculative, @Nullable Cause cause) {
        CellState state = deciding.state();
        return speculative
                && (state.intents().speculative() >= state.settings().maxSpeculativeIntents()
                        || (cause != null && !state.tenants().maySpeculate(cause.tenant(), deciding.now())));
    }

    /** Whether those for whose sake it would come up may use it; a pool's floor in a domain of one tenant is for that. */
    private static boolean isPermitted(
            CellState state, IsolationDomain domain, Offering offering, @Nullable Cause cause) {
        if (!state.tenants().isAnyBounded()) {
            return true;
        }
        TenantId tenant = cause == null ? domain.tenant() : cause.tenant();
        return tenant == null || state.tenants().permits(tenant, offering);
    }

    private static void start(Deciding deciding, Step.Start start) {
        Instance instance = deciding.state().instance(start.instance());
        if (instance == null || instance.state() != InstanceState.STANDBY) {
            return;
        }
        Cause cause = start.cause() == null ? instance.cause() : start.cause();
        if (!isPermitted(deciding.state(), instance.domain(), instance.offering(), cause)
                || isRationed(deciding, start.speculative(), cause)) {
            return;
        }
        Instance charged = Billing.settle(deciding, instance);
        deciding.move(
                new InstanceEdit(charged)
                        .state(InstanceState.STARTING, deciding.now())
                        .wokenFrom(Tier.STANDBY)
                        .hotSince(null)
                        .cause(cause),
                InstanceTrigger.START_DECIDED,
                start.reason());
        deciding.intend(Intent.Kind.START, charged, null, start.speculative());
    }

    private static void specialise(Deciding deciding, Step.Specialise step) {
        CellState state = deciding.state();
        Instance instance = state.instance(step.instance());
        if (instance != null
                && instance.state() == InstanceState.HOT
                && !instance.warm().contains(step.environment())
                && state.environment(step.environment()) != null
                && isPermitted(state, instance.domain(), instance.offering(), step.cause())
                && !isRationed(deciding, true, step.cause())) {
            InstanceHandler.specialise(deciding, instance, step.environment(), step.cause(), step.reason());
        }
    }

    private static void stop(Deciding deciding, InstanceId id, StandbyMode mode, Reason reason) {
        Instance instance = deciding.state().instance(id);
        if (instance == null || instance.state() != InstanceState.HOT) {
            return;
        }
        Instance charged = Billing.settle(deciding, instance);
        deciding.move(
                new InstanceEdit(charged)
                        .state(InstanceState.STOPPING, deciding.now())
                        .standbyMode(mode),
                InstanceTrigger.STOP_DECIDED,
                reason);
        deciding.intend(Intent.Kind.STOP, charged, mode, true);
    }

    /** Ends what is idle; anything else is left as it is. */
    static void terminate(Deciding deciding, InstanceId id, Reason reason) {
        Instance instance = deciding.state().instance(id);
        if (instance != null && (instance.state() == InstanceState.HOT || instance.state() == InstanceState.STANDBY)) {
            InstanceHandler.leave(deciding, instance, InstanceState.DRAINING, InstanceTrigger.DRAINED, reason);
        }
    }

    private static void cancelDrain(Deciding deciding, InstanceId id, Reason reason) {
        Instance instance = deciding.state().instance(id);
        if (instance != null
                && instance.state() == InstanceState.DRAINING
                && !instance.allocations().isEmpty()
                && !deciding.state().intents().has(id, Intent.Kind.TERMINATE)) {
            Instance charged = Billing.settle(deciding, instance);
            deciding.move(
                    new InstanceEdit(charged).state(InstanceState.BUSY, deciding.now()),
                    InstanceTrigger.DRAIN_CANCELLED,
                    reason);
        }
    }
}

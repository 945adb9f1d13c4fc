package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells policies with a memory what decisions mean for demand: all at once, in the order of the decisions, when one of them is
 * about to be asked. What they make of it depends on nothing else, so a placement need not wait while they learn from it.
 */
final class DemandTeller {

    /** So many are told at once, whoever asks. */
    private static final int MOST_UNTOLD = 4096;

    /** By the name of the policy. */
    private final Map<String, DemandListener> listeners = new LinkedHashMap<>();

    private final SpotHomes spotHomes = new SpotHomes();

    private record Loading(EnvironmentKey environment, Instant since) {}

    /** Machines that load one environment, and nothing else. */
    private final Map<InstanceId, Loading> loading = new HashMap<>();

    /** What was decided since they were told. */
    private final List<Runnable> untold = new ArrayList<>();

    /** Of the decision that is noted: pools in which tasks were submitted that wait for others. */
    private final Set<PoolId> expecting = new LinkedHashSet<>();

    DemandTeller(List<PoolPolicy> policies) {
        for (PoolPolicy policy : policies) {
            if (policy instanceof DemandListener listener) {
                listeners.put(policy.name(), listener);
            }
        }
    }

    /**
     * Takes note of a decision's changes.
     *
     * @param from the number of the first that was not noted
     * @return pools whose demand to come has grown: tasks were submitted that wait for others
     */
    Set<PoolId> note(Deciding deciding, int from) {
        if (listeners.isEmpty()) {
            return Set.of();
        }
        expecting.clear();
        List<Change> changes = deciding.changes();
        for (int i = from; i < changes.size(); i++) {
            if (changes.get(i) instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                note(deciding, task, trigger);
            } else if (changes.get(i) instanceof Change.InstanceChanged(Instance after, var trigger, var reason)) {
                if (trigger != null) {
                    note(after, trigger);
                }
            } else if (changes.get(i) instanceof Change.SuccessorsKnown(var tenant, var successors)) {
                listeners.values().forEach(listener -> untold.add(() -> listener.learned(tenant, successors)));
            }
        }
        if (untold.size() >= MOST_UNTOLD) {
            tell();
        }
        return expecting.isEmpty() ? Set.of() : new LinkedHashSet<>(expecting);
    }

    /** Tells of all that was noted: before any policy is asked for a plan. */
    void tell() {
        untold.forEach(Runnable::run);
        untold.clear();
    }

    /** How long machines take to load one environment; of several at once nobody knows which took how long. */
    private void note(Instance instance, InstanceTrigger trigger) {
        switch (trigger) {
            case AGENT_REGISTERED, SPECIALISED -> {
                EnvironmentKey begun = instance.loading();
                if (begun != null) {
                    loading.put(instance.id(), new Loading(begun, instance.stateSince()));
                }
            }
            case WARMED -> {
                Loading loaded = loading.remove(instance.id());
                if (loaded != null && instance.warm().contains(loaded.environment())) {
                    told(new PastLoad(loaded.environment(), Duration.between(loaded.since(), instance.stateSince())));
                }
            }
            case WARM_UP_FAILED -> {
                Loading failed = loading.remove(instance.id());
                if (failed != null && !instance.warm().contains(failed.environment())) {
                    told(new PastLoad(failed.environment(), null));
                }
            }
            case DRAINED, LOST, ENDED -> loading.remove(instance.id());
            case REQUESTED,
                    LAUNCH_ACCEPTED,
                    LAUNCH_REFUSED,
                    ASSIGNED,
                    IDLED,
                    DRAIN_CANCELLED,
                    STOP_DECIDED,
                    STOPPED,
                    STOP_REFUSED,
                    START_DECIDED,
                    START_REFUSED -> {
                // It loads nothing then.
            }
        }
    }

    private void told(PastLoad load) {
        listeners.values().forEach(listener -> untold.add(() -> listener.loaded(load)));
    }

    private void note(Deciding deciding, Task task, TaskTrigger trigger) {
        TaskSpec spec = task.spec();
        Instant at = deciding.now();
        if (trigger == TaskTrigger.ASSIGNED) {
            listeners.values().forEach(listener -> untold.add(() -> listener.began(spec, at)));
        } else if (task.state().isFinal()) {
            spotHomes.over(spec);
            listeners.values().forEach(listener -> untold.add(() -> listener.over(spec, at)));
        } else if (task.state() == TaskState.QUEUED) {
            wanted(deciding.state(), task.spec(), deciding.now());
        } else if (trigger == TaskTrigger.SUBMITTED) {
            expected(deciding.state(), task.spec(), task.spec().parents(), deciding.now());
        }
    }

    private void expected(CellState state, TaskSpec spec, Collection<TaskId> after, Instant at) {
        home(state, spec, false, (listener, pool, offering, share) -> {
            expecting.add(pool);
            untold.add(() -> listener.expected(pool, offering, share, spec, after, at));
        });
    }

    private void wanted(CellState state, TaskSpec spec, Instant at) {
        home(
                state,
                spec,
                true,
                (listener, pool, offering, share) ->
                        untold.add(() -> listener.wanted(pool, offering, share, spec, at)));
    }

    /** Whether any tenant of the domain may have to mind others. */
    boolean mayClaim(IsolationDomain domain) {
        return !listeners.isEmpty() && domain.equals(IsolationDomain.SHARED);
    }

    /** What the tenant of a task in a shared domain may count on of the machines there; null where it need not mind the others. */
    @Nullable Claim claim(CellState state, TaskSpec task) {
        List<Claim> claims = new ArrayList<>(1);
        home(state, task, false, (listener, pool, offering, share) -> {
            Claim claim = listener.claim(pool, task);
            if (claim != null) {
                claims.add(claim);
            }
        });
        return claims.isEmpty() ? null : claims.getFirst();
    }

    /** What an operator should know of pools. */
    Map<PoolId, String> conditions() {
        Map<PoolId, String> all = new TreeMap<>();
        listeners.values().forEach(listener -> all.putAll(listener.conditions()));
        return all;
    }

    /** What was, in the order of time; at one moment, ends come first. */
    void recall(CellState state, List<PastTask> past, List<PastLoad> loads) {
        loads.forEach(this::told);
        List<Told> all = new ArrayList<>();
        for (PastTask task : past) {
            all.add(new Told(task.eligibleAt(), 1, task.spec()));
            if (task.assignedAt() != null) {
                all.add(new Told(task.assignedAt(), 2, task.spec()));
            }
            if (task.finishedAt() != null) {
                // A task without length begins before it ends.
                boolean instant = task.finishedAt().equals(task.assignedAt());
                all.add(new Told(task.finishedAt(), instant ? 3 : 0, task.spec()));
            }
        }
        all.sort(Told.IN_ORDER);
        for (Told told : all) {
            switch (told.kind()) {
                case 1 -> wanted(state, told.spec(), told.at());
                case 2 -> listeners.values().forEach(listener -> listener.began(told.spec(), told.at()));
                default -> {
                    spotHomes.over(told.spec());
                    listeners.values().forEach(listener -> listener.over(told.spec(), told.at()));
                }
            }
            tell();
        }
        for (Task task : state.tasks()) {
            if (task.state() == TaskState.PENDING) {
                List<TaskId> after = task.spec().parents().stream()
                        .filter(parent -> state.task(parent) != null)
                        .toList();
                expected(state, task.spec(), after, task.submittedAt());
            }
        }
        tell();
    }

    private record Told(Instant at, int kind, TaskSpec spec) {
        private static final Comparator<Told> IN_ORDER = Comparator.comparing(Told::at)
                .thenComparingInt(Told::kind)
                .thenComparing(told -> told.spec().tenant())
                .thenComparing(told -> told.spec().id());
    }

    /** Told of the pool whose demand a task is. */
    private interface Home {
        void is(DemandListener listener, PoolId pool, Offering offering, double share);
    }

    private void home(CellState state, TaskSpec spec, boolean wanted, Home home) {
        DomainEntry domain = state.queue().domain(spec.tenant());
        if (domain == null) {
            return;
        }
        MachineLimits limits = state.tenants().limits(spec.tenant());
        // Blocks and pools' limits are left out: they pass, and what is remembered of a pool must not jump with them.
        for (Listed listed : state.offerings().byPrice()) {
            Offering offering = listed.offering();
            long fits = Packing.perInstance(offering.machineType().capacity(), spec.request());
            if (fits > 0
                    && limits.permits(offering)
                    && (!SpotUse.isSpot(offering) || spotHomes.mayBe(spec, limits, offering))) {
                PoolId pool = new PoolId(listed.id(), domain.id());
                if (wanted) {
                    spotHomes.wanted(spec, limits, offering);
                }
                DemandListener listener = listeners.get(state.poolSettings(pool).policy());
                if (listener != null) {
                    home.is(listener, pool, offering, 1.0 / fits);
                }
                return;
            }
        }
    }
}

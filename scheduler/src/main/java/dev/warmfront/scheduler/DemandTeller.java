package dev.warmfront.scheduler;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tells policies with a memory what a decision means for demand. */
final class DemandTeller {

    /** By the name of the policy. */
    private final Map<String, DemandListener> listeners = new LinkedHashMap<>();

    DemandTeller(List<PoolPolicy> policies) {
        for (PoolPolicy policy : policies) {
            if (policy instanceof DemandListener listener) {
                listeners.put(policy.name(), listener);
            }
        }
    }

    /**
     * Tells of a decision's changes.
     *
     * @param from the number of the first that was not told of
     * @return pools whose demand to come has grown: tasks were submitted that wait for others
     */
    Set<PoolId> tell(Deciding deciding, int from) {
        if (listeners.isEmpty()) {
            return Set.of();
        }
        Set<PoolId> expecting = new LinkedHashSet<>();
        for (Change change : deciding.changes().subList(from, deciding.changes().size())) {
            if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                tell(deciding, task, trigger, expecting);
            }
        }
        return expecting;
    }

    private void tell(Deciding deciding, Task task, TaskTrigger trigger, Set<PoolId> expecting) {
        if (trigger == TaskTrigger.ASSIGNED) {
            listeners.values().forEach(listener -> listener.began(task.spec(), deciding.now()));
        } else if (task.state().isFinal()) {
            listeners.values().forEach(listener -> listener.over(task.spec(), deciding.now()));
        } else if (task.state() == TaskState.QUEUED) {
            wanted(deciding.state(), task.spec(), deciding.now());
        } else if (trigger == TaskTrigger.SUBMITTED) {
            expected(deciding.state(), task.spec(), task.spec().parents(), deciding.now(), expecting);
        }
    }

    private void expected(CellState state, TaskSpec spec, Collection<TaskId> after, Instant at, Set<PoolId> expecting) {
        home(state, spec, (listener, pool, offering, share) -> {
            listener.expected(pool, offering, share, spec, after, at);
            expecting.add(pool);
        });
    }

    private void wanted(CellState state, TaskSpec spec, Instant at) {
        home(state, spec, (listener, pool, offering, share) -> listener.wanted(pool, offering, share, spec, at));
    }

    /** What an operator should know of pools. */
    Map<PoolId, String> conditions() {
        Map<PoolId, String> all = new TreeMap<>();
        listeners.values().forEach(listener -> all.putAll(listener.conditions()));
        return all;
    }

    /** What was, in the order of time; at one moment, ends come first. */
    void recall(CellState state, List<PastTask> past) {
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
                default -> listeners.values().forEach(listener -> listener.over(told.spec(), told.at()));
            }
        }
        for (Task task : state.tasks()) {
            if (task.state() == TaskState.PENDING) {
                List<TaskId> after = task.spec().parents().stream()
                        .filter(parent -> state.task(parent) != null)
                        .toList();
                expected(state, task.spec(), after, task.submittedAt(), new LinkedHashSet<>());
            }
        }
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

    private void home(CellState state, TaskSpec spec, Home home) {
        TenantProfile tenant = state.tenant(spec.tenant());
        if (tenant == null) {
            return;
        }
        // Blocks and limits are left out: they pass, and what is remembered of a pool must not jump with them.
        for (Listed listed : state.offeringsByPrice()) {
            long fits = Packing.perInstance(listed.offering().machineType().capacity(), spec.request());
            if (fits > 0) {
                PoolId pool = new PoolId(listed.id(), tenant.domain());
                DemandListener listener = listeners.get(state.poolSettings(pool).policy());
                if (listener != null) {
                    home.is(listener, pool, listed.offering(), 1.0 / fits);
                }
                return;
            }
        }
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import java.util.List;

/** Tells policies with a memory what a decision means for demand. */
final class DemandTeller {

    private final List<DemandListener> listeners;

    DemandTeller(List<PoolPolicy> policies) {
        this.listeners = policies.stream()
                .filter(DemandListener.class::isInstance)
                .map(DemandListener.class::cast)
                .toList();
    }

    void tell(Deciding deciding) {
        if (listeners.isEmpty()) {
            return;
        }
        for (Change change : deciding.changes()) {
            if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                tell(deciding, task, trigger);
            }
        }
    }

    private void tell(Deciding deciding, Task task, TaskTrigger trigger) {
        if (trigger == TaskTrigger.ASSIGNED) {
            listeners.forEach(listener -> listener.began(task.spec(), deciding.now()));
        } else if (task.state().isFinal()) {
            listeners.forEach(listener -> listener.over(task.spec(), deciding.now()));
        } else if (task.state() == TaskState.QUEUED) {
            wanted(deciding, task);
        }
    }

    private void wanted(Deciding deciding, Task task) {
        CellState state = deciding.state();
        TenantProfile tenant = state.tenant(task.spec().tenant());
        if (tenant == null) {
            return;
        }
        // Blocks and limits are left out: they pass, and what is remembered of a pool must not jump with them.
        for (Listed listed : state.offeringsByPrice()) {
            long fits = Packing.perInstance(
                    listed.offering().machineType().capacity(), task.spec().request());
            if (fits > 0) {
                PoolId pool = new PoolId(listed.id(), tenant.domain());
                listeners.forEach(
                        listener -> listener.wanted(pool, listed.offering(), 1.0 / fits, task.spec(), deciding.now()));
                return;
            }
        }
    }
}

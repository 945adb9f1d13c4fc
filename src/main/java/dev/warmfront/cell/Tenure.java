package dev.warmfront.cell;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.Task;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is dropped and read again together. */
final class Tenure implements Batch.States {
    final long epoch;
    final CellState state;
    final Scheduler scheduler;
    final @Nullable EventLog log;
    private final Map<InstanceId, InstanceState> instances = new HashMap<>();
    private final Map<TaskId, Task> tasks = new HashMap<>();

    /** Whether the scheduler's policies were told of the past. */
    final boolean recalled;

    /** What the policies take lead times for. */
    final List<PoolPolicies.Lead> leads;

    Instant latest;

    /** Whether an operator has chosen, perhaps for other pools than before, a policy that should know their past. */
    boolean wantsPast;

    Tenure(
            long epoch,
            CellState state,
            Scheduler scheduler,
            boolean recalled,
            List<PoolPolicies.Lead> leads,
            @Nullable EventLog log,
            Instant latest) {
        this.epoch = epoch;
        this.state = state;
        this.scheduler = scheduler;
        this.recalled = recalled;
        this.leads = leads;
        this.log = log;
        this.latest = latest;
        state.instances().forEach(instance -> instances.put(instance.id(), instance.state()));
        state.tasks().forEach(task -> tasks.put(task.spec().id(), task));
    }

    void look(Decision decision) {
        for (Change change : decision.changes()) {
            if (change instanceof Change.PoolChanged(PoolId pool, PoolSettings chosen)) {
                wantsPast |= scheduler.remembers(chosen.policy());
            }
        }
    }

    void close() {
        if (log != null) {
            log.close();
        }
    }

    @Override
    public @Nullable InstanceState swap(InstanceId instance, InstanceState next) {
        return next.isFinal() ? instances.remove(instance) : instances.put(instance, next);
    }

    @Override
    public @Nullable Task swap(Task task) {
        return task.state().isFinal()
                ? tasks.remove(task.spec().id())
                : tasks.put(task.spec().id(), task);
    }
}

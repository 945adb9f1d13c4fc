package dev.warmfront.simulator;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskSpec;
import java.time.Instant;

/**
 * What a policy that learns is told of its pool's tasks, one event at a time, in the order of time. A policy that implements
 * it keeps what it learned in itself. It is told of the prefix of the trace before the simulation begins, and then of each
 * event when the scheduler has decided it; what that event itself asks for stood in the pool's view meanwhile.
 *
 * <p>A task says nothing of its future: its runtime is known when it ends.
 */
public interface DemandObserver {

    /**
     * A task was submitted; its {@link TaskSpec#parents} say what it waits for. Told besides {@link #eligible}, before it.
     */
    default void submitted(TaskSpec task, Instant at) {
        // Most wait until it could run.
    }

    /** A task became eligible: submitted, and its parents done. */
    void eligible(TaskSpec task, Instant at);

    /** A task began. */
    void began(TaskSpec task, Instant at);

    /** A task ended. */
    void ended(TaskSpec task, Instant at);

    /** A task began on this machine; told besides {@link #began}, and not of the prefix, which has no machines. */
    default void ran(InstanceId instance, TaskSpec task) {
        // Most do not care which machine it was.
    }

    /** What series of demand are kept by: tenant and task type. */
    static String app(TaskSpec task) {
        return task.tenant().value() + "/" + task.taskType();
    }
}

package dev.warmfront.simulator;

import dev.warmfront.domain.InstanceId;

/**
 * What a policy that learns is told of its pool's tasks. A policy that implements it keeps what it learned in itself, which
 * is good enough to be compared with; the control plane's own learners hand the cell immutable models instead.
 */
interface DemandObserver {

    /**
     * A task became eligible.
     *
     * @param app tenant and task type
     * @param atMicros since the origin of the trace
     */
    void eligible(String app, long atMicros);

    /** A task began. */
    void began(String app, long atMicros);

    /** A task ended. */
    void ended(String app, long atMicros);

    /**
     * A task began on this machine; told besides {@link #began}, and not of the prefix, which has no machines.
     *
     * @param instance which
     */
    default void ran(InstanceId instance, String app) {
        // Most do not care which machine it was.
    }
}

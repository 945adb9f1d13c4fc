package dev.warmfront.scheduler;

import static dev.warmfront.domain.InstanceState.BOOTING;
import static dev.warmfront.domain.InstanceState.BUSY;
import static dev.warmfront.domain.InstanceState.DRAINING;
import static dev.warmfront.domain.InstanceState.FAILED;
import static dev.warmfront.domain.InstanceState.HOT;
import static dev.warmfront.domain.InstanceState.LOST;
import static dev.warmfront.domain.InstanceState.REQUESTED;
import static dev.warmfront.domain.InstanceState.STANDBY;
import static dev.warmfront.domain.InstanceState.STARTING;
import static dev.warmfront.domain.InstanceState.STOPPING;
import static dev.warmfront.domain.InstanceState.TERMINATED;
import static dev.warmfront.domain.InstanceState.WARMING;

import dev.warmfront.domain.InstanceState;
import java.util.List;

/** Which moves an instance can make (design.md §1). The diagram in docs/lifecycle-instance.md is made from this table. */
final class InstanceLifecycle {

    static final TransitionTable<InstanceState, InstanceTrigger> TABLE = TransitionTable.of(
                    "instance", InstanceState.class, InstanceTrigger.class)
            .birth(InstanceTrigger.REQUESTED, REQUESTED)
            .move(List.of(REQUESTED), InstanceTrigger.LAUNCH_ACCEPTED, BOOTING)
            .move(List.of(REQUESTED), InstanceTrigger.LAUNCH_REFUSED, FAILED)
            // The call home may beat the provider's answer.
            .move(List.of(REQUESTED, BOOTING, STARTING), InstanceTrigger.AGENT_REGISTERED, WARMING)
            .move(List.of(WARMING), InstanceTrigger.WARMED, HOT)
            // A failed warm-up spoils the environment, not the machine.
            .move(List.of(WARMING), InstanceTrigger.WARM_UP_FAILED, HOT)
            .move(List.of(HOT), InstanceTrigger.SPECIALISED, WARMING)
            .move(List.of(HOT), InstanceTrigger.ASSIGNED, BUSY)
            .move(List.of(BUSY), InstanceTrigger.IDLED, HOT)
            .move(
                    List.of(REQUESTED, BOOTING, WARMING, HOT, BUSY, STANDBY, STARTING, STOPPING),
                    InstanceTrigger.DRAINED,
                    DRAINING)
            // Only one that still has attempts can be taken back: an idle one is being ended.
            .move(List.of(DRAINING), InstanceTrigger.DRAIN_CANCELLED, BUSY)
            .move(List.of(HOT), InstanceTrigger.STOP_DECIDED, STOPPING)
            .move(List.of(STOPPING), InstanceTrigger.STOPPED, STANDBY)
            .move(List.of(STOPPING), InstanceTrigger.STOP_REFUSED, DRAINING)
            .move(List.of(STANDBY), InstanceTrigger.START_DECIDED, STARTING)
            .move(List.of(STARTING), InstanceTrigger.START_REFUSED, STANDBY)
            .move(
                    List.of(REQUESTED, BOOTING, WARMING, HOT, BUSY, DRAINING, STOPPING, STANDBY, STARTING),
                    InstanceTrigger.LOST,
                    LOST)
            .move(List.of(DRAINING, LOST), InstanceTrigger.ENDED, TERMINATED)
            .build();

    private InstanceLifecycle() {}
}

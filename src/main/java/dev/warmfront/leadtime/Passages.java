package dev.warmfront.leadtime;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.scheduler.InstanceTrigger;
import dev.warmfront.scheduler.LeadQuantiles.Phase;
import dev.warmfront.scheduler.LeadQuantiles.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows instances on their way, by the moves that they make. Not safe for threads. */
final class Passages {

    /** Told of each phase that an instance has come to. */
    interface Listener {
        void reached(OfferingId offering, Way way, Phase phase, Duration since);
    }

    private record Passage(OfferingId offering, Way way, Instant began) {}

    private final Map<InstanceId, Passage> open = new HashMap<>();
    private final Listener listener;

    Passages(Listener listener) {
        this.listener = listener;
    }

    /**
     * An instance has moved.
     *
     * @param mode how it is or was held in standby, where the move has to do with that
     */
    void moved(
            InstanceId instance, OfferingId offering, InstanceTrigger trigger, @Nullable StandbyMode mode, Instant at) {
        switch (trigger) {
            case REQUESTED -> open.put(instance, new Passage(offering, Way.LAUNCH, at));
            case START_DECIDED -> begin(instance, offering, mode == null ? null : Way.wake(mode), at);
            case STOP_DECIDED -> begin(instance, offering, mode == null ? null : Way.into(mode), at);
            case LAUNCH_ACCEPTED -> reach(instance, Phase.ACCEPTED, at);
            case AGENT_REGISTERED -> reach(instance, Phase.AGENT, at);
            case WARMED, WARM_UP_FAILED, STOPPED -> {
                reach(instance, Phase.READY, at);
                open.remove(instance);
            }
            case LAUNCH_REFUSED, DRAINED, DRAIN_CANCELLED, STOP_REFUSED, START_REFUSED, LOST, ENDED ->
                open.remove(instance);
            case SPECIALISED, ASSIGNED, IDLED -> {
                // It is hot, or was: on no way.
            }
        }
    }

    /** Has another follow those that are on their way. */
    void handOver(Passages to) {
        to.open.putAll(open);
    }

    private void begin(InstanceId instance, OfferingId offering, @Nullable Way way, Instant at) {
        if (way == null) {
            open.remove(instance);
        } else {
            open.put(instance, new Passage(offering, way, at));
        }
    }

    /** The provider has taken the call to wake an instance or to put it to sleep; of launches the move tells. */
    void accepted(InstanceId instance, Instant at) {
        reach(instance, Phase.ACCEPTED, at);
    }

    private void reach(InstanceId instance, Phase phase, Instant at) {
        Passage passage = open.get(instance);
        // A clock that was set back tells nothing.
        if (passage != null && !at.isBefore(passage.began())) {
            listener.reached(passage.offering(), passage.way(), phase, Duration.between(passage.began(), at));
        }
    }
}

package dev.warmfront.simulator;

import dev.warmfront.cost.TierEconomics;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Reason;
import dev.warmfront.scheduler.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Follows the lower envelope of what the tiers cost by the length of a gap (Irani, Shukla and Gupta, 2003; 2-competitive): hot
 * until standby would have been cheaper all along, standby until a new launch would have been. A waiting task's price is
 * part of what a resume and a launch cost.
 */
final class LowerEnvelopePolicy implements PoolPolicy {

    static final String NAME = "lower-envelope";
    private static final Reason TO_STANDBY =
            new Reason("break-even", "idle for so long that standby would have been cheaper");
    private static final Reason TO_END =
            new Reason("break-even", "unused for so long that a launch would have been cheaper");

    private final Duration hotFor;
    private final Duration heldFor;
    private final boolean standby;

    LowerEnvelopePolicy(TierEconomics economics, HourlyRate waitPrice) {
        Duration toEnd = economics.launchBreakEven(waitPrice);
        Optional<Duration> toStandby = economics.standbyBreakEven(waitPrice);
        // Where the launch's line is met before standby's, standby is not on the envelope.
        standby = toStandby.isPresent() && toStandby.get().compareTo(toEnd) < 0;
        hotFor = standby ? toStandby.orElseThrow() : toEnd;
        heldFor = standby ? economics.endBreakEven(waitPrice).orElseThrow() : toEnd;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** How long a machine stays hot when it is not used. */
    Duration hotFor() {
        return hotFor;
    }

    /** How long after its last use a machine is ended. */
    Duration heldFor() {
        return heldFor;
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        List<Step> steps = new ArrayList<>(Steps.forWants(pool));
        if (!pool.wants().isEmpty()) {
            return steps;
        }
        for (Instance idle : pool.idle()) {
            if (Duration.between(idle.lastUsedAt(), now).compareTo(hotFor) >= 0) {
                steps.add(
                        standby
                                ? new Step.Stop(idle.id(), StandbyMode.STOPPED, TO_STANDBY)
                                : new Step.Terminate(idle.id(), TO_END));
            }
        }
        for (Instance held : pool.standby()) {
            if (Duration.between(held.lastUsedAt(), now).compareTo(heldFor) >= 0) {
                steps.add(new Step.Terminate(held.id(), TO_END));
            }
        }
        return steps;
    }
}

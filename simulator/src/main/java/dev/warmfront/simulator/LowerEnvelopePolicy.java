package dev.warmfront.simulator;

import dev.warmfront.cost.LeadTimes;
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

/**
 * Follows the lower envelope of what the tiers cost by the length of a gap (Irani, Shukla and Gupta, 2003; 2-competitive): hot
 * until standby would have been cheaper all along, standby until a new launch would have been. A waiting task's price is
 * part of what a resume and a launch cost. What a machine pays for its stop and has no more use of when it is ended comes on
 * top of twice the optimum.
 */
final class LowerEnvelopePolicy implements PoolPolicy {

    static final String NAME = "lower-envelope";
    private static final Reason TO_STANDBY =
            new Reason("break-even", "idle for so long that standby would have been cheaper");
    private static final Reason TO_END =
            new Reason("break-even", "unused for so long that a launch would have been cheaper");

    private static final double SECONDS_PER_HOUR = 3600;

    private final Duration hotFor;
    private final Duration heldFor;
    private final boolean standby;

    LowerEnvelopePolicy(TierEconomics economics, HourlyRate waitPrice) {
        LeadTimes leads = economics.leads();
        HourlyRate standbyRate = economics.prices().standby();
        double away = seconds(leads.roundTrip());
        double hot = economics.prices().hot().nanosPerHour() / SECONDS_PER_HOUR;
        double held = standbyRate == null ? hot : standbyRate.nanosPerHour() / SECONDS_PER_HOUR;
        double wait = waitPrice.nanosPerHour() / SECONDS_PER_HOUR;
        double resumed = economics.standbyCost().nanos() + wait * seconds(leads.resume());
        double launched = economics.launchCost().nanos() + wait * seconds(leads.launch());
        // c_H·g meets K_O, and A + c_S·(g − L): the lines of φ, policy.md §2a.
        double toEnd = launched / hot;
        double toStandby = Math.max(0, (resumed - held * away) / (hot - held));
        // Where the launch's line is met before standby's, standby is not on the envelope.
        standby = held < hot && toStandby < toEnd;
        hotFor = duration(standby ? toStandby : toEnd);
        heldFor = duration(standby ? away + (launched - resumed) / held : toEnd);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** Free standby is held for ever. */
    private static Duration duration(double seconds) {
        return seconds > TierEconomics.FOREVER.toSeconds()
                ? TierEconomics.FOREVER
                : Duration.ofNanos(Math.round(seconds * 1e9));
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

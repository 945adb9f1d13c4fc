package dev.warmfront.solver;

import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.WaitingProgram.Job;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;

/**
 * A feasible policy written down directly, event by event: an arrival takes the latest idle instance, or launches one and
 * waits for it; an idle instance stays hot for a while, then, if it may, goes to standby for a while, then ends. Keep-alive of
 * nothing is the reactive policy. Times in nanoseconds, costs in nano-dollars.
 */
final class SimplePolicy {

    /** What it came to. */
    record Outcome(double spend, List<Long> waits) {

        double waited() {
            return waits.stream().mapToLong(Long::longValue).sum();
        }

        long exceeding(long limit) {
            return waits.stream().filter(wait -> wait > limit).count();
        }
    }

    private static final double NANOS_PER_HOUR = 3.6e12;

    private final TierEconomics economics;
    private final long keepHot;
    private final long keepStandby;
    private final List<Long> waits = new ArrayList<>();
    private final ArrayDeque<Long> idleSince = new ArrayDeque<>();
    private final PriorityQueue<Long> ends = new PriorityQueue<>();
    private double spend;

    private SimplePolicy(TierEconomics economics, long keepHot, long keepStandby) {
        this.economics = economics;
        this.keepHot = keepHot;
        this.keepStandby = economics.hasStandby() ? keepStandby : 0;
    }

    static Outcome run(List<Job> jobs, TierEconomics economics, long keepHot, long keepStandby) {
        SimplePolicy policy = new SimplePolicy(economics, keepHot, keepStandby);
        jobs.stream().sorted(Comparator.comparing(Job::arrivalNanos)).forEach(policy::arrive);
        policy.giveBack(Long.MAX_VALUE);
        policy.idleSince.forEach(since -> policy.leave(Long.MAX_VALUE - since));
        return new Outcome(policy.spend, List.copyOf(policy.waits));
    }

    private void arrive(Job job) {
        giveBack(job.arrivalNanos());
        long wait = economics.leads().launch().toNanos();
        if (idleSince.isEmpty()) {
            spend += economics.launchCost().nanos();
        } else {
            long gap = job.arrivalNanos() - idleSince.pop();
            wait = gap <= keepHot ? 0 : economics.leads().resume().toNanos();
            leave(gap);
            long away = keepHot + economics.leads().stop().toNanos();
            if (gap > keepHot && gap >= away && gap <= away + keepStandby && keepStandby > 0) {
                spend += economics.standbyCost().nanos() - stopCost();
            } else if (gap > keepHot) {
                wait = economics.leads().launch().toNanos();
                spend += economics.launchCost().nanos();
            }
        }
        waits.add(wait);
        spend += hot(job.runtimeNanos());
        ends.add(job.arrivalNanos() + wait + job.runtimeNanos());
    }

    /** What an instance costs while it is idle for so long. */
    private void leave(long gap) {
        spend += hot(Math.min(gap, keepHot));
        if (gap > keepHot && keepStandby > 0) {
            spend += stopCost();
            long held = gap - keepHot - economics.leads().stop().toNanos();
            var rate = Objects.requireNonNull(economics.prices().standby());
            spend += rate.nanosPerHour() * (double) Math.clamp(held, 0, keepStandby) / NANOS_PER_HOUR;
        }
    }

    private double stopCost() {
        var prices = economics.prices();
        return prices.stopCharge().nanos() + hot(prices.billedStop().toNanos());
    }

    private double hot(long nanoseconds) {
        return economics.prices().hot().nanosPerHour() * (double) nanoseconds / NANOS_PER_HOUR;
    }

    private void giveBack(long now) {
        while (!ends.isEmpty() && ends.element() <= now) {
            idleSince.push(ends.remove());
        }
    }
}

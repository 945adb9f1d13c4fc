package dev.warmfront.scheduler;

import dev.warmfront.domain.Objective;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pool must aim at for what its tenants want of waiting (policy.md §1). Settings are scored by the share of tasks that find no
 * machine, which says nothing of for how long, so a percentile is met by control: how many of a tenant's tasks that
 * waited at all waited for longer than it takes, and, by what came of it, how strict the pool has to be. That factor stands
 * for the target's dual price and is bounded both ways. A price counts for as long as tasks wait on the average.
 *
 * <p>Tenants who share a pool wait alike, so the strictest target holds for all of them, and prices are averaged by
 * how many tasks each brings; who wants it otherwise is isolated. Tenants that state neither take the default.
 *
 * <p>Waits are those that really were, in memory of the latest thousand tasks of each tenant or so. Told the same history it
 * controls the same way.
 */
final class WaitControl {

    /** The share of a percentile's tasks that may wait for longer. */
    private static final double LATE = 0.05;

    /** Nothing shorter is a wait: what an agent takes to begin is not the pool's doing. Seconds. */
    private static final double SHORTEST = 0.5;

    /** As many tasks of late are remembered. */
    private static final double MEMORY = 1000;

    /** What is believed of waits before any were seen counts as much as so many. */
    private static final double PRIOR = 20;

    /** Who can bear a launch and half of another is late only when launches fail: so many waits in a hundred. */
    private static final double BORNE = 0.1;

    /** Twice as many late as may be makes the target almost four times as strict. */
    private static final double GAIN = 2;

    /** When few are late it is not known how few. */
    private static final double UNSURE = 0.01;

    private static final double STRICTEST = 0.125;
    private static final double LAXEST = 2;
    private static final double LEAST_SHARE = 0.001;

    /** More than half of the tasks waiting is no pool at all; a price decides below that. */
    private static final double MOST_SHARE = 0.5;

    /** Who has not been seen for a week has no say. Seconds. */
    private static final double GONE = 7 * 86_400;

    /** One tenant's waits. */
    private static final class Waits {
        /** By how long, in steps of √2 from {@link #SHORTEST} to a week; the first are those that did not wait. */
        private final double[] counts = new double[42];

        private double unit = 1;
        private double tasks;
        private double waited;
        private double seconds;
        private double latest;

        void began(double wait, double time) {
            unit *= 1 + 1 / MEMORY;
            if (unit > 1e9) {
                for (int i = 0; i < counts.length; i++) {
                    counts[i] /= unit;
                }
                tasks /= unit;
                waited /= unit;
                seconds /= unit;
                unit = 1;
            }
            counts[step(wait)] += unit;
            tasks += unit;
            if (wait >= SHORTEST) {
                waited += unit;
                seconds += unit * wait;
            }
            latest = time;
        }

        private int step(double wait) {
            return wait < SHORTEST
                    ? 0
                    : (int) Math.clamp(
                            1 + Math.floor(2 * Math.log(wait / SHORTEST) / Math.log(2)), 1, counts.length - 1.0);
        }

        /** So many waited for longer, those of about as long included. */
        double longer(double wait) {
            double sum = 0;
            for (int i = Math.max(1, step(wait)); i < counts.length; i++) {
                sum += counts[i];
            }
            return sum;
        }

        /** Of tasks that find no machine, the part that will wait for longer. */
        double lateShare(double wait, LevelPrices prices) {
            double believed = wait >= 1.5 * prices.launchLead() ? BORNE : 1;
            return (longer(wait) + PRIOR * unit * believed) / (waited + PRIOR * unit);
        }

        /** In seconds. */
        double meanWait(LevelPrices prices) {
            return (seconds + PRIOR * unit * prices.launchLead()) / (waited + PRIOR * unit);
        }

        /** Above 1 when fewer than may be were late, below when more. It follows from the waits alone, so that it survives a restart. */
        double laxity(double wait) {
            double late = longer(wait) / tasks;
            return Math.clamp(Math.pow((LATE + UNSURE) / (late + UNSURE), GAIN), STRICTEST, LAXEST);
        }
    }

    private final LevelPrices prices;
    private final WaitAim standard;
    private final Map<TenantId, Waits> tenants = new TreeMap<>();

    /**
     * @param standard for tenants that state nothing
     */
    WaitControl(LevelPrices prices, WaitAim standard) {
        this.prices = prices;
        this.standard = standard;
    }

    /**
     * A task was given a machine.
     *
     * @param wait for so long it could have run before, in seconds
     * @param time now, in seconds since the epoch
     */
    void began(TenantId tenant, double wait, double time) {
        // Not by going through all of them whenever a plan is asked for.
        tenants.compute(tenant, (id, known) -> known == null || time - known.latest > GONE ? new Waits() : known)
                .began(wait, time);
    }

    /**
     * What to aim at from now on.
     *
     * @param objectives of all tenants that state one
     * @param rate what a hot machine costs, in nano-dollars an hour
     * @param time now
     */
    WaitAim aim(Map<TenantId, Objective> objectives, long rate, double time) {
        if (objectives.isEmpty()) {
            return standard;
        }
        tenants.values().removeIf(waits -> time - waits.latest > GONE);
        if (tenants.isEmpty()) {
            return standard;
        }
        double share = 1;
        double worth = 0;
        double weights = 0;
        for (Map.Entry<TenantId, Waits> entry : tenants.entrySet()) {
            Waits waits = entry.getValue();
            Objective objective = objectives.getOrDefault(entry.getKey(), Objective.NONE);
            share = Math.min(share, share(objective, waits));
            double weight = waits.tasks / waits.unit;
            weights += weight;
            worth += weight * worth(objective, waits, rate);
        }
        return WaitAim.priced(share, Math.min(1e11, worth / weights));
    }

    private double share(Objective objective, Waits waits) {
        Duration wait = objective.p95Wait();
        if (wait == null) {
            return objective.waitPrice() == null ? standard.waiting() : MOST_SHARE;
        }
        double seconds = wait.toNanos() / 1e9;
        return Math.clamp(waits.laxity(seconds) * LATE / waits.lateShare(seconds, prices), LEAST_SHARE, MOST_SHARE);
    }

    /** What one wait costs the tenant, in seconds of a hot machine. */
    private double worth(Objective objective, Waits waits, long rate) {
        return objective.waitPrice() == null
                ? standard.instanceSeconds().orElse(0)
                : objective.waitPrice().nanosPerHour() * waits.meanWait(prices) / Math.max(1, rate);
    }
}

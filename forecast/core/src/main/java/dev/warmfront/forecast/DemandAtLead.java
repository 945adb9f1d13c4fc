package dev.warmfront.forecast;

import java.util.ArrayList;
import java.util.List;

/**
 * Demand some seconds ahead = survivors + successors + arrivals (policy.md §3.6). Survivors and successors are independent tasks, each
 * with the chance of running then, so their number is Poisson-binomial. Arrivals of the slots in between are taken to err
 * together (the same quantile in every slot): neighbouring slots' errors do, and where they do not the answer is too
 * wide, never too narrow. Built for one question and thrown away.
 */
public final class DemandAtLead {

    private static final int PATHS = 200;
    private static final int PARTS = 8;

    private final double lead;
    private final List<Double> chances = new ArrayList<>();
    private final double[] arrivals = new double[PATHS];
    private boolean anyArrivals;

    /**
     * @param leadSeconds how far ahead, ≥ 0
     */
    public DemandAtLead(double leadSeconds) {
        if (!(leadSeconds >= 0)) {
            throw new IllegalArgumentException("ahead means ≥ 0 seconds, not " + leadSeconds);
        }
        lead = leadSeconds;
    }

    /** A task that runs now, and has for {@code elapsedSeconds}. */
    public DemandAtLead running(Lifetime lifetime, double elapsedSeconds) {
        chances.add(lifetime.stillRunning(elapsedSeconds, lead));
        return this;
    }

    /** A task that waits now: it is wanted then unless it will have run through by then. */
    public DemandAtLead waiting(Lifetime lifetime) {
        chances.add(lifetime.stillRunning(0, lead));
        return this;
    }

    /**
     * Tasks that may follow one that runs now.
     *
     * @param before how long that one runs
     * @param elapsedSeconds how long it has
     * @param next what may follow it
     * @param own how long the followers run
     */
    public DemandAtLead successors(
            Lifetime before, double elapsedSeconds, SuccessorForecast.Expected next, Lifetime own) {
        double presence = present(before, elapsedSeconds, next.delay(), own);
        double shared = next.meanNew();
        for (double atLeast : next.atLeast()) {
            // A join's task is shared among those that it follows: each brings its part of it.
            double part = Math.min(1, shared);
            if (part <= 0) {
                return this;
            }
            chances.add(Math.min(atLeast, part) * presence);
            shared -= atLeast;
        }
        return this;
    }

    /** The chance that a follower has begun and still runs then. */
    private double present(Lifetime before, double elapsed, DelayHistogram delay, Lifetime own) {
        double wait = delay.quantile(0.5);
        double sum = 0;
        double last = 0;
        for (int i = 1; i <= PARTS; i++) {
            double until = lead * i / PARTS;
            double begun = until < wait ? 0 : 1 - before.stillRunning(elapsed, until - wait);
            sum += (begun - last) * own.survival(lead - lead * (i - 0.5) / PARTS);
            last = begun;
        }
        return Math.max(0, Math.min(sum, 1));
    }

    /**
     * Tasks that will arrive in a slot ahead.
     *
     * @param forecast how many
     * @param endSeconds when the slot ends, seconds from now; the part of it within the lead counts
     * @param own how long they run
     */
    public DemandAtLead arrivals(QuantileForecast forecast, double endSeconds, Lifetime own) {
        double width = forecast.slot().toMillis() / 1e3;
        double begin = Math.max(0, endSeconds - width);
        double until = Math.min(endSeconds, lead);
        if (until <= begin) {
            return this;
        }
        double stays = 0;
        for (int i = 0; i < PARTS; i++) {
            stays += own.survival(lead - (begin + (until - begin) * (i + 0.5) / PARTS)) / PARTS;
        }
        double share = (until - begin) / width * stays;
        for (int p = 0; p < PATHS; p++) {
            arrivals[p] += share * forecast.at((p + 0.5) / PATHS);
        }
        anyArrivals = true;
        return this;
    }

    /** How many tasks are wanted then. */
    public DemandDistribution distribution() {
        double[] each = chances.stream().mapToDouble(Double::doubleValue).toArray();
        DemandDistribution known = DemandDistribution.ofChances(each);
        return anyArrivals ? known.plus(DemandDistribution.ofValues(arrivals)) : known;
    }
}

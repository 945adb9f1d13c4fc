package dev.warmfront.scheduler;

import java.util.List;
import java.util.Locale;

/**
 * Runs one pool's stack of levels (policy.md §4–§6): tries every setting on the demand that was, and follows the one that would
 * have paid the least, waits included at their price. Time is in seconds since the epoch.
 */
final class LevelController {

    /** The weight of the past halves while the time lived grows by half: what is rare is remembered as long as it may recur. */
    private static final double MEMORY = 0.5;

    private static final int CHOOSE_EVERY = 8;
    private static final int WEIGH_EVERY = 16;
    private static final int WEIGH_AT_FIRST = 512;
    private static final double LEEWAY = 1.25;
    private static final int DOUBLINGS = 26;
    private static final double RESCALE_ABOVE = 1e12;

    /** A setting must be better by so much before it is followed: what it costs to move is not in its own account. */
    private static final double SWITCH_GAIN = 0.05;

    private final LevelPrices prices;
    private final DemandTrack track;
    private final Candidate[] candidates;
    private final double share;
    private final double step;
    private double unit = 1;
    private double first = Double.NaN;
    private double last;
    private double nextTick;
    private int ticks;
    private int chosen;

    LevelController(LevelPrices prices, WaitAim aim) {
        this.prices = prices;
        this.share = aim.waiting();
        List<Setting> settings = Setting.all(prices, aim.instanceSeconds().orElse(0));
        this.candidates =
                settings.stream().map(one -> new Candidate(one, prices, aim)).toArray(Candidate[]::new);
        this.track = new DemandTrack(Setting.memories(prices.launchLead()), Math.max(10, 5 * prices.launchLead()));
        this.step = Math.clamp(prices.launchLead() / 20, 1, 30);
        this.chosen = settings.indexOf(Setting.first(prices));
    }

    /** One more task wants an instance, or one fewer does. */
    void change(int by, double time, double runtime) {
        begin(time);
        track.change(by, time);
        for (Candidate candidate : candidates) {
            candidate.change(by, time, runtime, unit);
        }
    }

    private void begin(double time) {
        if (Double.isNaN(first)) {
            first = time;
            last = time;
            nextTick = time;
        }
    }

    /** Decides anew, if a step has passed since it last did. */
    void tick(double time) {
        begin(time);
        if (time < nextTick) {
            return;
        }
        // Ticks that come a little early are no reason to miss every other one.
        nextTick = time + step * 0.99;
        age(time);
        track.tick(time);
        for (int i = 0; i < candidates.length; i++) {
            if (ticks < WEIGH_AT_FIRST ? ticks % CHOOSE_EVERY == 0 : (ticks + i) % WEIGH_EVERY == 0) {
                candidates[i].weigh();
            }
            candidates[i].tick(time, step, track, unit);
        }
        if (ticks++ % CHOOSE_EVERY == 0) {
            choose();
        }
    }

    private void age(double time) {
        double memory = Math.max(20 * prices.launchLead() + 600, MEMORY * (time - first));
        unit *= Math.pow(2, (time - last) / memory);
        last = time;
        if (unit > RESCALE_ABOVE) {
            for (Candidate candidate : candidates) {
                candidate.rescale(1 / unit);
            }
            unit = 1;
        }
    }

    /**
     * Follows the setting that paid least at the lowest price of waiting at which the best setting meets the target. Where none
     * does, little worse than the best of them is enough: some of what happened nobody could foresee.
     */
    private void choose() {
        double least = 1;
        for (Candidate candidate : candidates) {
            least = Math.min(least, candidate.waited());
        }
        double allowed = Math.max(share, LEEWAY * least);
        double price = Math.max(1, prices.launch()) / 64;
        int best = cheapest(price);
        for (int i = 0; i < DOUBLINGS && candidates[best].waited() > allowed; i++) {
            price *= 2;
            best = cheapest(price);
        }
        if (candidates[best].loss(price) < candidates[chosen].loss(price) * (1 - SWITCH_GAIN)) {
            chosen = best;
        }
    }

    private int cheapest(double price) {
        int best = chosen;
        for (int i = 0; i < candidates.length; i++) {
            if (candidates[i].loss(price) < candidates[best].loss(price)) {
                best = i;
            }
        }
        return best;
    }

    /** Demand as it was. */
    DemandTrack track() {
        return track;
    }

    /** The figures behind the last decision. */
    String why() {
        Candidate followed = candidates[chosen];
        return String.format(
                Locale.ROOT,
                "%d wanted now, %.1f expected in %.0f s (%s) and %.1f beyond; a wait saved is worth %.0f s of an instance",
                track.level(),
                followed.forecast(),
                followed.lead(),
                followed.setting().label(),
                followed.margin(),
                followed.price());
    }

    /** The setting that is followed. */
    Candidate followed() {
        return candidates[chosen];
    }

    /** What a wait is worth, in seconds of a hot instance. */
    double waitPrice() {
        return followed().price();
    }
}

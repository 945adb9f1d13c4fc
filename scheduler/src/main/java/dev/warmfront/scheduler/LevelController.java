package dev.warmfront.scheduler;

import java.util.List;
import java.util.Locale;

/**
 * Runs one pool's stack of levels (policy.md §4–§6): tries every setting on the demand that was, and follows the one that would
 * have cost the least at the price of waiting that the target implies. Time is in seconds since the first event.
 */
final class LevelController {

    /** The weight of the past halves while time grows by half: rare events are remembered as long as they may recur. */
    private static final double MEMORY = 0.5;

    private static final int CHOOSE_EVERY = 8;
    private static final double RESCALE_ABOVE = 1e12;
    private static final double LEEWAY = 1.25;
    private static final double HIGHEST = 1e6;

    private final LevelPrices prices;
    private final double share;
    private final DemandTrack track;
    private final Candidate[] candidates;
    private final double step;
    private double unit = 1;
    private double first = Double.NaN;
    private double last;
    private double nextTick;
    private int ticks;
    private int chosen;
    private double waitPrice;

    /** @param share of the tasks that may wait, 0 to 1 */
    LevelController(LevelPrices prices, double share) {
        this.prices = prices;
        this.share = share;
        List<Setting> settings = Setting.all(prices);
        this.candidates = settings.stream().map(one -> new Candidate(one, prices, share)).toArray(Candidate[]::new);
        this.track = new DemandTrack(Setting.memories(prices.launchLead()), Math.max(10, 5 * prices.launchLead()));
        waitPrice = 10 * Math.max(1, prices.launch()); chosen = prices.trip() < prices.launch() / 3 ? 3 : Q.DEF;
        this.step = Math.clamp(prices.launchLead() / 20, 1, 30);

    }

    /** One more task wants an instance, or one fewer does. */
    void change(int by, double time) {
        begin(time);
        track.change(by, time);
        for (Candidate candidate : candidates) {
            candidate.change(by, time, unit);
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
        nextTick = time + step * 0.99;
        age(time);
        track.tick(time);
        for (Candidate candidate : candidates) {
            candidate.tick(time, time, step, track, unit);
        }
        if (ticks++ % CHOOSE_EVERY == 0) {
            choose();
        }
    }

    private void age(double time) {
        double memory = Math.max(20 * prices.launchLead() + 600, Q.MEM * (time - first));
        unit *= Math.pow(2, (time - last) / memory);
        last = time;
        if (unit > RESCALE_ABOVE) {
            for (Candidate candidate : candidates) {
                candidate.rescale(1 / unit);
            }
            unit = 1;
        }
    }

    private void choose() {
        for (Candidate candidate : candidates) {
            candidate.weigh();
        }
        if (Q.FIX) {
            return;
        }
        double least = 1;
        for (Candidate candidate : candidates) {
            least = Math.min(least, candidate.waited());
        }
        double allowed = Math.max(share, LEEWAY * least);
        double price = prices.launch() / 64;
        int best = cheapest(price);
        while (candidates[best].waited() > allowed && price < HIGHEST * prices.launch()) {
            price *= 2;
            best = cheapest(price);
        }
        if (candidates[best].loss(price) < candidates[chosen].loss(price) * (1 - Q.GAIN)) {
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

    Candidate[] candidates() {
        return candidates;
    }

    DemandTrack track() {
        return track;
    }

    double waitPrice() {
        return candidates[chosen].price();
    }
}

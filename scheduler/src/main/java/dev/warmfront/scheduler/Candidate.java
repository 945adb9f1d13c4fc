package dev.warmfront.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * A setting at work on one pool's demand: what it would want now, and what it would have cost so far. It expects demand one
 * lead time ahead, and learns from its own errors how much to add so that the target share of tasks, and no more, waits.
 */
final class Candidate {

    /** How much dearer a setting that counts on timers may have been so far, before there is evidence of a day. */
    private static final double BENEFIT_OF_DOUBT = 0.4;

    private static final double EVIDENCE = 43_200;

    private final Setting setting;
    private final LevelPrices prices;
    private final double lead;
    private final PriceControl control;
    private final Margin margin = new Margin();
    private final ShadowPool shadow;
    private final @Nullable Season season;

    /** What was expected, by when it comes into force. */
    private final Times ahead = new Times();

    /** What was expected without the season, by when it was. */
    private final Times bases = new Times();

    private final SlidingMax inForce = new SlidingMax();
    private final SlidingMax wanted = new SlidingMax();
    private final SlidingMax lived = new SlidingMax();
    private double baseThen;
    private double expected;
    private double scale = 1;
    private double base;
    private double forecast;
    private double last = Double.NaN;
    private double tasks;
    private double begun = Double.NaN;
    private int up;
    private int stock;
    private int keep;
    private int most;

    Candidate(Setting setting, LevelPrices prices, WaitAim aim) {
        this.control = aim.instanceSeconds().isPresent()
                ? PriceControl.fixed(aim.instanceSeconds().getAsDouble())
                : PriceControl.targeting(aim.waiting(), prices.launch());
        this.setting = setting;
        this.prices = prices;
        this.lead = setting.standby() ? prices.wakeLead() : prices.launchLead();
        this.shadow = new ShadowPool(prices);
        this.season = setting.season() == Setting.SeasonKind.NONE
                ? null
                : setting.season().begin();
    }

    /** One more task, or one fewer, at {@code time}. */
    void change(int by, double time, double runtime, double unit) {
        pass(time, unit);
        if (Double.isNaN(begun)) {
            begun = time;
        }
        shadow.change(by, runtime, time - begun > 2 * prices.launchLead() ? unit : 0);
        if (by > 0 && time - begun > 2 * prices.launchLead()) {
            tasks += unit;
            control.arrived(shadow.isShort(runtime));
            margin.arrived((shadow.demand() - expected) / scale, unit);
        }
    }

    private void pass(double time, double unit) {
        if (time > last && time - begun > 2 * prices.launchLead()) {
            margin.passed((shadow.demand() - expected) / scale, unit * scale * (time - last));
        }
        last = time;
        shadow.pass(time, unit);
    }

    /**
     * Decides anew.
     *
     * @param time seconds since the epoch
     * @param step how long until the next tick
     * @param track demand up to now
     */
    void tick(double time, double step, DemandTrack track, double unit) {
        pass(time, unit);
        base = base(time, track);
        forecast = expectation(time, step, lead);
        int soon = levels(expectation(time, step, prices.launchLead()));
        ahead.add(time + lead, forecast);
        while (ahead.next() <= time) {
            inForce.add(time, ahead.take());
        }
        inForce.forgetBefore(time - setting.hold());
        wanted.add(time, forecast);
        wanted.forgetBefore(time - (setting.robust() ? setting.hold() : lead + setting.hold()));
        expected = inForce.max();
        scale = scaleOf(expected);
        up = levels(forecast);
        keep = Math.max(up, levels(wanted.max()));
        stock = up;
        most = 0;
        if (setting.standby()) {
            stock = Math.max(up, soon);
            lived.add(time, Math.max(stock, shadow.live()));
            lived.forgetBefore(time - prices.endBreakEven());
            most = (int) lived.max();
        }
        shadow.follow(up, stock, keep, most, unit);
    }

    private double base(double time, DemandTrack track) {
        double now =
                switch (setting.base()) {
                    case Setting.NOW -> track.level();
                    default -> track.mean(setting.base());
                };
        if (season == null) {
            return now;
        }
        bases.add(time, now);
        while (bases.next() <= time - lead) {
            baseThen = bases.take();
        }
        season.observe(time, track.peak(), baseThen);
        return now;
    }

    /** Demand after {@code ahead} seconds. */
    private double expectation(double time, double step, double after) {
        return season == null
                ? base
                : Math.max(0, base + Math.max(season.at(time + after), season.at(time + after + step)));
    }

    private static double scaleOf(double level) {
        return Math.max(1, Math.sqrt(level));
    }

    private int levels(double level) {
        return Math.max(0, (int) Math.ceil(level + margin.chosen() * scaleOf(level) - 1e-9));
    }

    /** What was paid and what waited, in seconds of a hot instance, weighted. */
    double loss(double waitPrice) {
        double paid = shadow.cost() + waitPrice * shadow.waits();
        if (setting.season() != Setting.SeasonKind.HOURLY) {
            return paid;
        }
        // Many timers run by the clock, not all in each hour: for the first hours that is known better than any record
        // tells.
        return paid * (1 - BENEFIT_OF_DOUBT * Math.exp(-(last - begun) / EVIDENCE));
    }

    /** The weighted share of tasks that found no hot instance. */
    double waited() {
        return tasks > 0 ? shadow.waits() / tasks : 0;
    }

    /** Weighs its margin anew. */
    void weigh() {
        if (!setting.robust()) {
            margin.weigh(control.price());
        }
    }

    /** What a wait is worth here, in seconds of a hot instance. */
    double price() {
        return control.price();
    }

    /** Fewer than so many levels are hot or on their way: launch. */
    int up() {
        return up;
    }

    /** Fewer than so many levels exist, standby included: launch. */
    int stock() {
        return stock;
    }

    /** More than so many: let idle ones go. */
    int keep() {
        return keep;
    }

    /** At most so many levels exist, standby included. */
    int most() {
        return most;
    }

    /** Demand one lead time ahead, as expected now. */
    double forecast() {
        return forecast;
    }

    double margin() {
        return margin.chosen() * scaleOf(forecast);
    }

    double lead() {
        return lead;
    }

    Setting setting() {
        return setting;
    }

    /** Multiplies all sums: weights are relative. */
    void rescale(double by) {
        shadow.scale(by);
        margin.scale(by);
        tasks *= by;
    }
}

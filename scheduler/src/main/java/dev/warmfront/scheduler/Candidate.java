package dev.warmfront.scheduler;

/**
 * A setting at work on one pool's demand: an outlook, how far beyond it the pool goes, and what that would have cost so far.
 */
final class Candidate {

    private final Expectation hot;
    private final Expectation all;
    private final int margin;
    private final int reserve;
    private final boolean standby;
    private final ShadowPool shadow;
    private final WaitRecord waits;
    private final SlidingMax lived = new SlidingMax();
    private final LevelPrices prices;
    private int up;
    private int stock;
    private int keep;
    private int most;

    /**
     * @param hot what is expected by when a level can be hot
     * @param all what is expected by when a launch can be done
     * @param margin levels beyond that which are hot
     * @param reserve levels beyond that which are in standby at least; −1 without standby
     */
    Candidate(Expectation hot, Expectation all, int margin, int reserve, LevelPrices prices) {
        this.hot = hot;
        this.all = all;
        this.margin = margin;
        this.reserve = reserve;
        this.standby = reserve >= 0;
        this.prices = prices;
        this.shadow = new ShadowPool(prices);
        this.waits = new WaitRecord(Math.max(300, 4 * prices.launchLead()));
    }

    /**
     * One more task, or one fewer.
     *
     * @param runtime of tasks on the average, in seconds
     * @param counts whether it counts that the task waits
     */
    void change(int by, double time, double runtime, double unit, boolean counts) {
        shadow.pass(time, unit);
        boolean late = shadow.change(by, runtime);
        if (by > 0 && counts) {
            waits.arrived(time, late, unit);
        }
    }

    /**
     * Decides anew.
     *
     * @param least levels that tasks which wait ask for
     * @param quiet whether no task has come for so long that none is expected
     */
    void tick(double time, int least, boolean quiet, double unit) {
        int beyond = quiet ? 0 : margin;
        int wasUp = up;
        int wasStock = stock;
        int wasKeep = keep;
        int wasMost = most;
        up = Math.max(least, levels(hot.up(beyond)));
        keep = Math.max(up, levels(hot.kept(beyond)));
        stock = up;
        most = 0;
        if (standby) {
            stock = Math.max(up, levels(all.kept(quiet ? 0 : reserve)));
            lived.add(time, Math.max(stock, shadow.live()));
            lived.forgetBefore(time - prices.endBreakEven());
            most = (int) lived.max();
        }
        if (up != wasUp || stock != wasStock || keep != wasKeep || most != wasMost || shadow.isMoving(time)) {
            shadow.pass(time, unit);
            shadow.follow(up, stock, keep, most, unit);
        }
    }

    /** Begins anew, with the pool that it would like to have. */
    void begin() {
        lived.clear();
        shadow.begin(up, Math.max(0, stock - up));
    }

    private static int levels(double level) {
        return Math.max(0, (int) Math.ceil(level - 1e-9));
    }

    /** What was paid, in seconds of a hot instance, weighted. */
    double paid() {
        return shadow.paid();
    }

    /** Who waited. */
    WaitRecord waits() {
        return waits;
    }

    Expectation expectation() {
        return hot;
    }

    int margin() {
        return margin;
    }

    int reserve() {
        return reserve;
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

    /** Multiplies all sums: weights are relative. */
    void rescale(double by) {
        shadow.scale(by);
        waits.scale(by);
    }
}

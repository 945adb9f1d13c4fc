package dev.warmfront.scheduler;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A setting at work on one pool's demand: an outlook, how far beyond it the pool goes, and what that would have cost so far.
 */
final class Candidate {

    private final Expectation expectation;
    private final int hot;
    private final int all;
    private final int margin;
    private final int reserve;
    private final ShadowPool shadow;
    private final WaitRecord waits;

    /** Null without standby. */
    private final @Nullable SlidingMax lived;

    private final LevelPrices prices;

    /** How many stretches of the tape it went through. */
    private int heard;

    private int up;
    private int stock;
    private int keep;
    private int most;

    /**
     * @param expectations what is expected, as the tape has it
     * @param hot the number of what is expected by when a level can be hot
     * @param all the number of what is expected by when a launch can be done
     * @param margin levels beyond that which are hot
     * @param reserve levels beyond that which are in standby at least; −1 without standby
     */
    Candidate(List<Expectation> expectations, int hot, int all, int margin, int reserve, LevelPrices prices) {
        this.expectation = expectations.get(hot);
        this.hot = hot;
        this.all = all;
        this.margin = margin;
        this.reserve = reserve;
        this.lived = reserve >= 0 ? new SlidingMax() : null;
        this.prices = prices;
        this.shadow = new ShadowPool(prices);
        this.waits = new WaitRecord(Math.max(300, 4 * prices.launchLead()));
    }

    /**
     * One that has done the same until now and expects more from now on. Both have gone through all of the tape.
     *
     * @param hot the number of what is expected by when a level can be hot
     * @param all the number of what is expected by when a launch can be done
     */
    Candidate(Candidate other, List<Expectation> expectations, int hot, int all) {
        this.expectation = expectations.get(hot);
        this.hot = hot;
        this.all = all;
        this.margin = other.margin;
        this.reserve = other.reserve;
        this.lived = other.lived == null ? null : new SlidingMax(other.lived);
        this.prices = other.prices;
        this.shadow = new ShadowPool(other.shadow);
        this.waits = new WaitRecord(other.waits);
        this.heard = other.heard;
        this.up = other.up;
        this.stock = other.stock;
        this.keep = other.keep;
        this.most = other.most;
    }

    /** Goes through what has happened since it last did. */
    void hear(Tape tape) {
        for (; heard < tape.stretches(); heard++) {
            if (tape.isBeginning(heard)) {
                begin();
            }
            if (shadow.serves(tape.peak(heard), tape.until(heard))) {
                shadow.served(tape.lastDemand(heard), tape.until(heard), tape.area(heard), tape.work(heard));
                if (tape.counts(heard)) {
                    waits.began(tape.arrived(heard));
                }
            } else {
                changes(tape, heard);
            }
            if (tape.isTick(heard)) {
                tick(tape, heard);
            }
        }
    }

    /** Goes through the rest of the tape, which begins anew after that. */
    void hearOut(Tape tape) {
        hear(tape);
        heard = 0;
    }

    private void changes(Tape tape, int stretch) {
        int end = tape.end(stretch);
        for (int i = tape.first(stretch); i < end; i++) {
            shadow.pass(tape.time(i), tape.unit(i));
            boolean late = shadow.wants(tape.demand(i), tape.asks(i), tape.runtime(i));
            if (tape.came(i) && tape.counts(stretch)) {
                waits.arrived(tape.time(i), late, tape.unit(i));
            }
        }
        if (tape.isTick(stretch)) {
            shadow.pass(tape.until(stretch), tape.untilUnit(stretch));
        }
    }

    /** Decides anew. */
    private void tick(Tape tape, int stretch) {
        boolean quiet = tape.isQuiet(stretch);
        int beyond = quiet ? 0 : margin;
        int wasUp = up;
        int wasStock = stock;
        int wasKeep = keep;
        int wasMost = most;
        up = Math.max(tape.least(stretch), levels(tape.up(stretch, hot, beyond)));
        keep = Math.max(up, levels(tape.kept(stretch, hot, beyond)));
        stock = up;
        most = 0;
        if (lived != null) {
            stock = Math.max(up, levels(tape.kept(stretch, all, quiet ? 0 : reserve)));
            double time = tape.until(stretch);
            lived.add(time, Math.max(stock, shadow.live()));
            lived.forgetBefore(time - prices.endBreakEven());
            most = (int) lived.max();
        }
        if (up != wasUp || stock != wasStock || keep != wasKeep || most != wasMost || shadow.isMoving()) {
            shadow.follow(up, stock, keep, most, tape.untilUnit(stretch));
        }
    }

    /** Begins anew, with the pool that it would like to have. */
    private void begin() {
        if (lived != null) {
            lived.clear();
        }
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
        return expectation;
    }

    /** The number of what is expected by when a level can be hot. */
    int hotExpectation() {
        return hot;
    }

    /** The number of what is expected by when a launch can be done. */
    int allExpectation() {
        return all;
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

package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * How many instances one task type wants, and when that stood out of what it usually wants: its bursts, and the rhythms in which
 * they come. Time is in seconds since the epoch.
 */
final class TypeBursts {

    /** A burst goes beyond the type's average by so many standard deviations of as many independent tasks. */
    private static final double STANDS_OUT = 4;

    /** Time constant of what is usual, in seconds. */
    private static final double USUAL = 1800;

    /** What a type wanted in fewer seconds than this says little of what is usual. */
    private static final double YOUNG = 300;

    /** What stays longer than this is no burst: it is how it is now. */
    private static final double LONGEST = 1800;

    /** Two bursts that are closer than this are one. */
    private static final double APART = 120;

    private static final int REMEMBERED = 4;
    private static final int MOST_RHYTHMS = 6;

    /** Periods within this part of each other are one. */
    private static final double SAME = 0.01;

    /** Timers that fire by the clock: tried from the first burst on. */
    private static final double[] CLOCKS = {3600, 86_400};

    private final double[] starts = new double[REMEMBERED];
    private final double[] peaks = new double[REMEMBERED];
    private final List<Rhythm> rhythms = new ArrayList<>();
    private int bursts;
    private double level;
    private double usual;
    private double since;
    private double born = Double.NaN;
    private double rose;
    private boolean rising;
    private boolean bursting;
    private double began;
    private double ended = Double.NEGATIVE_INFINITY;
    private double peak;
    private double lasted;

    /** It wants so many instances more, or fewer. Returns whether a burst began. */
    boolean change(double by, double time, double least) {
        pass(time);
        level = Math.max(0, level + by);
        if (bursting) {
            peak = Math.max(peak, level - usual);
            if (level <= usual + 1) {
                close(time);
            }
            return false;
        }
        if (level <= usual + 1) {
            rising = false;
        } else if (!rising) {
            rising = true;
            rose = time;
        }
        if (level - usual >= Math.max(least, STANDS_OUT * Math.sqrt(1 + usual))) {
            begin();
            return true;
        }
        return false;
    }

    private void pass(double time) {
        if (Double.isNaN(born)) {
            born = time;
            since = time;
        }
        double elapsed = Math.max(0, time - since);
        if (!bursting && elapsed > 0) {
            double lived = Math.max(YOUNG, time - born);
            usual += Math.min(1, Math.max(1 - Math.exp(-elapsed / USUAL), elapsed / lived)) * (level - usual);
        }
        since = Math.max(since, time);
    }

    private void begin() {
        bursting = true;
        peak = level - usual;
        if (rose - ended < APART && bursts > 0) {
            peak = Math.max(peak, peaks[(bursts - 1) % REMEMBERED]);
            return;
        }
        began = rose;
        for (Rhythm rhythm : rhythms) {
            rhythm.pass(began);
            rhythm.began(began);
        }
        if (bursts == 0) {
            for (double clock : CLOCKS) {
                rhythms.add(new Rhythm(clock, began));
            }
        }
        for (int i = Math.max(0, bursts - REMEMBERED); i < bursts; i++) {
            learn(began - starts[i % REMEMBERED]);
        }
        starts[bursts % REMEMBERED] = began;
        peaks[bursts % REMEMBERED] = peak;
        bursts++;
    }

    private void learn(double period) {
        for (Rhythm known : rhythms) {
            if (Math.abs(known.period() - period) <= SAME * period + 2) {
                return;
            }
        }
        if (rhythms.size() == MOST_RHYTHMS) {
            Rhythm worst = rhythms.getFirst();
            for (Rhythm rhythm : rhythms) {
                worst = rhythm.likelihood() < worst.likelihood() ? rhythm : worst;
            }
            rhythms.remove(worst);
        }
        rhythms.add(new Rhythm(period, began));
    }

    private void close(double time) {
        bursting = false;
        rising = false;
        ended = time;
        lasted = time - began;
        peaks[(bursts - 1) % REMEMBERED] = Math.max(peak, 1);
    }

    /** What was tells nothing of what is usual. */
    void forget(double time) {
        born = time;
        usual = level;
    }

    /** Lets time pass: what lasts too long is usual from now on. */
    void tick(double time) {
        if (bursting && time - began > LONGEST) {
            bursting = false;
            rising = false;
            ended = time;
            usual = level;
        }
        for (Rhythm rhythm : rhythms) {
            rhythm.pass(time);
        }
    }

    /** By how much it wants more than usual while it bursts, else 0. */
    double excess() {
        return bursting ? Math.max(0, level - usual) : 0;
    }

    /**
     * What it will want beyond what is usual.
     *
     * @param until nothing that begins later is of interest
     * @param likely bursts that are less likely do not count
     */
    void foresee(double time, double until, double likely, Levels levels) {
        double now = excess();
        if (now > 0) {
            levels.add(time, time, now);
            if (bursts > 1 && time - began < lasted) {
                levels.add(time, began + lasted, Math.max(0, expected() - now));
            }
        }
        for (Rhythm rhythm : rhythms) {
            if (rhythm.earliest() <= until && rhythm.latest() >= time && rhythm.likelihood() >= likely) {
                levels.add(
                        Math.max(time, rhythm.earliest()),
                        Math.max(rhythm.latest(), rhythm.due() + lasted),
                        expected());
                return;
            }
        }
    }

    private double expected() {
        double most = 0;
        for (int i = Math.max(0, bursts - 2); i < bursts; i++) {
            most = Math.max(most, peaks[i % REMEMBERED]);
        }
        return most;
    }
}

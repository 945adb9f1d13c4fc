package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One way of looking at what demand will be. None is known to be good before it was tried on the pool's own demand.
 *
 * @param base what demand is expected to be: {@link #NOW} as it is, the number of an average, or at most {@link #LEARNED}
 * @param hold how long, in seconds, the highest of it stands
 * @param season what recurs by the clock
 * @param hasCalendar whether bursts of single task types are told apart from the rest, and waited for by their own rhythms
 * @param hasSuccessors whether it counts on what was learned to follow tasks that run
 */
record Outlook(int base, double hold, SeasonKind season, boolean hasCalendar, boolean hasSuccessors) {

    /** One that counts on nothing that was learned to follow. */
    Outlook(int base, double hold, SeasonKind season, boolean hasCalendar) {
        this(base, hold, season, hasCalendar, false);
    }

    static final int NOW = -1;

    /** What an {@link Apprentice} would have, the first of its pupils; the others' numbers lie below. */
    static final int LEARNED = -2;

    /** The number of the average that a burst does not move. */
    static final int SLOW = 2;

    /**
     * What a burst finds missing lets many tasks wait at once, and what is there in vain is let go of seconds after it was due: it is
     * waited for even where it is thrice as likely not to come, and some more.
     */
    static final double LIKELY = 0.15;

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;
    private static final double DAY = 86_400;

    /** Keep-alives, in minutes. */
    private static final double[] HOLDS = {2, 10, 45, 240, 1440};

    /** Keep-alives of machines that come back cheaply, in what that costs; where that is much less than the others. */
    private static final double[] SHORT_HOLDS = {2, 6};

    /** What may recur by the clock. */
    enum SeasonKind {
        NONE(0, 0, 0),
        /** Timers that fire on the hour or at a fixed minute of it; not each fires every hour. */
        HOURLY(HOUR, MINUTE, 3),
        /** Nights and working hours, as they were at the most. */
        DAILY_PEAK(DAY, 20 * MINUTE, 7);

        private final double period;
        private final double bin;
        private final int kept;

        SeasonKind(double period, double bin, int kept) {
            this.period = period;
            this.bin = bin;
            this.kept = kept;
        }

        Season begin() {
            return new Season(period, bin, kept, isOfBursts());
        }

        /** Whether it is of what stands out for minutes, rather than of slow tides. */
        boolean isOfBursts() {
            return period > 0 && period <= HOUR;
        }
    }

    /** Time constants of the averages, in seconds. */
    static double[] memories(double launchLead) {
        double lead = Math.max(10, launchLead);
        return new double[] {lead, 5 * lead, HOUR / 2, 4 * HOUR};
    }

    /**
     * All that are tried.
     *
     * @param back what it costs to let a machine go and have it back, in seconds of a hot instance
     */
    static List<Outlook> all(double back) {
        List<Outlook> all = new ArrayList<>();
        all.add(new Outlook(NOW, 0, SeasonKind.NONE, false));
        for (double times : SHORT_HOLDS) {
            if (2 * times * back <= HOLDS[0] * MINUTE) {
                all.add(new Outlook(NOW, times * back, SeasonKind.NONE, false));
            }
        }
        for (double minutes : HOLDS) {
            all.add(new Outlook(NOW, minutes * MINUTE, SeasonKind.NONE, false));
        }
        for (int memory = 0; memory < 4; memory++) {
            all.add(new Outlook(memory, 0, SeasonKind.NONE, false));
        }
        all.add(new Outlook(1, 0, SeasonKind.DAILY_PEAK, false));
        for (int memory = 1; memory <= SLOW; memory++) {
            all.add(new Outlook(memory, 0, SeasonKind.HOURLY, true));
            all.add(new Outlook(memory, 0, SeasonKind.NONE, true));
        }
        return all;
    }

    /** That of one of an apprentice's pupils. */
    static Outlook learned(int pupil) {
        return new Outlook(LEARNED - pupil, 0, SeasonKind.NONE, false);
    }

    /** The same, counting on what was learned to follow tasks that run, too. */
    Outlook withSuccessors() {
        return new Outlook(base, hold, season, hasCalendar, true);
    }

    boolean isLearned() {
        return base <= LEARNED;
    }

    /** Which of the apprentice's pupils it is. */
    int pupil() {
        return LEARNED - base;
    }

    /** Whether it expects what comes by the clock, which nobody foresees the first time. */
    boolean countsOnTimers() {
        return hasCalendar || season.isOfBursts();
    }

    /** For people. */
    String label() {
        if (isLearned()) {
            return "learned by trying, at %s launches for a wait".formatted(Apprentice.PRICES[pupil()]);
        }
        return (base == NOW ? "demand as it is" : "demand's average " + base)
                + (hold > 0 ? ", held " + Math.round(hold) + " s" : "")
                + (season == SeasonKind.NONE
                        ? ""
                        : ", " + season.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                + (hasCalendar ? ", and bursts of types that are %.2f likely".formatted(LIKELY) : "")
                + (hasSuccessors ? ", and what was learned to follow" : "");
    }
}

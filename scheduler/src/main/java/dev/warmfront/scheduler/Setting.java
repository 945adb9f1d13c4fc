package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One of the ways in which a pool may be run, none of which is known to be good before it was tried on the pool's own demand.
 *
 * @param base what demand is expected to be: {@link #NOW} as it is, or the number of an average
 * @param hold how long, in seconds, a level outlives its expectation
 * @param season what recurs
 * @param standby whether levels that go may wait in standby
 * @param robust whether nothing is foreseen at all: a level is launched when tasks want it, and held for a fixed time. Where
 *     that is until holding has cost what a launch and its wait cost (ski rental), retention never costs more than twice what it
 *     would if each gap's length were known when it begins, whatever demand does (policy.md §5 with λ = 1)
 */
record Setting(int base, double hold, SeasonKind season, boolean standby, boolean robust) {

    static final int NOW = -1;

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;
    private static final double DAY = 86_400;
    private static final double[] KEEP_ALIVES = {5, 15, 45, 120};

    /** What may recur by the clock. */
    enum SeasonKind {
        NONE(0, 0, 0, true),
        /** Timers that fire on the hour or at a fixed minute of it; not each fires every hour. */
        HOURLY(HOUR, MINUTE, 3, true),
        HALF_HOURLY(HOUR / 2, MINUTE, 6, true),
        /** Nights and working hours, as they usually are. */
        DAILY(DAY, 20 * MINUTE, 7, false),
        /** The same, as they were at the most. */
        DAILY_PEAK(DAY, 20 * MINUTE, 7, true),
        WEEKLY(7 * DAY, HOUR, 3, true);

        private final double period;
        private final double bin;
        private final int kept;
        private final boolean highest;

        SeasonKind(double period, double bin, int kept, boolean highest) {
            this.period = period;
            this.bin = bin;
            this.kept = kept;
            this.highest = highest;
        }

        Season begin() {
            return new Season(period, bin, kept, highest);
        }
    }

    /** Time constants of the averages that settings count on, in seconds. */
    static double[] memories(double launchLead) {
        double lead = Math.max(10, launchLead);
        return new double[] {lead, 5 * lead, HOUR / 2, 4 * HOUR, DAY};
    }

    /**
     * The one that is followed until another has proved better: lately's average, and what timers do on the hour, since many run
     * by the clock and a day is long to wait for evidence. With standby where a trip there is a small part of a launch.
     */
    static Setting first(LevelPrices prices) {
        boolean standby = prices.standbyPays() && prices.trip() < prices.launch() / 3;
        return new Setting(0, 0, SeasonKind.HOURLY, standby, false);
    }

    /**
     * What a drift cannot lead astray.
     *
     * @param waitPrice of the task that waits for a launch, in seconds of a hot instance
     */
    static Setting robust(LevelPrices prices, double waitPrice) {
        return keepAlive(prices.launch() + waitPrice);
    }

    /** Launches what tasks want and holds it for so many seconds. */
    static Setting keepAlive(double hold) {
        return new Setting(NOW, hold, SeasonKind.NONE, false, true);
    }

    /**
     * All that are tried.
     *
     * @param waitPrice of a wait, in seconds of a hot instance; 0 when it is not known
     */
    static List<Setting> all(LevelPrices prices, double waitPrice) {
        double lead = Math.max(10, prices.launchLead());
        List<Setting> all = new ArrayList<>();
        add(all, prices, 0, 0, SeasonKind.NONE);
        add(all, prices, 0, 0, SeasonKind.HOURLY);
        add(all, prices, 1, 0, SeasonKind.HOURLY);
        add(all, prices, 0, 0, SeasonKind.HALF_HOURLY);
        add(all, prices, 1, 0, SeasonKind.DAILY);
        add(all, prices, 1, 0, SeasonKind.DAILY_PEAK);
        add(all, prices, 1, 0, SeasonKind.WEEKLY);
        add(all, prices, Setting.NOW, 0, SeasonKind.NONE);
        add(all, prices, Setting.NOW, 5 * lead, SeasonKind.NONE);
        add(all, prices, Setting.NOW, HOUR, SeasonKind.NONE);
        add(all, prices, Setting.NOW, 4 * HOUR, SeasonKind.NONE);
        add(all, prices, Setting.NOW, DAY, SeasonKind.NONE);
        add(all, prices, 2, 0, SeasonKind.NONE);
        add(all, prices, 3, 0, SeasonKind.NONE);
        add(all, prices, 4, 0, SeasonKind.NONE);
        all.add(robust(prices, waitPrice));
        for (double minutes : KEEP_ALIVES) {
            all.add(keepAlive(minutes * MINUTE));
        }
        return all;
    }

    private static void add(List<Setting> all, LevelPrices prices, int base, double hold, SeasonKind season) {
        all.add(new Setting(base, hold, season, false, false));
        if (prices.standbyPays()) {
            all.add(new Setting(base, hold, season, true, false));
        }
    }

    /** For people. */
    String label() {
        if (robust) {
            return "no forecast, held " + Math.round(hold) + " s";
        }
        String expected =
                switch (base) {
                    case NOW -> "demand as it is";
                    default -> "demand's average " + base;
                };
        return expected
                + (hold > 0 ? ", held " + Math.round(hold) + " s" : "")
                + (season == SeasonKind.NONE
                        ? ""
                        : ", " + season.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                + (standby ? ", standby" : "");
    }
}

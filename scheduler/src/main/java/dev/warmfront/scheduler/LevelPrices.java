package dev.warmfront.scheduler;

import dev.warmfront.cost.TierEconomics;

/**
 * What levels of a pool cost, with one second of a hot instance as the unit of money (policy.md §1 divided by c_H), and how
 * long they take, in seconds.
 *
 * @param launch K_O, the whole cost of a cold launch
 * @param trip A, the whole cost of going to standby and back; infinite without standby
 * @param held c_S, per second in standby; 1 without standby
 * @param launchLead L_O
 * @param wakeLead L_S
 * @param stopLead L_h
 */
record LevelPrices(double launch, double trip, double held, double launchLead, double wakeLead, double stopLead) {

    LevelPrices {
        if (!(launch >= 0 && trip >= 0 && held >= 0 && launchLead >= 0 && wakeLead >= 0 && stopLead >= 0)) {
            throw new IllegalArgumentException("prices and lead times of levels must be ≥ 0");
        }
    }

    static LevelPrices of(TierEconomics economics) {
        double hot = economics.prices().hot().nanosPerHour() / 3600.0;
        // Where nothing is paid for being hot, a second of it still counts: readiness is then a matter of launches
        // alone.
        double unit = hot > 0 ? hot : 1;
        var held = economics.prices().standby();
        return new LevelPrices(
                economics.launchCost().nanos() / unit,
                held == null
                        ? Double.POSITIVE_INFINITY
                        : economics.standbyCost().nanos() / unit,
                held == null ? 1 : held.nanosPerHour() / 3600.0 / unit,
                seconds(economics.leads().launch()),
                seconds(economics.leads().resume()),
                seconds(economics.leads().stop()));
    }

    private static double seconds(java.time.Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /**
     * Whether some gap is cheapest in standby: at the gap where hot and off cost the same, or at the least that standby fits
     * into, whichever is longer, standby must cost less than a launch, φ of policy.md §2a.
     */
    boolean standbyPays() {
        double away = stopLead + wakeLead;
        double gap = Math.max(away, launch);
        return trip + held * (gap - away) < launch;
    }

    /** b₂, the time in standby after which having ended the instance would have been cheaper (policy.md §5), no waits counted. */
    double endBreakEven() {
        return held <= 0 ? 1e9 : Math.max(0, (launch - trip) / held);
    }
}

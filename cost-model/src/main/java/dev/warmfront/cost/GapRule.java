package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Tier;

/**
 * Chooses the cheapest tier for a gap by its length. One rule per kind of foresight: they differ in what a wake costs besides
 * money, and in when it may begin.
 *
 * @param economics prices and lead times
 * @param launch cost of a cold start, waiting included
 * @param standby cost of a stop and a resume, waiting included
 * @param away least gap that standby fits into
 * @param foreseen longest gap that is seen to end when it begins; a longer one is not held for
 */
record GapRule(TierEconomics economics, Exact launch, Exact standby, long away, long foreseen) {

    /** Everything is foreseen: wakes begin in time, nobody waits. */
    static GapRule planned(TierEconomics economics) {
        return new GapRule(
                economics,
                economics.launchExact(),
                economics.standbyExact(),
                economics.leads().roundTrip().toNanos(),
                Long.MAX_VALUE);
    }

    /** The length of every gap is known when it begins, but wakes begin on arrival and their task waits. */
    static GapRule reacting(TierEconomics economics, HourlyRate waitPrice) {
        LeadTimes leads = economics.leads();
        return new GapRule(
                economics,
                economics.launchExact().plus(Exact.of(waitPrice, leads.launch().toNanos())),
                economics.standbyExact().plus(Exact.of(waitPrice, leads.resume().toNanos())),
                leads.stop().toNanos(),
                Long.MAX_VALUE);
    }

    /** Only gaps up to the window are seen to end; what lies beyond is believed not to come. */
    static GapRule windowed(TierEconomics economics, long window) {
        GapRule planned = planned(economics);
        return new GapRule(economics, planned.launch, planned.standby, planned.away, window);
    }

    /**
     * @param gap nanoseconds, ≥ 0
     * @return among equals the warmer tier
     */
    Tier choose(long gap) {
        if (gap > foreseen) {
            return Tier.COLD;
        }
        Exact hot = Exact.of(economics.prices().hot(), gap);
        boolean hotBeatsCold = hot.compareTo(launch) <= 0;
        if (economics.hasStandby() && gap >= away) {
            Exact held = standby.plus(Exact.of(economics.standbyRate(), gap - away));
            if (held.compareTo(hotBeatsCold ? hot : launch) < (hotBeatsCold ? 0 : 1)) {
                return Tier.STANDBY;
            }
        }
        return hotBeatsCold ? Tier.HOT : Tier.COLD;
    }
}

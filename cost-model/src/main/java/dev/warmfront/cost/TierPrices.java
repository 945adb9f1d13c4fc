package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one instance costs in each tier and on the way between them (policy.md §1).
 *
 * @param hot c_H, while it runs, idle or busy
 * @param standby c_S, while it is held stopped, suspended or hibernated; null where the offering has no standby
 * @param launchCharge k_O, once per launch: what a minimum bill, an image read or a licence adds
 * @param resumeCharge k_r, once per resume
 * @param stopCharge k_h, once per stop
 * @param billedLaunch how much of the launch is billed at c_H
 * @param billedResume how much of the resume is billed at c_H
 * @param billedStop how much of the stop is billed at c_H
 */
public record TierPrices(
        HourlyRate hot,
        @Nullable HourlyRate standby,
        Money launchCharge,
        Money resumeCharge,
        Money stopCharge,
        Duration billedLaunch,
        Duration billedResume,
        Duration billedStop) {

    public TierPrices {
        check("launch", launchCharge);
        check("resume", resumeCharge);
        check("stop", stopCharge);
        LeadTimes.check("billed launch", billedLaunch);
        LeadTimes.check("billed resume", billedResume);
        LeadTimes.check("billed stop", billedStop);
    }

    /** Prices of a provider that bills an instance from the request to the end, and nothing else. */
    public static TierPrices allBilled(HourlyRate hot, @Nullable HourlyRate standby, LeadTimes leads) {
        return new TierPrices(
                hot, standby, Money.ZERO, Money.ZERO, Money.ZERO, leads.launch(), leads.resume(), leads.stop());
    }

    private static void check(String what, Money charge) {
        if (charge.nanos() < 0) {
            throw new IllegalArgumentException("the charge of a " + what + " is negative: " + charge);
        }
    }
}

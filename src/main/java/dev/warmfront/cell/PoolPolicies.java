package dev.warmfront.cell;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.scheduler.FixedKeepAlivePolicy;
import dev.warmfront.scheduler.LeadQuantiles;
import dev.warmfront.scheduler.LeadQuantiles.Phase;
import dev.warmfront.scheduler.LeadQuantiles.Way;
import dev.warmfront.scheduler.ReactivePolicy;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.WaitAim;
import dev.warmfront.scheduler.WarmfrontPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The policies that pools can be run by, fresh for each tenure: what they remember follows from what they are told. */
final class PoolPolicies {

    private static final double MATERIAL = 1.25;

    private final CellConfig.Policy config;
    private final LeadQuantiles learned;

    /**
     * @param learned lead times in place of the configured ones, as far as they are known
     */
    PoolPolicies(CellConfig.Policy config, LeadQuantiles learned) {
        this.config = config;
        this.learned = learned;
    }

    /**
     * Lead times of an offering.
     *
     * @param offering its name
     */
    record Lead(String offering, LeadTimes leads) {}

    /** What is learned of these offerings by now; a tenure goes by it from its beginning to its end. */
    List<Lead> leads(List<Offering> offerings) {
        return offerings.stream()
                .map(offering -> new Lead(offering.id().value(), leads(offering)))
                .toList();
    }

    /** Whether any lead time of an offering is another by more than a quarter, or an offering has come. */
    static boolean differ(List<Lead> taken, List<Lead> now) {
        Map<String, LeadTimes> before = new HashMap<>();
        taken.forEach(lead -> before.put(lead.offering(), lead.leads()));
        return now.stream().anyMatch(lead -> {
            LeadTimes old = before.get(lead.offering());
            return old == null
                    || isOff(old.launch(), lead.leads().launch())
                    || isOff(old.resume(), lead.leads().resume())
                    || isOff(old.stop(), lead.leads().stop());
        });
    }

    private static boolean isOff(Duration one, Duration other) {
        return Math.max(one.toMillis(), other.toMillis()) > MATERIAL * Math.min(one.toMillis(), other.toMillis());
    }

    /**
     * A scheduler for one tenure.
     *
     * @param leads of the offerings that are known; what comes later has the configured ones
     */
    Scheduler scheduler(List<Lead> leads) {
        Map<String, LeadTimes> byOffering = new HashMap<>();
        leads.forEach(lead -> byOffering.put(lead.offering(), lead.leads()));
        LeadTimes declared = new LeadTimes(config.launchLead(), config.resumeLead(), config.stopLead());
        return new Scheduler(List.of(
                new ReactivePolicy(),
                new FixedKeepAlivePolicy(),
                new WarmfrontPolicy(
                        offering -> economics(
                                offering, byOffering.getOrDefault(offering.id().value(), declared)),
                        this::mode,
                        WaitAim.share(config.waitingShare()))));
    }

    /** All that a machine costs from its launch to its end is billed at the hot price, as the ledger bills it. */
    private TierEconomics economics(Offering offering, LeadTimes leads) {
        HourlyRate standby = standby(offering).map(Map.Entry::getValue).orElse(null);
        return new TierEconomics(TierPrices.allBilled(offering.hotRate(), standby, leads), leads);
    }

    /** Of the modes that cost least the one that wakes soonest: on hosts of one's own a saved memory is a file like a disk. */
    private Optional<Map.Entry<StandbyMode, HourlyRate>> standby(Offering offering) {
        return offering.standbyRates().entrySet().stream()
                .min(Map.Entry.<StandbyMode, HourlyRate>comparingByValue()
                        .thenComparing(
                                rate -> lead(offering, Optional.of(Way.wake(rate.getKey())), config.resumeLead())));
    }

    private Optional<StandbyMode> mode(Offering offering) {
        return standby(offering).map(Map.Entry::getKey);
    }

    private LeadTimes leads(Offering offering) {
        Optional<StandbyMode> mode = mode(offering);
        return new LeadTimes(
                lead(offering, Optional.of(Way.LAUNCH), config.launchLead()),
                lead(offering, mode.map(Way::wake), config.resumeLead()),
                lead(offering, mode.map(Way::into), config.stopLead()));
    }

    private Duration lead(Offering offering, Optional<Way> way, Duration declared) {
        return way.flatMap(on -> learned.quantile(offering, on, Phase.READY, config.leadQuantile()))
                .filter(lead -> lead.compareTo(LeadTimes.MAX) <= 0)
                .orElse(declared);
    }
}

package dev.warmfront.cell;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Offering;
import dev.warmfront.scheduler.FixedKeepAlivePolicy;
import dev.warmfront.scheduler.ReactivePolicy;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.WaitAim;
import dev.warmfront.scheduler.WarmfrontPolicy;
import java.util.Comparator;
import java.util.List;

/** The policies that pools can be run by, fresh for each tenure: what they remember follows from what they are told. */
final class PoolPolicies {

    private final CellConfig.Policy config;

    PoolPolicies(CellConfig.Policy config) {
        this.config = config;
    }

    Scheduler scheduler() {
        return new Scheduler(List.of(
                new ReactivePolicy(),
                new FixedKeepAlivePolicy(),
                new WarmfrontPolicy(this::economics, WaitAim.share(config.waitingShare()))));
    }

    /** All that a machine costs from its launch to its end is billed at the hot price, as the ledger bills it. */
    private TierEconomics economics(Offering offering) {
        LeadTimes leads = new LeadTimes(config.launchLead(), config.resumeLead(), config.stopLead());
        HourlyRate standby = offering.standbyRates().values().stream()
                .min(Comparator.naturalOrder())
                .orElse(null);
        return new TierEconomics(TierPrices.allBilled(offering.hotRate(), standby, leads), leads);
    }
}

package dev.warmfront.aws;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.StandbyMode;
import java.util.List;

/**
 * An offering with what is asked of EC2 for it.
 *
 * @param offering as the scheduler knows it
 * @param candidates what may be launched for it, at least one; several for a group
 * @param diskGibibytes the root volume
 */
record Target(Offering offering, List<Candidate> candidates, int diskGibibytes) {

    /**
     * One type in one zone.
     *
     * @param subnet empty for the zone's default one
     * @param nanosPerHour its list price, to rank by
     * @param hotRate what an instance of it costs while it runs, all included
     */
    record Candidate(String type, String zone, String subnet, long nanosPerHour, HourlyRate hotRate) {

        /** By this the memory of stock-outs knows it. */
        String key(PurchaseModel model) {
            return zone + "/" + type + "/" + model;
        }
    }

    boolean spot() {
        return offering.purchaseModel() == PurchaseModel.SPOT;
    }

    boolean hibernates() {
        return offering.standbyRates().containsKey(StandbyMode.HIBERNATED);
    }
}

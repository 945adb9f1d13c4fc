package dev.warmfront.gcp;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PurchaseModel;
import java.util.List;

/**
 * An offering with what is asked of Compute Engine for it.
 *
 * @param offering as the scheduler knows it
 * @param candidates what may be launched for it, at least one; several for a group
 */
record Target(Offering offering, List<Candidate> candidates) {

    /**
     * One type in one zone.
     *
     * @param nanosPerHour its list price, to rank by
     * @param hotRate what an instance of it costs while it runs, all included
     * @param gpus whether it has GPUs, which rule out live migration
     */
    record Candidate(String type, String zone, long nanosPerHour, HourlyRate hotRate, boolean gpus) {

        /** By this the memory of stock-outs knows it. */
        String key(PurchaseModel model) {
            return zone + "/" + type + "/" + model;
        }
    }

    boolean spot() {
        return offering.purchaseModel() == PurchaseModel.SPOT;
    }
}

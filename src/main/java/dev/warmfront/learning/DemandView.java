package dev.warmfront.learning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many tasks of the tenant will be wanted at once, some time from now. */
public record DemandView(List<LeadView> leads) {

    private static final double[] TOLD = {0.5, 0.9, 0.95, 0.99};

    /**
     * One lead time.
     *
     * @param survivors tasks that run or wait now and then still run, on average
     * @param successors tasks of submitted workflows that will have begun, on average
     * @param arrivals tasks that will have been submitted and run, on average
     * @param quantiles of their sum, by probability
     */
    public record LeadView(
            long leadSeconds,
            double survivors,
            double successors,
            double arrivals,
            double mean,
            Map<String, Long> quantiles) {

        static LeadView of(long leadSeconds, Predicted.Demand demand) {
            Map<String, Long> quantiles = new LinkedHashMap<>();
            for (double probability : TOLD) {
                quantiles.put(Double.toString(probability), demand.whole().quantile(probability));
            }
            return new LeadView(
                    leadSeconds,
                    demand.survivors(),
                    demand.successors(),
                    demand.arrivals(),
                    demand.whole().mean(),
                    quantiles);
        }
    }
}

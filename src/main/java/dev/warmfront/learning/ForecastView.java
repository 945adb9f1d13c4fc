package dev.warmfront.learning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.forecast.ArrivalModel;
import dev.warmfront.forecast.QuantileForecast;
import dev.warmfront.forecast.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks are expected to be submitted, for some times ahead.
 *
 * @param taskType of which type; null for all of the tenant's, or of the cell's
 * @param known whether tasks of it were seen; where not, all is zero
 * @param at up to when it has learned
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ForecastView(@Nullable String taskType, boolean known, Instant at, List<HorizonView> horizons) {

    private static final double[] LEVELS = {0.5, 0.75, 0.9, 0.95, 0.99};

    /**
     * One time ahead.
     *
     * @param leadSeconds from now to the end of the slot that is meant
     * @param slotSeconds the counts are of so many seconds
     * @param quantiles counts by the probability that they are not exceeded
     * @param drifting whether what came lately was far from what was expected: believe it less
     */
    public record HorizonView(
            long leadSeconds, long slotSeconds, double mean, Map<String, Double> quantiles, boolean drifting) {

        static HorizonView of(QuantileForecast forecast) {
            Map<String, Double> quantiles = new LinkedHashMap<>();
            for (double level : LEVELS) {
                quantiles.put(Double.toString(level), forecast.at(level));
            }
            return new HorizonView(
                    forecast.lead().toSeconds(),
                    forecast.slot().toSeconds(),
                    forecast.mean(),
                    quantiles,
                    forecast.drifting());
        }
    }

    static ForecastView of(Learned learned, SeriesKey key, List<Duration> leads) {
        ArrivalModel arrivals = learned.arrivals();
        Map<Long, HorizonView> horizons = new LinkedHashMap<>();
        for (Duration lead : leads) {
            HorizonView view = HorizonView.of(arrivals.forecast(key, lead));
            horizons.putIfAbsent(view.leadSeconds(), view);
        }
        return new ForecastView(
                key.taskType().isEmpty() ? null : key.taskType(),
                arrivals.series(key, 0) != null,
                learned.place().at(),
                List.copyOf(horizons.values()));
    }
}

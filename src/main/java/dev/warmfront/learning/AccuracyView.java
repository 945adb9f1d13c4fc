package dev.warmfront.learning;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How well the tenant's submissions were forecast one slot ahead, at each resolution. */
public record AccuracyView(List<ResolutionView> resolutions) {

    /**
     * One resolution.
     *
     * @param slots judged, old ones counting less
     * @param coverage share of the slots whose count was at most the quantile, by that quantile's probability: the two should agree
     * @param scaledLoss pinball loss over those quantiles divided by the mean step from slot to slot; null where nothing moved
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ResolutionView(
            int slotSeconds,
            double slots,
            Map<String, Double> coverage,
            @Nullable Double scaledLoss) {

        static ResolutionView of(Accuracy.Figure figure) {
            Map<String, Double> coverage = new LinkedHashMap<>();
            for (int k = 0; k < Accuracy.LEVELS.length; k++) {
                coverage.put(
                        Double.toString(Accuracy.LEVELS[k]), figure.coverage().get(k));
            }
            return new ResolutionView(
                    figure.slotSeconds(),
                    figure.slots(),
                    coverage,
                    Double.isNaN(figure.scaledLoss()) ? null : figure.scaledLoss());
        }
    }

    static AccuracyView of(List<Accuracy.Figure> figures) {
        return new AccuracyView(figures.stream().map(ResolutionView::of).toList());
    }
}

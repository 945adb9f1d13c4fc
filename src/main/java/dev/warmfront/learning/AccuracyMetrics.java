package dev.warmfront.learning;

import dev.warmfront.forecast.Expert;
import dev.warmfront.forecast.SeriesForecaster;
import dev.warmfront.forecast.SeriesKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How well the sum of all tenants' submissions is forecast, as metrics: by width of slot, never by tenant. Updated now and
 * then by the learner's thread.
 */
final class AccuracyMetrics {

    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final SeriesKey ALL = new SeriesKey(Learned.CELL, "", "");

    private final MultiGauge coverage;
    private final MultiGauge loss;
    private final MultiGauge weight;
    private final MultiGauge drifting;
    private long updatedNanos = System.nanoTime() - EVERY.toNanos();

    AccuracyMetrics(MeterRegistry registry) {
        coverage = MultiGauge.builder("warmfront.forecast.coverage.ratio")
                .description("share of slots whose count was at most the quantile, which should be the quantile's own")
                .register(registry);
        loss = MultiGauge.builder("warmfront.forecast.loss.ratio")
                .description("pinball loss one slot ahead, divided by the mean step from slot to slot")
                .register(registry);
        weight = MultiGauge.builder("warmfront.forecast.expert.weight.ratio")
                .description("share of an expert in the upper tail one slot ahead")
                .register(registry);
        drifting = MultiGauge.builder("warmfront.forecast.drifting")
                .description("1 while forecasts have stopped holding")
                .register(registry);
    }

    void update(Learned learned) {
        long now = System.nanoTime();
        if (now - updatedNanos < EVERY.toNanos()) {
            return;
        }
        updatedNanos = now;
        List<MultiGauge.Row<?>> coverages = new ArrayList<>();
        List<MultiGauge.Row<?>> losses = new ArrayList<>();
        for (Accuracy.Figure figure : learned.accuracy().of(ALL)) {
            Tags slot = slot(figure.slotSeconds());
            for (int k = 0; k < Accuracy.LEVELS.length; k++) {
                coverages.add(MultiGauge.Row.of(
                        slot.and("quantile", Double.toString(Accuracy.LEVELS[k])),
                        figure.coverage().get(k)));
            }
            if (!Double.isNaN(figure.scaledLoss())) {
                losses.add(MultiGauge.Row.of(slot, figure.scaledLoss()));
            }
        }
        List<MultiGauge.Row<?>> weights = new ArrayList<>();
        List<MultiGauge.Row<?>> drifts = new ArrayList<>();
        for (int r = 0; r < learned.rungs().size(); r++) {
            SeriesForecaster series = learned.arrivals().series(ALL, r);
            if (series != null) {
                Tags slot = slot(series.shape().slotSeconds());
                List<Expert> experts = series.shape().experts();
                for (int j = 0; j < experts.size(); j++) {
                    weights.add(
                            MultiGauge.Row.of(slot.and("expert", experts.get(j).name()), series.weight(0, j)));
                }
                drifts.add(MultiGauge.Row.of(slot, series.drifting() ? 1 : 0));
            }
        }
        coverage.register(coverages, true);
        loss.register(losses, true);
        weight.register(weights, true);
        drifting.register(drifts, true);
    }

    private static Tags slot(int seconds) {
        return Tags.of("slot_seconds", Integer.toString(seconds));
    }
}

package dev.warmfront.cli;

import dev.warmfront.forecast.ExpertProvider;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.forecast.TrainedExpert;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;

/**
 * The experts that somebody chose, as shapes of series: one shape per width of slot, so that what is trained on one series
 * serves all of that width.
 */
final class ExpertChoice {

    private static final Duration BUDGET = Duration.ofSeconds(5);
    private static final int TRAININGS = 8;

    private final List<String> names;
    private final List<Integer> horizons;
    private final Map<Integer, SeriesShape> shapes = new HashMap<>();

    /**
     * @param names of providers on the class path, beside the standard experts
     */
    ExpertChoice(List<String> names, List<Integer> horizons) {
        this.names = List.copyOf(names);
        this.horizons = List.copyOf(horizons);
    }

    /** The shape for a width of slot; bad use where a name or a horizon is wrong. */
    SeriesShape shape(int slotSeconds) {
        try {
            return shapes.computeIfAbsent(
                    slotSeconds,
                    width -> new SeriesShape(
                            width,
                            horizons,
                            StandardExperts.with(ServiceLoader.load(ExpertProvider.class), names, width)));
        } catch (IllegalArgumentException e) {
            throw CliException.badUse(String.valueOf(e.getMessage()));
        }
    }

    /** Whether anything of it must be trained while series run. */
    boolean learnsTogether() {
        return shapes.values().stream().anyMatch(shape -> !shape.trained().isEmpty());
    }

    /**
     * Runs through series side by side, slot by slot, as a control plane lives through them; what is trained is trained at
     * eighths of the way on what has come by then, so that no forecast knows of a later slot of any series.
     *
     * @param steps one per series: takes its next slot, false when there is none
     * @param longest slots of the longest series
     */
    void together(Collection<BooleanSupplier> steps, int longest) {
        int each = Math.max(1, longest / TRAININGS);
        boolean more = true;
        for (int t = 0; more; t++) {
            more = false;
            for (BooleanSupplier step : steps) {
                more |= step.getAsBoolean();
            }
            if (t > 0 && t % each == 0) {
                shapes.values().stream()
                        .flatMap(shape -> shape.trained().stream())
                        .filter(TrainedExpert::isDue)
                        .forEach(expert -> expert.train(BUDGET));
            }
        }
    }
}

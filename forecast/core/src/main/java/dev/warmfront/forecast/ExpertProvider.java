package dev.warmfront.forecast;

import java.util.List;

/**
 * How experts of other modules join the mixture: named in {@code META-INF/services/dev.warmfront.forecast.ExpertProvider} and
 * found by whoever composes the {@link SeriesShape}; the core itself looks for nothing.
 */
public interface ExpertProvider {

    /** What configuration calls it, kebab-case. */
    String name();

    /** Experts for series of the given slot width, in a fixed order. */
    List<Expert> experts(int slotSeconds);
}

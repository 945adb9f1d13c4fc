package dev.warmfront.spi;

import dev.warmfront.domain.Resources;
import java.util.Collection;
import java.util.TreeMap;

/** What machines of different shapes have in common. */
public final class Shapes {

    private Shapes() {}

    /**
     * What every one of the shapes has: what fits into it fits into each. A GPU type that one of them lacks is not in it.
     *
     * @param shapes at least one
     */
    public static Resources least(Collection<Resources> shapes) {
        return shapes.stream()
                .reduce(Shapes::least)
                .orElseThrow(() -> new IllegalArgumentException("there is no least of no shapes"));
    }

    private static Resources least(Resources a, Resources b) {
        TreeMap<String, Long> gpus = new TreeMap<>();
        a.gpuMillis()
                .forEach((type, millis) ->
                        gpus.put(type, Math.min(millis, b.gpuMillis().getOrDefault(type, 0L))));
        return new Resources(Math.min(a.cpuMillis(), b.cpuMillis()), Math.min(a.memoryBytes(), b.memoryBytes()), gpus);
    }
}

package dev.warmfront.domain;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A vector of compute: what a machine has, or what a task asks for. Never negative.
 *
 * @param cpuMillis CPU in thousandths of a core
 * @param memoryBytes memory in bytes
 * @param gpuMillis GPUs by type in thousandths of a device, types with zero left out; a fraction shares one device
 */
public record Resources(long cpuMillis, long memoryBytes, SortedMap<String, Long> gpuMillis) {

    public static final Resources NONE = new Resources(0, 0, Collections.emptySortedMap());

    public Resources {
        if (cpuMillis < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "resources are negative: cpuMillis %d, memoryBytes %d".formatted(cpuMillis, memoryBytes));
        }
        // Most machines have none, and these are made by the million.
        gpuMillis = gpuMillis.isEmpty() ? Collections.emptySortedMap() : positive(gpuMillis);
    }

    private static SortedMap<String, Long> positive(SortedMap<String, Long> gpuMillis) {
        TreeMap<String, Long> positive = new TreeMap<>();
        gpuMillis.forEach((type, millis) -> {
            if (millis < 0) {
                throw new IllegalArgumentException("resources are negative: gpu %s %d".formatted(type, millis));
            }
            if (millis > 0) {
                positive.put(type, millis);
            }
        });
        return Collections.unmodifiableSortedMap(positive);
    }

    /** CPU and memory, no GPU. */
    public static Resources of(long cpuMillis, long memoryBytes) {
        return new Resources(cpuMillis, memoryBytes, Collections.emptySortedMap());
    }

    public Resources plus(Resources other) {
        return new Resources(
                Math.addExact(cpuMillis, other.cpuMillis),
                Math.addExact(memoryBytes, other.memoryBytes),
                gpuMillis.isEmpty() && other.gpuMillis.isEmpty() ? gpuMillis : mergeGpus(other, Math::addExact));
    }

    /**
     * What is left when {@code other} is taken away.
     *
     * @throws IllegalArgumentException when there is less than that: ask {@link #covers} first
     */
    public Resources minus(Resources other) {
        return new Resources(
                cpuMillis - other.cpuMillis,
                memoryBytes - other.memoryBytes,
                gpuMillis.isEmpty() && other.gpuMillis.isEmpty() ? gpuMillis : mergeGpus(other, (a, b) -> a - b));
    }

    /** Whether {@code request} fits into this in every dimension. */
    public boolean covers(Resources request) {
        if (cpuMillis < request.cpuMillis || memoryBytes < request.memoryBytes) {
            return false;
        }
        return request.gpuMillis.isEmpty() || coversGpus(request);
    }

    private boolean coversGpus(Resources request) {
        for (var gpu : request.gpuMillis.entrySet()) {
            if (gpuMillis.getOrDefault(gpu.getKey(), 0L) < gpu.getValue()) {
                return false;
            }
        }
        return true;
    }

    /**
     * The largest share of {@code capacity} that this takes in any dimension (dominant share; Ghodsi et al., Dominant
     * Resource Fairness, NSDI 2011, §4), in millionths. A dimension that the capacity lacks counts as wholly taken.
     *
     * @return 0 for nothing, 1,000,000 for all of the scarcest resource, more when this exceeds the capacity
     */
    public long dominantSharePpm(Resources capacity) {
        long share = Math.max(ppm(cpuMillis, capacity.cpuMillis), ppm(memoryBytes, capacity.memoryBytes));
        if (!gpuMillis.isEmpty()) {
            for (var gpu : gpuMillis.entrySet()) {
                share = Math.max(share, ppm(gpu.getValue(), capacity.gpuMillis.getOrDefault(gpu.getKey(), 0L)));
            }
        }
        return share;
    }

    public boolean isNone() {
        return cpuMillis == 0 && memoryBytes == 0 && gpuMillis.isEmpty();
    }

    private static long ppm(long part, long whole) {
        if (part == 0) {
            return 0;
        }
        return whole == 0 ? 1_000_000 : (long) Math.ceil(part * 1_000_000.0 / whole);
    }

    // Written out: part of a key that is asked for at every submission, where what the compiler generates for records
    // is
    // slower.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Resources resources
                && cpuMillis == resources.cpuMillis
                && memoryBytes == resources.memoryBytes
                && (gpuMillis.isEmpty() ? resources.gpuMillis.isEmpty() : gpuMillis.equals(resources.gpuMillis));
    }

    @Override
    public int hashCode() {
        int plain = 31 * Long.hashCode(cpuMillis) + Long.hashCode(memoryBytes);
        return gpuMillis.isEmpty() ? plain : 31 * plain + gpuMillis.hashCode();
    }

    private SortedMap<String, Long> mergeGpus(Resources other, LongBinaryOperator operator) {
        TreeMap<String, Long> merged = new TreeMap<>(gpuMillis);
        other.gpuMillis.forEach(
                (type, millis) -> merged.put(type, operator.applyAsLong(merged.getOrDefault(type, 0L), millis)));
        return merged;
    }
}

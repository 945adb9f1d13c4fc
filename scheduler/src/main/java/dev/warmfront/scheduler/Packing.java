package dev.warmfront.scheduler;

import dev.warmfront.domain.Resources;

/** How many requests fit into a machine. */
final class Packing {

    private Packing() {}

    /**
     * How many equal requests one machine holds.
     *
     * @return 0 when not even one fits
     */
    static long perInstance(Resources capacity, Resources request) {
        if (!capacity.covers(request)) {
            return 0;
        }
        long fits = Long.MAX_VALUE;
        if (request.cpuMillis() > 0) {
            fits = Math.min(fits, capacity.cpuMillis() / request.cpuMillis());
        }
        if (request.memoryBytes() > 0) {
            fits = Math.min(fits, capacity.memoryBytes() / request.memoryBytes());
        }
        for (var gpu : request.gpuMillis().entrySet()) {
            fits = Math.min(fits, Devices.fit(capacity.gpuMillis().getOrDefault(gpu.getKey(), 0L), gpu.getValue()));
        }
        return fits;
    }
}

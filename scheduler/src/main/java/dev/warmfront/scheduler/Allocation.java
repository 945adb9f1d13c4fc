package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is set aside on an instance for one attempt.
 *
 * @param attempt for which attempt
 * @param resources how much
 * @param gpus of its GPUs, by their type, which devices and how much of each; empty where none was asked for, and in rows of
 *     before devices were told apart: see {@link Devices}
 */
public record Allocation(AttemptId attempt, Resources resources, SortedMap<String, List<Share>> gpus) {

    /**
     * A part of a device.
     *
     * @param device its number among those of its type on the instance, from 0
     * @param millis thousandths of it, 1 to 1000
     */
    public record Share(int device, long millis) {}

    /**
     * A part of a device, with the device's number on the whole machine, which is what programs know it by.
     *
     * @param type the device's type
     * @param device its number among all GPUs of the instance, from 0: those of the types before it, in the order of their
     *     names, come first
     * @param millis thousandths of it, 1 to 1000
     */
    public record Device(String type, int device, long millis) {}

    public Allocation {
        // A row of before has none: what reads it knows nothing of @Nullable.
        if (gpus == null || gpus.isEmpty()) {
            gpus = Collections.emptySortedMap();
        } else {
            TreeMap<String, List<Share>> copy = new TreeMap<>();
            gpus.forEach((type, shares) -> copy.put(type, List.copyOf(shares)));
            gpus = Collections.unmodifiableSortedMap(copy);
        }
    }

    /**
     * The devices by their numbers on the machine.
     *
     * @param capacity the machine's
     */
    public List<Device> devices(Resources capacity) {
        List<Device> devices = new ArrayList<>();
        int before = 0;
        for (var gpu : capacity.gpuMillis().entrySet()) {
            for (Share share : gpus.getOrDefault(gpu.getKey(), List.of())) {
                devices.add(new Device(gpu.getKey(), before + share.device(), share.millis()));
            }
            before += Math.toIntExact(Math.ceilDiv(gpu.getValue(), Devices.WHOLE));
        }
        return List.copyOf(devices);
    }

    /** Whether it is known which devices these are: of before devices were told apart it is not. */
    public boolean hasKnownDevices() {
        return gpus.isEmpty() == resources.gpuMillis().isEmpty();
    }
}

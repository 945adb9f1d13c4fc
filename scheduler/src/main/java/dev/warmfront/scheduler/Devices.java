package dev.warmfront.scheduler;

import dev.warmfront.domain.Resources;
import dev.warmfront.scheduler.Allocation.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The GPUs of one instance, device by device: a fraction is a part of one device, never the sum of what is left on several.
 * A request for more than one is whole devices, and a part of one more.
 */
final class Devices {

    static final long WHOLE = 1000;

    /** What is left of each device, in thousandths; the last may be less than whole from the start. */
    private final SortedMap<String, long[]> free = new TreeMap<>();

    private Devices(Resources capacity) {
        capacity.gpuMillis().forEach((type, millis) -> {
            long[] devices = new long[Math.toIntExact(Math.ceilDiv(millis, WHOLE))];
            Arrays.fill(devices, WHOLE);
            if (millis % WHOLE != 0) {
                devices[devices.length - 1] = millis % WHOLE;
            }
            free.put(type, devices);
        });
    }

    /**
     * What is left on an instance.
     *
     * @throws IllegalStateException when a device is given out more than once over
     */
    static Devices of(Instance instance) {
        Devices devices = new Devices(instance.offering().machineType().capacity());
        for (Allocation allocation : instance.allocations()) {
            allocation.gpus().forEach((type, shares) -> shares.forEach(share -> devices.take(type, share)));
        }
        for (Allocation allocation : instance.allocations()) {
            if (allocation.gpus().isEmpty()
                    && !allocation.resources().gpuMillis().isEmpty()) {
                // Of before devices were told apart: where it is nobody knows, where it may be is here.
                devices.place(allocation.resources())
                        .ifPresent(gpus ->
                                gpus.forEach((type, shares) -> shares.forEach(share -> devices.take(type, share))));
            }
        }
        return devices;
    }

    private void take(String type, Share share) {
        long[] devices = free.getOrDefault(type, new long[0]);
        if (share.device() >= devices.length || devices[share.device()] < share.millis()) {
            throw new IllegalStateException(
                    "GPU %s %d is given out more than once over".formatted(type, share.device()));
        }
        devices[share.device()] -= share.millis();
    }

    /** Whether a request finds its devices on the instance as it is; of the rest of it nothing is said. */
    static boolean haveRoom(Instance instance, Resources request) {
        return request.gpuMillis().isEmpty()
                || Devices.of(instance).place(request).isPresent();
    }

    /**
     * Devices of the instance for a request, none where it asks for none.
     *
     * @throws IllegalStateException when it has no room for it
     */
    static SortedMap<String, List<Share>> on(Instance instance, Resources request) {
        if (request.gpuMillis().isEmpty()) {
            return Collections.emptySortedMap();
        }
        return Devices.of(instance)
                .place(request)
                .orElseThrow(() -> new IllegalStateException("instance " + instance.id() + " has no device left"));
    }

    /**
     * Devices for a request: the part on the fullest device that still holds it, so that whole ones stay whole; nothing is
     * taken.
     *
     * @return empty when there are none
     */
    Optional<SortedMap<String, List<Share>>> place(Resources request) {
        SortedMap<String, List<Share>> placed = new TreeMap<>();
        for (var gpu : request.gpuMillis().entrySet()) {
            List<Share> shares = place(free.getOrDefault(gpu.getKey(), new long[0]), gpu.getValue());
            if (shares.isEmpty()) {
                return Optional.empty();
            }
            placed.put(gpu.getKey(), shares);
        }
        return Optional.of(Collections.unmodifiableSortedMap(placed));
    }

    private static List<Share> place(long[] devices, long millis) {
        long part = millis % WHOLE;
        int fullest = -1;
        for (int i = 0; part > 0 && i < devices.length; i++) {
            if (devices[i] >= part && (fullest < 0 || devices[i] < devices[fullest])) {
                fullest = i;
            }
        }
        List<Share> shares = new ArrayList<>();
        long wanted = millis / WHOLE;
        for (int i = 0; i < devices.length && wanted > 0; i++) {
            if (i != fullest && devices[i] == WHOLE) {
                shares.add(new Share(i, WHOLE));
                wanted--;
            }
        }
        if (wanted > 0 || (part > 0 && fullest < 0)) {
            return List.of();
        }
        if (part > 0) {
            shares.add(new Share(fullest, part));
        }
        return List.copyOf(shares);
    }

    /**
     * How many requests for so much of one type fit on an instance that has nothing else.
     *
     * @param capacity thousandths of devices
     * @param request likewise, above 0
     */
    static long fit(long capacity, long request) {
        long whole = request / WHOLE;
        long part = request % WHOLE;
        if (part == 0) {
            return capacity / WHOLE / whole;
        }
        long devices = capacity / WHOLE;
        long onWhole = WHOLE / part;
        long onRest = capacity % WHOLE / part;
        if (whole == 0) {
            return devices * onWhole + onRest;
        }
        // So many that the whole devices, and those that their parts share, are there.
        long fits = devices / whole;
        while (fits > 0 && fits * whole + Math.ceilDiv(Math.max(0, fits - onRest), onWhole) > devices) {
            fits--;
        }
        return fits;
    }
}

package dev.warmfront.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How far services are from here: the shortest of three TCP connects to each endpoint, once a minute. A connect takes one round
 * trip and asks nothing of the service.
 */
final class RoundTrips {

    /** More than that are not measured. */
    static final int MOST = 64;

    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int TRIES = 3;

    private final Map<String, Long> micros = new ConcurrentHashMap<>();
    private SequencedSet<String> endpoints = new LinkedHashSet<>();
    private boolean changed;

    /** The complete list of endpoints, as {@code host:port}. */
    synchronized void want(List<String> all) {
        SequencedSet<String> fresh = new LinkedHashSet<>(all.subList(0, Math.min(all.size(), MOST)));
        if (!fresh.equals(endpoints)) {
            endpoints = fresh;
            micros.keySet().retainAll(fresh);
            changed = true;
            notifyAll();
        }
    }

    /** What was measured, of those that answered. */
    Map<String, Long> micros() {
        return new TreeMap<>(micros);
    }

    /** Measures until interrupted. */
    void run() throws InterruptedException {
        while (true) {
            List<String> now;
            synchronized (this) {
                now = List.copyOf(endpoints);
                changed = false;
            }
            measure(now);
            synchronized (this) {
                long until = System.nanoTime() + EVERY.toNanos();
                long left = EVERY.toMillis();
                while (!changed && left > 0) {
                    wait(left);
                    left = (until - System.nanoTime()) / 1_000_000;
                }
            }
        }
    }

    private void measure(List<String> addresses) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (String address : addresses) {
            threads.add(Thread.startVirtualThread(() -> {
                Long shortest = connect(address);
                if (shortest == null) {
                    micros.remove(address);
                } else {
                    micros.put(address, shortest);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static @Nullable Long connect(String address) {
        int colon = address.lastIndexOf(':');
        Long shortest = null;
        for (int i = 0; i < TRIES && colon > 0; i++) {
            try (Socket socket = new Socket()) {
                String host = address.substring(0, colon).replace("[", "").replace("]", "");
                // The name is looked up before the clock starts.
                InetSocketAddress endpoint =
                        new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1)));
                long began = System.nanoTime();
                socket.connect(endpoint, (int) PATIENCE.toMillis());
                long took = Math.max(1, (System.nanoTime() - began) / 1_000);
                shortest = shortest == null ? took : Math.min(shortest, took);
            } catch (IOException | IllegalArgumentException unreachable) {
                return shortest;
            }
        }
        return shortest;
    }

    /**
     * The endpoint with the shortest way; the first one where none was measured.
     *
     * @param addresses at least one, those that are probably near first
     */
    String nearest(List<String> addresses) throws InterruptedException {
        List<String> unknown = addresses.stream()
                .filter(address -> !micros.containsKey(address))
                .toList();
        if (addresses.size() > 1 && unknown.size() == addresses.size()) {
            measure(unknown);
        }
        String nearest = addresses.getFirst();
        long least = Long.MAX_VALUE;
        for (String address : addresses) {
            Long measured = micros.get(address);
            if (measured != null && measured < least) {
                least = measured;
                nearest = address;
            }
        }
        return nearest;
    }
}

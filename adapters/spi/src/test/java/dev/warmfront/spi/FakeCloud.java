package dev.warmfront.spi;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.spi.ProviderInstance.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The account behind {@link FakeProvider}s: instances in memory. It outlives the providers made over it, as a cloud
 * outlives a control plane. What goes wrong is {@link FaultyProvider}'s matter.
 */
public final class FakeCloud {

    /** An instance as the cloud has it. */
    private record Held(InstanceTags tags, Status status) {}

    private final int capacity;
    private final Map<String, Held> instances = new LinkedHashMap<>();
    private final Map<IntentToken, String> launched = new HashMap<>();
    private final List<Consumer<ProviderEvent>> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param capacity how many instances there may be at once, those in standby included
     */
    public FakeCloud(int capacity) {
        this.capacity = capacity;
    }

    /** Every instance that has not ended, of all installations. */
    public synchronized List<ProviderInstance> instances() {
        List<ProviderInstance> all = new ArrayList<>();
        instances.forEach((ref, held) -> all.add(new ProviderInstance(ref, held.tags(), held.status())));
        return all;
    }

    /** The instance ends by itself; listeners are told. */
    public void endByItself(String ref) {
        if (end(ref)) {
            listeners.forEach(listener -> listener.accept(new ProviderEvent.Ended(ref)));
        }
    }

    /** The cloud announces that it takes the instance back. */
    public void interrupt(String ref) {
        listeners.forEach(listener -> listener.accept(new ProviderEvent.Interruption(ref)));
    }

    AutoCloseable listen(Consumer<ProviderEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** The name of the instance; empty when there is no room. */
    synchronized Optional<String> launch(IntentToken token, InstanceTags tags) {
        String before = launched.get(token);
        if (before != null) {
            return Optional.of(before);
        }
        if (instances.size() >= capacity) {
            return Optional.empty();
        }
        String ref = "fake-" + launched.size();
        launched.put(token, ref);
        instances.put(ref, new Held(tags, Status.RUNNING));
        return Optional.of(ref);
    }

    synchronized Optional<Status> status(String ref) {
        return Optional.ofNullable(instances.get(ref)).map(Held::status);
    }

    synchronized void become(String ref, Status status) {
        instances.computeIfPresent(ref, (r, held) -> new Held(held.tags(), status));
    }

    synchronized boolean end(String ref) {
        return instances.remove(ref) != null;
    }
}

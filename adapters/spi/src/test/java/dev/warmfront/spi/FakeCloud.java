package dev.warmfront.spi;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.spi.ProviderInstance.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The account behind {@link FakeProvider}s: instances in memory, and a script of what goes wrong. It outlives the providers
 * made over it, as a cloud outlives a control plane.
 */
public final class FakeCloud {

    /** The calls that can be scripted. */
    public enum Call {
        LAUNCH,
        START,
        STOP,
        TERMINATE,
        DESCRIBE
    }

    /** What goes wrong with one call. */
    public sealed interface Fault {

        /** There is no capacity; for launch and start. */
        record StockOut() implements Fault {}

        /** Asked too often. */
        record Throttle(Duration retryAfter) implements Fault {}

        /** The answer takes this long; then all goes well. */
        record Delay(Duration by) implements Fault {}

        /** It is done and the answer is lost: the caller gets a {@link ProviderUnavailableException}. */
        record DropAnswer() implements Fault {}

        /** It never arrives: nothing is done, and the caller gets a {@link ProviderUnavailableException}. */
        record DropRequest() implements Fault {}

        /** The network delivers it twice. */
        record Duplicate() implements Fault {}
    }

    /** An instance as the cloud has it. */
    private record Held(InstanceTags tags, Status status) {}

    private final int capacity;
    private final Map<String, Held> instances = new LinkedHashMap<>();
    private final Map<IntentToken, String> launched = new HashMap<>();
    private final Map<Call, Deque<Fault>> script = new HashMap<>();
    private final Map<Call, Integer> calls = new HashMap<>();
    private final List<Consumer<ProviderEvent>> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param capacity how many instances there may be at once, those in standby included
     */
    public FakeCloud(int capacity) {
        this.capacity = capacity;
    }

    /** Lets the next calls of this kind, one after the other, go wrong like that. */
    public synchronized void script(Call call, Fault... faults) {
        script.computeIfAbsent(call, c -> new ArrayDeque<>()).addAll(List.of(faults));
    }

    /** How often a provider was called so, calls that went wrong included. */
    public synchronized int calls(Call call) {
        return calls.getOrDefault(call, 0);
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

    synchronized Optional<Fault> next(Call call) {
        calls.merge(call, 1, Integer::sum);
        Deque<Fault> faults = script.get(call);
        return faults == null ? Optional.empty() : Optional.ofNullable(faults.poll());
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

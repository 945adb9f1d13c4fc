package dev.warmfront.spi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Faults in a written order, for tests: each kind of call takes its own, one after the other, and then goes well. */
public final class ScriptedFaults implements FaultSource {

    private final Map<ProviderCall, Deque<Fault>> script = new EnumMap<>(ProviderCall.class);
    private final Map<ProviderCall, Integer> calls = new EnumMap<>(ProviderCall.class);

    /** Lets the next calls of this kind go wrong like that, after those that are scripted already. */
    public synchronized ScriptedFaults then(ProviderCall call, Fault... faults) {
        script.computeIfAbsent(call, c -> new ArrayDeque<>()).addAll(List.of(faults));
        return this;
    }

    /** How often this was called so far, calls that went wrong included. */
    public synchronized int calls(ProviderCall call) {
        return calls.getOrDefault(call, 0);
    }

    @Override
    public synchronized Optional<Fault> next(ProviderCall call) {
        calls.merge(call, 1, Integer::sum);
        Deque<Fault> faults = script.get(call);
        return faults == null ? Optional.empty() : Optional.ofNullable(faults.poll());
    }
}

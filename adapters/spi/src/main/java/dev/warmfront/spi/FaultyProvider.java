package dev.warmfront.spi;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A provider with which things go wrong: any provider, decorated with the faults of a {@link FaultSource}. The contract
 * kit uses it to cut calls off; an operator's game day uses it by the kind {@code faulty} ({@link FaultyProviderFactory}).
 * Events pass as they are.
 */
public final class FaultyProvider implements ComputeProvider {

    private final ProviderId id;
    private final ComputeProvider delegate;
    private final FaultSource faults;

    /**
     * @param id who is to blame in messages
     * @param delegate what is decorated; closed with this
     */
    public FaultyProvider(ProviderId id, ComputeProvider delegate, FaultSource faults) {
        this.id = id;
        this.delegate = delegate;
        this.faults = faults;
    }

    @Override
    public Set<Capability> capabilities() {
        return delegate.capabilities();
    }

    @Override
    public List<Offering> offerings() {
        return listing(ProviderCall.OFFERINGS, delegate::offerings);
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        Offering offering = request.offering();
        return acting(
                ProviderCall.LAUNCH,
                offering.placement().zone(),
                offering.machineType().name(),
                () -> delegate.launch(request));
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return acting(ProviderCall.START, "unknown", "unknown", () -> delegate.start(ref, token));
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        return acting(ProviderCall.STOP, "", "", () -> delegate.stop(ref, mode, token));
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        return acting(ProviderCall.TERMINATE, "", "", () -> delegate.terminate(ref, token));
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        return listing(ProviderCall.DESCRIBE, () -> delegate.describe(installation));
    }

    @Override
    public AutoCloseable events(Consumer<ProviderEvent> listener) {
        return delegate.events(listener);
    }

    @Override
    public void close() {
        delegate.close();
    }

    /** What a call does; it may be carried out twice. */
    @FunctionalInterface
    private interface Deed<T> {
        T carryOut();
    }

    private ProviderOutcome acting(ProviderCall call, String zone, String type, Deed<ProviderOutcome> deed) {
        Optional<Fault> fault = faults.next(call);
        if (fault.isEmpty()) {
            return deed.carryOut();
        }
        boolean takesCapacity = call == ProviderCall.LAUNCH || call == ProviderCall.START;
        return switch (fault.get()) {
            case Fault.Delay(Duration by) -> {
                pause(by);
                yield deed.carryOut();
            }
            case Fault.Duplicate() -> {
                deed.carryOut();
                yield deed.carryOut();
            }
            case Fault.DropRequest() -> throw unavailable(call, "was not sent");
            case Fault.DropAnswer() -> {
                deed.carryOut();
                throw unavailable(call, "was done and its answer was lost");
            }
            case Fault.Throttle(Duration retryAfter) -> new ProviderOutcome.Throttled(retryAfter);
            case Fault.StockOut() ->
                takesCapacity ? new ProviderOutcome.InsufficientCapacity(zone, type) : deed.carryOut();
            case Fault.WrongState() ->
                call == ProviderCall.LAUNCH
                        ? deed.carryOut()
                        : new ProviderOutcome.Invalid("a fault was ordered: the instance is in the wrong state");
        };
    }

    /** Listings have no outcome to say it with: a throttled or lost one is an exception. */
    private <T> T listing(ProviderCall call, Deed<T> deed) {
        Optional<Fault> fault = faults.next(call);
        if (fault.isEmpty()) {
            return deed.carryOut();
        }
        return switch (fault.get()) {
            case Fault.Delay(Duration by) -> {
                pause(by);
                yield deed.carryOut();
            }
            case Fault.Duplicate() -> {
                deed.carryOut();
                yield deed.carryOut();
            }
            case Fault.DropRequest() -> throw unavailable(call, "was not sent");
            case Fault.DropAnswer() -> throw unavailable(call, "lost its answer");
            case Fault.Throttle throttle -> throw unavailable(call, "was throttled");
            case Fault.StockOut() -> deed.carryOut();
            case Fault.WrongState() -> deed.carryOut();
        };
    }

    private static void pause(Duration by) {
        long until = System.nanoTime() + by.toNanos();
        for (long left = by.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private ProviderUnavailableException unavailable(ProviderCall call, String how) {
        return new ProviderUnavailableException(
                id, call.name(), true, "a fault was ordered: the call " + how, new IOException("an ordered fault"));
    }
}

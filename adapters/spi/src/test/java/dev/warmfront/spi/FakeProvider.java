package dev.warmfront.spi;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.FakeCloud.Call;
import dev.warmfront.spi.FakeCloud.Fault;
import dev.warmfront.spi.ProviderInstance.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A provider in memory that keeps the contract, except where {@link FakeCloud#script} says otherwise. */
public final class FakeProvider implements ComputeProvider {

    private final ProviderId id;
    private final FakeCloud cloud;
    private final Set<Capability> capabilities;
    private final List<Offering> offerings;

    /**
     * @param cloud what it is a window to; several providers may share it
     * @param offerings with standby rates for declared capabilities only
     */
    public FakeProvider(ProviderId id, FakeCloud cloud, Set<Capability> capabilities, List<Offering> offerings) {
        this.id = id;
        this.cloud = cloud;
        this.capabilities = Set.copyOf(capabilities);
        this.offerings = List.copyOf(offerings);
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public List<Offering> offerings() {
        return offerings;
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        Offering offering = request.offering();
        ProviderOutcome full = new ProviderOutcome.InsufficientCapacity(
                offering.placement().zone(), offering.machineType().name());
        return answer(Call.LAUNCH, full, () -> {
            if (!offerings.contains(offering)) {
                return new ProviderOutcome.Invalid("the fake cloud does not offer " + offering.id());
            }
            return cloud.launch(request.token(), request.tags())
                    .<ProviderOutcome>map(ProviderOutcome.Accepted::new)
                    .orElse(full);
        });
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        ProviderOutcome full = new ProviderOutcome.InsufficientCapacity("unknown", "unknown");
        return answer(Call.START, full, () -> become(ref, Status.RUNNING));
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        ProviderOutcome notThat = new ProviderOutcome.Invalid("a stop cannot be out of stock");
        return answer(Call.STOP, notThat, () -> {
            if (!capabilities.contains(Capability.of(mode))) {
                return new ProviderOutcome.Unsupported(Capability.of(mode).name());
            }
            Status wanted = status(mode);
            Optional<Status> now = cloud.status(ref);
            boolean fromStandby = now.isPresent() && now.get() != Status.RUNNING && now.get() != wanted;
            return fromStandby
                    ? new ProviderOutcome.Invalid("instance " + ref + " is " + now.get() + "; start it first")
                    : become(ref, wanted);
        });
    }

    private static Status status(StandbyMode mode) {
        return switch (mode) {
            case STOPPED -> Status.STOPPED;
            case SUSPENDED -> Status.SUSPENDED;
            case HIBERNATED -> Status.HIBERNATED;
        };
    }

    private ProviderOutcome become(String ref, Status status) {
        if (cloud.status(ref).isEmpty()) {
            return new ProviderOutcome.NotFound();
        }
        cloud.become(ref, status);
        return new ProviderOutcome.Accepted(ref);
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        ProviderOutcome notThat = new ProviderOutcome.Invalid("an end cannot be out of stock");
        return answer(
                Call.TERMINATE,
                notThat,
                () -> cloud.end(ref) ? new ProviderOutcome.Accepted(ref) : new ProviderOutcome.NotFound());
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        Optional<Fault> fault = cloud.next(Call.DESCRIBE);
        if (fault.isPresent()) {
            if (!(fault.get() instanceof Fault.Delay(Duration by))) {
                throw unavailable(Call.DESCRIBE);
            }
            pause(by);
        }
        return cloud.instances().stream()
                .filter(instance -> instance.tags().installation().equals(installation))
                .toList();
    }

    @Override
    public AutoCloseable events(Consumer<ProviderEvent> listener) {
        return capabilities.contains(Capability.EVENTS) ? cloud.listen(listener) : () -> {};
    }

    @Override
    public void close() {
        // It has nothing of its own.
    }

    /** What a call does when nothing goes wrong; it may be carried out twice. */
    @FunctionalInterface
    private interface Deed {
        ProviderOutcome carryOut();
    }

    private ProviderOutcome answer(Call call, ProviderOutcome full, Deed deed) {
        Optional<Fault> fault = cloud.next(call);
        if (fault.isEmpty()) {
            return deed.carryOut();
        }
        return switch (fault.get()) {
            case Fault.StockOut() -> full;
            case Fault.Throttle(Duration retryAfter) -> new ProviderOutcome.Throttled(retryAfter);
            case Fault.Delay(Duration by) -> {
                pause(by);
                yield deed.carryOut();
            }
            case Fault.DropRequest() -> throw unavailable(call);
            case Fault.DropAnswer() -> {
                deed.carryOut();
                throw unavailable(call);
            }
            case Fault.Duplicate() -> {
                deed.carryOut();
                yield deed.carryOut();
            }
        };
    }

    private static void pause(Duration by) {
        long until = System.nanoTime() + by.toNanos();
        for (long left = by.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private ProviderUnavailableException unavailable(Call call) {
        return new ProviderUnavailableException(
                id, call.name(), true, "the fake cloud was told not to answer", new IOException("scripted"));
    }
}

package dev.warmfront.spi;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ProviderInstance.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A provider in memory that keeps the contract. */
public final class FakeProvider implements ComputeProvider {

    private final FakeCloud cloud;
    private final Set<Capability> capabilities;
    private final List<Offering> offerings;

    /**
     * @param cloud what it is a window to; several providers may share it
     * @param offerings with standby rates for declared capabilities only
     */
    public FakeProvider(FakeCloud cloud, Set<Capability> capabilities, List<Offering> offerings) {
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
        if (!offerings.contains(offering)) {
            return new ProviderOutcome.Invalid("the fake cloud does not offer " + offering.id());
        }
        return cloud.launch(request.token(), request.tags())
                .<ProviderOutcome>map(ProviderOutcome.Accepted::new)
                .orElseGet(() -> new ProviderOutcome.InsufficientCapacity(
                        offering.placement().zone(), offering.machineType().name()));
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return become(ref, Status.RUNNING);
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        if (!capabilities.contains(Capability.of(mode))) {
            return new ProviderOutcome.Unsupported(Capability.of(mode).name());
        }
        Status wanted = status(mode);
        Optional<Status> now = cloud.status(ref);
        boolean fromStandby = now.isPresent() && now.get() != Status.RUNNING && now.get() != wanted;
        return fromStandby
                ? new ProviderOutcome.Invalid("instance " + ref + " is " + now.get() + "; start it first")
                : become(ref, wanted);
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
        return cloud.end(ref) ? new ProviderOutcome.Accepted(ref) : new ProviderOutcome.NotFound();
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
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
}

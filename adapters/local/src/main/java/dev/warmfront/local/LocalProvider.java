package dev.warmfront.local;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.local.InstanceRecord.Phase;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderEvent;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Instances are agent processes on this machine, each with a folder of its own. The folders are the truth: this object
 * holds none of it, so that another one over the same root, after a restart or beside this one, finds the same instances.
 */
final class LocalProvider implements ComputeProvider {

    private static final String REGION = "local";
    private static final String ZONE = "a";

    private final ProviderId id;
    private final LocalSettings settings;
    private final List<Offering> offerings;
    private final Set<Capability> capabilities;
    private final InstanceStore store;
    private final RootLocks locks;
    private final InstanceLife life;
    private final Checkpoint checkpoint;
    private final Watcher watcher;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LocalProvider(
            ProviderId id, LocalSettings settings, InstanceStore store, RootLocks locks, Checkpoint checkpoint) {
        this.id = id;
        this.settings = settings;
        this.store = store;
        this.locks = locks;
        this.checkpoint = checkpoint;
        this.offerings =
                settings.types().stream().map(type -> offering(id, type)).toList();
        this.capabilities = capabilities(settings);
        this.life = new InstanceLife(store, new AgentProcesses(settings, store), settings, checkpoint);
        this.watcher = new Watcher(store, locks, life);
    }

    /** Opens the root, makes it if it is missing, and takes up again what a crash left half done there. */
    static LocalProvider open(ProviderId id, LocalSettings settings, Checkpoint checkpoint) throws IOException {
        InstanceStore store = InstanceStore.open(settings.root());
        RootLocks locks = RootLocks.open(settings.root());
        try {
            locks.holdingRoot(() -> {
                store.tidy();
                return true;
            });
        } catch (IOException | RuntimeException unusable) {
            locks.close();
            throw unusable;
        }
        LocalProvider provider = new LocalProvider(id, settings, store, locks, checkpoint);
        provider.watcher.start();
        return provider;
    }

    private static Offering offering(ProviderId id, LocalSettings.Type type) {
        return Offering.hotOnly(new Placement(id, REGION, ZONE), type.machine(), PurchaseModel.ON_DEMAND, type.hot())
                .withStandby(Map.of(StandbyMode.STOPPED, type.standby(), StandbyMode.SUSPENDED, type.standby()));
    }

    private static Set<Capability> capabilities(LocalSettings settings) {
        EnumSet<Capability> capabilities = EnumSet.of(Capability.STOP, Capability.SUSPEND, Capability.EVENTS);
        if (settings.types().stream()
                .anyMatch(type -> !type.machine().capacity().gpuMillis().isEmpty())) {
            capabilities.add(Capability.GPU);
        }
        return Set.copyOf(capabilities);
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
        if (!offerings.contains(request.offering())) {
            return new ProviderOutcome.Invalid("provider " + id + " does not offer "
                    + request.offering().id() + " (any more, or at this price); see its machine-type settings");
        }
        String name = InstanceStore.nameOf(request.tags().instance());
        return calling("launch", () -> locks.holding(name, () -> launch(name, request)));
    }

    private ProviderOutcome launch(String name, LaunchRequest request) throws IOException {
        var ended = store.ended(request.token());
        if (ended.isPresent()) {
            return new ProviderOutcome.Accepted(ended.get());
        }
        ProviderOutcome outcome = locks.holdingRoot(() -> place(name, request));
        if (outcome instanceof ProviderOutcome.Accepted accepted
                && accepted.ref().equals(name)) {
            checkpoint.reached(Checkpoint.Moment.FOLDER_PLACED);
            watcher.expect(name);
            life.advance(name);
            watcher.wake();
        }
        return outcome;
    }

    /** Decides on a launch and makes it durable; the root is held, so that nobody else takes the same place. */
    private ProviderOutcome place(String name, LaunchRequest request) throws IOException {
        List<String> names = store.names();
        for (String known : names) {
            var record = store.read(known);
            if (record.isPresent() && record.get().token().equals(request.token())) {
                return new ProviderOutcome.Accepted(known);
            }
        }
        if (names.contains(name)) {
            return new ProviderOutcome.Invalid("instance " + request.tags().instance()
                    + " is there already under another launch; installations must not share the setting root");
        }
        Resources wanted = request.offering().machineType().capacity();
        if (names.size() >= settings.maxInstances() || !fits(wanted)) {
            return insufficient(request.offering().machineType().name());
        }
        store.place(name, InstanceRecord.of(request, life.bootsAt()), request.registrationToken(), checkpoint);
        return new ProviderOutcome.Accepted(name);
    }

    /** Whether the totals have room. Suspended instances keep theirs, so that waking them cannot fail; stopped ones do not. */
    private boolean fits(Resources wanted) throws IOException {
        Resources taken = Resources.of(wanted.cpuMillis(), wanted.memoryBytes());
        for (InstanceRecord record : store.readAll()) {
            if (record.phase() != Phase.STOPPED) {
                taken = taken.plus(record.capacity());
            }
        }
        return settings.total().covers(taken);
    }

    private static ProviderOutcome insufficient(String machineType) {
        return new ProviderOutcome.InsufficientCapacity(ZONE, machineType);
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return onInstance("start", ref, record -> switch (record.phase()) {
            case PENDING, RUNNING, RESUMING, SUSPENDED -> life.wake(ref, record);
            case STOPPING -> {
                life.stop(ref, record);
                yield restart(ref, record.stopped());
            }
            case STOPPED -> restart(ref, record);
            case ENDING -> new ProviderOutcome.NotFound();
        });
    }

    private ProviderOutcome restart(String ref, InstanceRecord record) throws IOException {
        boolean placed = locks.holdingRoot(() -> {
            boolean fits = fits(record.capacity());
            if (fits) {
                life.book(ref, record);
            }
            return fits;
        });
        if (!placed) {
            return insufficient(record.machineType());
        }
        life.advance(ref);
        return new ProviderOutcome.Accepted(ref);
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        return switch (mode) {
            case STOPPED -> onInstance("stop", ref, record -> life.stop(ref, record));
            case SUSPENDED -> onInstance("stop", ref, record -> life.suspend(ref, record));
            case HIBERNATED -> new ProviderOutcome.Unsupported(Capability.HIBERNATE.name());
        };
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        return onInstance("terminate", ref, record -> {
            life.end(ref, record);
            return new ProviderOutcome.Accepted(ref);
        });
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        return calling("describe", () -> {
            List<ProviderInstance> instances = new ArrayList<>();
            for (String name : store.names()) {
                locks.ifFree(name, () -> life.advance(name));
                var record = store.read(name);
                if (record.isEmpty()) {
                    continue;
                }
                watcher.expect(name); // whoever has been shown it is told of its end
                if (record.get().tags().installation().equals(installation)) {
                    instances.add(new ProviderInstance(
                            name, record.get().tags(), record.get().phase().status()));
                }
            }
            return List.copyOf(instances);
        });
    }

    @Override
    public AutoCloseable events(Consumer<ProviderEvent> listener) {
        return watcher.listen(listener);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        watcher.close();
        try {
            locks.close();
        } catch (IOException gone) {
            System.getLogger(LocalProvider.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot close the lock file of {0}", settings.root());
        }
    }

    /** What is done to an instance that is there. */
    @FunctionalInterface
    private interface Deed {
        ProviderOutcome to(InstanceRecord record) throws IOException;
    }

    private ProviderOutcome onInstance(String operation, String ref, Deed deed) {
        if (!InstanceStore.isName(ref)) {
            return new ProviderOutcome.NotFound();
        }
        ProviderOutcome outcome = calling(
                operation,
                () -> locks.holding(ref, () -> {
                    var record = store.read(ref);
                    return record.isPresent() ? deed.to(record.get()) : new ProviderOutcome.NotFound();
                }));
        watcher.wake();
        return outcome;
    }

    private <T> T calling(String operation, RootLocks.Action<T> action) {
        @Nullable Exception failure;
        try {
            return action.run();
        } catch (IOException | UncheckedIOException e) {
            failure = e;
        }
        throw new ProviderUnavailableException(
                id,
                operation,
                true,
                "the local provider could not finish %s in the folder that the setting root names: %s"
                        .formatted(operation, failure.getMessage()),
                failure);
    }
}

package dev.warmfront.libvirt;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.libvirt.LibvirtSettings.GuestType;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderEvent;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import dev.warmfront.spi.ProviderUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Instances are virtual machines on hosts of one's own; each host is a zone. The hosts' daemons are the truth: this object
 * keeps nothing that another one over the same hosts would need.
 */
final class LibvirtProvider implements ComputeProvider {

    private static final String REGION = "onprem";

    /** A host with what acts on it. */
    private static final class Site {
        final Host host;
        final GuestLife life;
        final HostWatcher watcher;

        /** What was listed last, for as long as the host cannot be asked; null before the first time. */
        volatile @Nullable List<Guest> lastSeen;

        Site(Host host, GuestLife life, HostWatcher watcher) {
            this.host = host;
            this.life = life;
            this.watcher = watcher;
        }
    }

    /** One subscription: the same listener may have several. */
    private static final class Listening {
        final Consumer<ProviderEvent> listener;

        Listening(Consumer<ProviderEvent> listener) {
            this.listener = listener;
        }
    }

    private final ProviderId id;
    private final LibvirtSettings settings;
    private final Set<Capability> capabilities;
    private final Map<String, Site> sites = new LinkedHashMap<>();
    private final List<Offering> offerings;
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private LibvirtProvider(ProviderId id, LibvirtSettings settings) {
        this.id = id;
        this.settings = settings;
        EnumSet<Capability> declared =
                EnumSet.of(Capability.STOP, Capability.SUSPEND, Capability.HIBERNATE, Capability.EVENTS);
        if (settings.hasGpus()) {
            declared.add(Capability.GPU);
        }
        this.capabilities = Set.copyOf(declared);
        for (HostSettings one : settings.hosts()) {
            Host host = new Host(one, settings.limits());
            sites.put(
                    one.name(),
                    new Site(
                            host,
                            new GuestLife(host, settings),
                            new HostWatcher(host, uuid -> tell(new ProviderEvent.Ended(ref(one.name(), uuid))))));
        }
        this.offerings = settings.hosts().stream()
                .flatMap(host -> settings.types().stream()
                        .filter(type -> canHave(host, type))
                        .map(type -> offering(host, type)))
                .toList();
    }

    static LibvirtProvider open(ProviderId id, LibvirtSettings settings) {
        LibvirtProvider provider = new LibvirtProvider(id, settings);
        provider.sites.values().forEach(site -> site.watcher.start());
        return provider;
    }

    /** Whether the host has that many devices at all. */
    private static boolean canHave(HostSettings host, GuestType type) {
        return type.machine().capacity().gpuMillis().entrySet().stream()
                .allMatch(wanted -> host.gpus().stream()
                                        .filter(gpu -> gpu.type().equals(wanted.getKey()))
                                        .count()
                                * 1000
                        >= wanted.getValue());
    }

    private Offering offering(HostSettings host, GuestType type) {
        return Offering.hotOnly(
                        new Placement(id, REGION, host.name()), type.machine(), PurchaseModel.ON_DEMAND, type.hot())
                .withStandby(type.standby());
    }

    static String ref(String host, UUID uuid) {
        return host + "/" + uuid;
    }

    /** The same for the same token, so that a repeated launch meets the domain of the first one. */
    static UUID uuidOf(LaunchRequest request) {
        return UUID.nameUUIDFromBytes(("warmfront\n" + request.tags().installation() + "\n" + request.token())
                .getBytes(StandardCharsets.UTF_8));
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
                    + request.offering().id() + " (any more, or at this price); see its setting machine-types");
        }
        Site site = site(request.offering().placement().zone()).orElseThrow();
        GuestType type = settings.types().stream()
                .filter(one -> one.machine().equals(request.offering().machineType()))
                .findFirst()
                .orElseThrow();
        UUID uuid = uuidOf(request);
        ProviderOutcome outcome = acting("launch", site, uuid, () -> site.life.launch(uuid, type, request));
        if (outcome instanceof ProviderOutcome.Accepted) {
            site.watcher.expect(uuid);
        }
        return outcome;
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return onGuest("start", ref, (site, guest) -> site.life.wake(guest));
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        return onGuest("stop", ref, (site, guest) -> site.life.standBy(guest, mode));
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        return onGuest("terminate", ref, (site, guest) -> {
            site.watcher.forget(guest.domain().uuid());
            site.life.end(guest);
            return new ProviderOutcome.Accepted(ref);
        });
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        List<ProviderInstance> instances = new ArrayList<>();
        for (Site site : sites.values()) {
            List<Guest> guests;
            boolean certain = true;
            try {
                guests = list(site, installation);
            } catch (LibvirtException away) {
                guests = site.lastSeen;
                certain = false;
                if (guests == null) {
                    throw Trouble.unavailable(id, "describe", site.host.settings(), away);
                }
            }
            for (Guest guest : guests) {
                if (guest.marks().tags().installation().equals(installation)) {
                    instances.add(new ProviderInstance(
                            ref(site.host.name(), guest.domain().uuid()),
                            guest.marks().tags(),
                            // An end that is not confirmed is none: somebody may be at work on the guest.
                            certain && guest.status() != Status.TERMINATED ? guest.status() : Status.UNRECOGNIZED));
                }
            }
        }
        return List.copyOf(instances);
    }

    /** The installation's living guests of a host. What has ended is cleared away: nobody else does it. */
    private static List<Guest> list(Site site, String installation) throws LibvirtException {
        List<Guest> living = new ArrayList<>();
        List<Guest> everybodys = site.host.guests();
        site.lastSeen = everybodys.stream()
                .filter(guest -> guest.status() != Status.TERMINATED)
                .toList();
        for (Guest guest : everybodys) {
            if (!guest.marks().tags().installation().equals(installation)) {
                continue;
            }
            if (guest.status() != Status.TERMINATED
                    || !clear(site, guest.domain().uuid())) {
                living.add(guest);
                if (guest.status() != Status.TERMINATED) {
                    site.watcher.expect(guest.domain().uuid());
                }
            }
        }
        return living;
    }

    /**
     * Clears away what has ended.
     *
     * @return whether it has; false while somebody acts on it, for what looks like an end may be a passage
     */
    private static boolean clear(Site site, UUID uuid) throws LibvirtException {
        ReentrantLock lock = site.host.lockOf(uuid);
        if (!lock.tryLock()) {
            return false;
        }
        try {
            Optional<Guest> guest = site.host.guest(uuid);
            if (guest.isPresent() && guest.get().status() != Status.TERMINATED) {
                return false;
            }
            if (guest.isPresent()) {
                site.life.end(guest.get());
            }
            return true;
        } catch (LibvirtException failed) {
            if (failed.opening() || failed.is(LibvirtException.SILENT)) {
                throw failed;
            }
            System.getLogger(LibvirtProvider.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "what {0} left on host {1} is not cleared away yet: {2}",
                            uuid,
                            site.host.name(),
                            failed.getMessage());
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AutoCloseable events(Consumer<ProviderEvent> listener) {
        Listening listening = new Listening(listener);
        listeners.add(listening);
        return () -> listeners.remove(listening);
    }

    private void tell(ProviderEvent event) {
        listeners.forEach(listening -> listening.listener.accept(event));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            sites.values().forEach(site -> {
                site.watcher.close();
                site.host.close();
            });
        }
    }

    private Optional<Site> site(String host) {
        return Optional.ofNullable(sites.get(host));
    }

    /** What is done on a host. */
    @FunctionalInterface
    private interface Deed {
        ProviderOutcome done() throws LibvirtException;
    }

    /** What is done to a guest that is there. */
    @FunctionalInterface
    private interface GuestDeed {
        ProviderOutcome to(Site site, Guest guest) throws LibvirtException;
    }

    private ProviderOutcome onGuest(String operation, String ref, GuestDeed deed) {
        int slash = ref.indexOf('/');
        Optional<Site> site = slash < 0 ? Optional.empty() : site(ref.substring(0, slash));
        UUID uuid;
        try {
            uuid = UUID.fromString(ref.substring(slash + 1));
        } catch (IllegalArgumentException notOurs) {
            return new ProviderOutcome.NotFound();
        }
        if (site.isEmpty()) {
            return new ProviderOutcome.NotFound();
        }
        return acting(operation, site.get(), uuid, () -> {
            Optional<Guest> guest = site.get().host.guest(uuid);
            return guest.isPresent() ? deed.to(site.get(), guest.get()) : new ProviderOutcome.NotFound();
        });
    }

    private ProviderOutcome acting(String operation, Site site, UUID uuid, Deed deed) {
        ReentrantLock lock = site.host.lockOf(uuid);
        lock.lock();
        try {
            return deed.done();
        } catch (LibvirtException failed) {
            if (operation.equals("launch") && failed.opening() && sites.size() > 1) {
                // Another host may have room meanwhile. Should an earlier try have launched it there, the sweep ends
                // it.
                return awayWhileOthersServe(site, failed);
            }
            throw unavailable(operation, site, failed);
        } finally {
            lock.unlock();
        }
    }

    private ProviderOutcome awayWhileOthersServe(Site site, LibvirtException failed) {
        ProviderUnavailableException sentence = unavailable("launch", site, failed);
        System.getLogger(LibvirtProvider.class.getName())
                .log(System.Logger.Level.WARNING, "launching elsewhere: {0}", sentence.getMessage());
        return new ProviderOutcome.InsufficientCapacity(site.host.name(), "any");
    }

    private ProviderUnavailableException unavailable(String operation, Site site, LibvirtException failed) {
        return Trouble.unavailable(id, operation, site.host.settings(), failed);
    }
}

package dev.warmfront.libvirt;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.libvirt.LibvirtSettings.GuestType;
import dev.warmfront.libvirt.Marks.Phase;
import dev.warmfront.libvirt.Storage.BadSetupException;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderInstance.Status;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Brings guests of one host from status to status. Each step leaves the host such that the same call, made again after a
 * crash at any point, finishes it: the domain is defined before it has files and loses them before it is undefined, so that
 * nothing is ever there that no domain tells of.
 *
 * <p>Whoever calls holds the guest's lock.
 */
final class GuestLife {

    private static final Duration SHUTDOWN_POLL = Duration.ofMillis(50);
    private static final int LONGEST_NAME = 60;

    private final Host host;
    private final LibvirtSettings settings;
    private final Storage storage;

    GuestLife(Host host, LibvirtSettings settings) {
        this.host = host;
        this.settings = settings;
        this.storage = new Storage(host, settings);
    }

    /** The domain's name, and that of its files: for people, with enough of the UUID to be the only one. */
    private static String nameOf(UUID uuid, Marks marks) {
        String instance = marks.tags().instance().value().replaceAll("[^A-Za-z0-9._-]", "-");
        return "warmfront-" + instance.substring(0, Math.min(LONGEST_NAME, instance.length())) + "-"
                + uuid.toString().substring(0, 8);
    }

    ProviderOutcome launch(UUID uuid, GuestType type, LaunchRequest request) throws LibvirtException {
        try {
            Optional<ProviderOutcome> refused = define(uuid, type, request);
            if (refused.isPresent()) {
                return refused.get();
            }
            Guest guest = host.guest(uuid).orElse(null);
            if (guest == null || guest.status() == Status.TERMINATED) {
                return new ProviderOutcome.NotFound();
            }
            if (guest.status() == Status.PENDING && !guest.domain().active()) {
                return boot(guest, request);
            }
            if (guest.status() == Status.RUNNING) {
                settle(guest);
            }
            return accepted(uuid);
        } finally {
            host.started(uuid);
        }
    }

    /** Defines the domain unless it is there; gives the reason when it must not be. */
    private Optional<ProviderOutcome> define(UUID uuid, GuestType type, LaunchRequest request) throws LibvirtException {
        host.roomLock().lock();
        try {
            List<Connection.Domain> domains = host.ask(Connection::domains);
            if (domains.stream().anyMatch(domain -> domain.uuid().equals(uuid))) {
                return Optional.empty();
            }
            List<Guest> guests = Host.guestsOf(domains);
            Optional<List<HostSettings.Gpu>> gpus = host.freeGpus(type, guests);
            long present = guests.stream()
                    .filter(guest -> guest.status() != Status.TERMINATED)
                    .count();
            if (gpus.isEmpty()
                    || present >= settings.limits().instancesPerHost()
                    || !host.takeRoom(uuid, type.machine().capacity(), domains)) {
                return Optional.of(insufficient(type.machine().name()));
            }
            Marks marks = new Marks(
                    request.tags(),
                    type.machine().name(),
                    Phase.LAUNCHING,
                    gpus.get().stream().map(HostSettings.Gpu::name).toList());
            String name = nameOf(uuid, marks);
            String xml = DomainXml.domain(
                    new DomainXml.Plan(
                            uuid,
                            name,
                            marks,
                            type.processors(),
                            type.machine().capacity().memoryBytes(),
                            storage.disk(name),
                            storage.bootstrap(name),
                            gpus.get().stream()
                                    .flatMap(gpu -> gpu.devices().stream())
                                    .toList()),
                    settings);
            // Slowly: a daemon that has just started first finds out what its emulators can do.
            host.askSlowly(connection -> {
                connection.define(xml);
                return connection;
            });
            return Optional.empty();
        } catch (BadSetupException bad) {
            return Optional.of(new ProviderOutcome.Invalid(bad.sentence()));
        } catch (LibvirtException refused) {
            return Optional.of(Trouble.ofStart(host.settings(), type.machine().name(), refused)
                    .orElseThrow(() -> refused));
        } finally {
            host.roomLock().unlock();
        }
    }

    private ProviderOutcome boot(Guest guest, LaunchRequest request) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        ProviderOutcome refused;
        try {
            storage.make(nameOf(uuid, guest.marks()), bootstrap(request));
            start(uuid);
            mark(guest, Phase.LIVE);
            return accepted(uuid);
        } catch (BadSetupException bad) {
            refused = new ProviderOutcome.Invalid(bad.sentence());
        } catch (LibvirtException failed) {
            refused = Trouble.ofStart(host.settings(), guest.marks().machineType(), failed)
                    .orElseThrow(() -> failed);
        }
        // It will not be asked for again with this token: nothing of it may stay.
        end(guest);
        return refused;
    }

    /** What the agent is started with: a properties file, as docs/agent-protocol.md has it. */
    private String bootstrap(LaunchRequest request) {
        return "WARMFRONT_URL=%s%nWARMFRONT_INSTANCE=%s%nWARMFRONT_REGISTRATION_TOKEN=%s%n"
                .formatted(address(request.controlPlane()), request.tags().instance(), request.registrationToken());
    }

    /** Where a guest finds the control plane. In QEMU's user network the host's own addresses are behind 10.0.2.2. */
    private String address(URI controlPlane) {
        if (settings.controlPlane().isPresent()) {
            return settings.controlPlane().get().toString();
        }
        String named = String.valueOf(controlPlane.getHost());
        boolean loopback = named.equals("localhost") || named.equals("[::1]") || named.startsWith("127.");
        return settings.network().kind() == LibvirtSettings.Network.Kind.USER && loopback
                ? controlPlane.toString().replaceFirst("//(\\[::1]|[^/:]*)", "//10.0.2.2")
                : controlPlane.toString();
    }

    ProviderOutcome wake(Guest guest) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        return switch (guest.status()) {
            case RUNNING -> {
                settle(guest);
                yield accepted(uuid);
            }
            case STOPPING -> {
                // An earlier stop was cut short: what it began is finished first, so that no half-stopped guest is
                // woken.
                turnOff(guest);
                yield restart(guest);
            }
            case SUSPENDED -> {
                host.askSlowly(connection -> {
                    connection.resume(uuid);
                    return connection;
                });
                yield accepted(uuid);
            }
            case HIBERNATED, STOPPED -> restart(guest);
            // The launch that began it is repeated with its secret; it is not ours to finish.
            case PENDING -> accepted(uuid);
            case TERMINATED -> {
                end(guest);
                yield new ProviderOutcome.NotFound();
            }
            case UNRECOGNIZED -> cannot(guest, "wake it");
        };
    }

    private ProviderOutcome restart(Guest guest) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        Resources wanted =
                Resources.of(guest.domain().cpus() * 1000, guest.domain().memoryBytes());
        try {
            host.roomLock().lock();
            try {
                if (!host.takeRoom(uuid, wanted, host.ask(Connection::domains))) {
                    return insufficient(guest.marks().machineType());
                }
            } finally {
                host.roomLock().unlock();
            }
            if (guest.domain().saved()) {
                Optional<ProviderOutcome> restored = restore(guest);
                if (restored.isPresent()) {
                    return restored.get();
                }
            }
            mark(guest, Phase.STARTING);
            start(uuid);
            mark(guest, Phase.LIVE);
            return accepted(uuid);
        } catch (LibvirtException failed) {
            return Trouble.ofStart(host.settings(), guest.marks().machineType(), failed)
                    .orElseThrow(() -> failed);
        } finally {
            host.started(uuid);
        }
    }

    /**
     * Starts from the saved image. Where the image cannot be used it is given up: the disk is there, so the guest starts
     * cold, and its agent registers anew.
     *
     * @return empty when it has to start cold
     */
    private Optional<ProviderOutcome> restore(Guest guest) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        try {
            start(uuid);
            return Optional.of(accepted(uuid));
        } catch (LibvirtException failed) {
            Optional<ProviderOutcome> reason =
                    Trouble.ofStart(host.settings(), guest.marks().machineType(), failed);
            if (reason.isEmpty()) {
                throw failed;
            }
            if (reason.get() instanceof ProviderOutcome.InsufficientCapacity) {
                return reason;
            }
            System.getLogger(GuestLife.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the saved image of {0} on host {1} cannot be used; it starts cold: {2}",
                            guest.marks().tags().instance(),
                            host.name(),
                            failed.getMessage());
            mark(guest, Phase.STARTING);
            host.askSlowly(connection -> {
                connection.forgetSaved(uuid);
                return connection;
            });
            return Optional.empty();
        }
    }

    /** Starts it, unless it runs already. */
    private void start(UUID uuid) throws LibvirtException {
        host.askSlowly(connection -> {
            if (connection.domain(uuid).filter(Connection.Domain::active).isEmpty()) {
                connection.start(uuid);
            }
            return connection;
        });
    }

    ProviderOutcome standBy(Guest guest, StandbyMode mode) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        if (mode != StandbyMode.STOPPED && !guest.marks().gpus().isEmpty()) {
            return new ProviderOutcome.Unsupported(mode + " with a GPU handed through");
        }
        return switch (guest.status()) {
            case RUNNING -> {
                settle(guest);
                yield putAway(guest, mode);
            }
            case STOPPING -> {
                turnOff(guest);
                yield mode == StandbyMode.STOPPED ? accepted(uuid) : cannot(guest, "put it into " + mode);
            }
            case SUSPENDED -> mode == StandbyMode.SUSPENDED ? accepted(uuid) : cannot(guest, "put it into " + mode);
            case HIBERNATED -> mode == StandbyMode.HIBERNATED ? accepted(uuid) : cannot(guest, "put it into " + mode);
            case STOPPED -> mode == StandbyMode.STOPPED ? accepted(uuid) : cannot(guest, "put it into " + mode);
            case PENDING, UNRECOGNIZED -> cannot(guest, "put it into " + mode);
            case TERMINATED -> {
                end(guest);
                yield new ProviderOutcome.NotFound();
            }
        };
    }

    private ProviderOutcome putAway(Guest guest, StandbyMode mode) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        switch (mode) {
            case SUSPENDED ->
                host.askSlowly(connection -> {
                    connection.suspend(uuid);
                    return connection;
                });
            case HIBERNATED ->
                host.askSlowly(connection -> {
                    connection.save(uuid);
                    return connection;
                });
            case STOPPED -> turnOff(guest);
        }
        return accepted(uuid);
    }

    /** Asks the guest to end, waits until the deadline, then cuts it off. That it is to stay is noted first. */
    private void turnOff(Guest guest) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        mark(guest, Phase.STANDBY);
        try {
            host.ask(connection -> {
                connection.askToShutDown(uuid);
                return connection;
            });
        } catch (LibvirtException refused) {
            // It is off already, or it cannot be asked: the deadline does the rest.
            if (refused.opening() || refused.is(LibvirtException.SILENT)) {
                throw refused;
            }
        }
        long deadline = System.nanoTime() + settings.limits().shutdown().toNanos();
        while (isActive(uuid)) {
            if (System.nanoTime() >= deadline) {
                cutOff(uuid);
                return;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(SHUTDOWN_POLL.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LibvirtException(LibvirtException.SILENT, "the call was interrupted");
            }
        }
    }

    private boolean isActive(UUID uuid) throws LibvirtException {
        return host.ask(connection -> connection.domain(uuid))
                .filter(Connection.Domain::active)
                .isPresent();
    }

    private void cutOff(UUID uuid) throws LibvirtException {
        host.askSlowly(connection -> {
            if (connection.domain(uuid).filter(Connection.Domain::active).isPresent()) {
                try {
                    connection.destroy(uuid);
                } catch (LibvirtException failed) {
                    // It may have ended between the question and the blow.
                    if (!failed.is(LibvirtException.OPERATION_INVALID)) {
                        throw failed;
                    }
                }
            }
            return connection;
        });
    }

    /** Ends a guest with everything that it had on the host. */
    void end(Guest guest) throws LibvirtException {
        UUID uuid = guest.domain().uuid();
        cutOff(uuid);
        storage.delete(nameOf(uuid, guest.marks()));
        host.askSlowly(connection -> {
            connection.undefine(uuid);
            return connection;
        });
    }

    /** What runs is meant to run, whatever a call that was cut short had noted. */
    private void settle(Guest guest) throws LibvirtException {
        if (guest.marks().phase() != Phase.LIVE) {
            mark(guest, Phase.LIVE);
        }
    }

    private void mark(Guest guest, Phase phase) throws LibvirtException {
        Marks marks = guest.marks().in(phase);
        host.askSlowly(connection -> {
            connection.mark(guest.domain().uuid(), marks);
            return connection;
        });
    }

    private ProviderOutcome accepted(UUID uuid) {
        return new ProviderOutcome.Accepted(LibvirtProvider.ref(host.name(), uuid));
    }

    private ProviderOutcome insufficient(String machineType) {
        return new ProviderOutcome.InsufficientCapacity(host.name(), machineType);
    }

    private ProviderOutcome cannot(Guest guest, String what) {
        return new ProviderOutcome.Invalid("instance %s on host %s is %s: cannot %s"
                .formatted(guest.marks().tags().instance(), host.name(), guest.status(), what));
    }
}

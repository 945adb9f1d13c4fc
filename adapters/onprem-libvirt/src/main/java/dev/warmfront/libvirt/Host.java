package dev.warmfront.libvirt;

import dev.warmfront.domain.Resources;
import dev.warmfront.libvirt.Connection.Domain;
import dev.warmfront.libvirt.LibvirtSettings.GuestType;
import dev.warmfront.libvirt.LibvirtSettings.Limits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One machine that runs guests: how it is asked, what room it has, who may act on which guest.
 *
 * <p>Its daemon is the truth. Kept here is only what is under way in this process, so that two who act at the same time
 * do not take the same room.
 */
final class Host implements AutoCloseable {

    private static final int STRIPES = 1024;

    private final HostSettings settings;
    private final Limits limits;
    private final Lane quick;
    private final Lane slow;
    private final ReentrantLock room = new ReentrantLock();
    private final ReentrantLock[] guests = new ReentrantLock[STRIPES];

    /** Guests whose start is under way: the host does not count them yet. */
    private final Map<UUID, Resources> starting = new ConcurrentHashMap<>();

    Host(HostSettings settings, Limits limits) {
        this.settings = settings;
        this.limits = limits;
        this.quick = new Lane("libvirt-" + settings.name(), settings.uri());
        this.slow = new Lane("libvirt-slow-" + settings.name(), settings.uri());
        for (int i = 0; i < STRIPES; i++) {
            guests[i] = new ReentrantLock();
        }
    }

    String name() {
        return settings.name();
    }

    HostSettings settings() {
        return settings;
    }

    Limits limits() {
        return limits;
    }

    <T> T ask(Lane.Asking<T> asking) throws LibvirtException {
        return quick.ask(limits.call(), asking);
    }

    /** For what may take long, so that it does not keep quick questions waiting. */
    <T> T askSlowly(Lane.Asking<T> asking) throws LibvirtException {
        return slow.ask(limits.slowCall(), asking);
    }

    /** Has a listener told of events; true where it was not told before, so that events were missed. */
    boolean listen(Consumer<String> listener) throws LibvirtException {
        return ask(connection -> connection.listen(listener));
    }

    /** Who holds it is the only one in this process that acts on the guest. */
    ReentrantLock lockOf(UUID uuid) {
        return guests[Math.floorMod(uuid.hashCode(), STRIPES)];
    }

    /** Who holds it is the only one in this process that takes room. */
    ReentrantLock roomLock() {
        return room;
    }

    List<Guest> guests() throws LibvirtException {
        return guestsOf(ask(Connection::domains));
    }

    static List<Guest> guestsOf(List<Domain> domains) {
        return domains.stream().map(Guest::of).flatMap(Optional::stream).toList();
    }

    Optional<Guest> guest(UUID uuid) throws LibvirtException {
        return ask(connection -> connection.domain(uuid)).flatMap(Guest::of);
    }

    /**
     * Takes room for a guest that is about to start, if there is enough; the room lock is held. Everybody's guests count,
     * not only ours.
     *
     * @param domains what is there now
     */
    boolean takeRoom(UUID uuid, Resources wanted, List<Domain> domains) throws LibvirtException {
        Resources taken = Resources.of(wanted.cpuMillis(), wanted.memoryBytes());
        Set<UUID> counted = new HashSet<>(Set.of(uuid));
        for (Domain domain : domains) {
            boolean holds = Guest.of(domain).map(Guest::holdsRoom).orElse(domain.active());
            if (holds && counted.add(domain.uuid())) {
                taken = taken.plus(Resources.of(domain.cpus() * 1000, domain.memoryBytes()));
            }
        }
        for (var other : starting.entrySet()) {
            if (counted.add(other.getKey())) {
                taken = taken.plus(other.getValue());
            }
        }
        if (!total().covers(taken) || !isFree(wanted.memoryBytes())) {
            return false;
        }
        starting.put(uuid, Resources.of(wanted.cpuMillis(), wanted.memoryBytes()));
        return true;
    }

    /** The start is over: from now on the host itself tells what the guest takes. */
    void started(UUID uuid) {
        starting.remove(uuid);
    }

    /** What guests may have together. */
    private Resources total() throws LibvirtException {
        Resources configured = settings.capacity();
        if (configured != null) {
            return configured;
        }
        Connection.Node node = ask(Connection::node);
        return Resources.of(
                limits.cpuOvercommit()
                        .multiply(BigDecimal.valueOf(node.cpus() * 1000))
                        .longValue(),
                Math.max(0, node.memoryBytes() - limits.memoryReserveBytes()));
    }

    /** Whether the host has that memory now: what its books say is no use when something else has eaten it. */
    private boolean isFree(long bytes) throws LibvirtException {
        if (settings.capacity() != null) {
            return true;
        }
        Optional<Long> available = ask(Connection::availableMemoryBytes);
        return available.isEmpty() || available.get() >= bytes;
    }

    /**
     * GPUs of the host for a machine type.
     *
     * @param guests every guest of ours, also those that are off: a device stays its guest's
     * @return nothing when there are not enough
     */
    Optional<List<HostSettings.Gpu>> freeGpus(GuestType type, List<Guest> guests) {
        Set<String> taken = new HashSet<>();
        guests.forEach(guest -> taken.addAll(guest.marks().gpus()));
        List<HostSettings.Gpu> chosen = new ArrayList<>();
        for (var wanted : type.machine().capacity().gpuMillis().entrySet()) {
            List<HostSettings.Gpu> free = settings.gpus().stream()
                    .filter(gpu -> gpu.type().equals(wanted.getKey()) && !taken.contains(gpu.name()))
                    .limit(wanted.getValue() / 1000)
                    .toList();
            if (free.size() * 1000L < wanted.getValue()) {
                return Optional.empty();
            }
            chosen.addAll(free);
        }
        return Optional.of(chosen);
    }

    @Override
    public void close() {
        quick.close();
        slow.close();
    }
}

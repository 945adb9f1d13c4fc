package dev.warmfront.libvirt;

import dev.warmfront.spi.ProviderInstance.Status;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notices guests of one host that have ended by themselves. libvirt's events only say where to look; after a connection was
 * lost everything is looked at, for events of that time are lost too.
 */
final class HostWatcher implements AutoCloseable {

    private static final long LOOK_AGAIN_MILLIS = 1_000;
    private static final int MOST_EVENTS = 10_000;

    private final Host host;
    private final Consumer<UUID> ended;
    private final LinkedBlockingQueue<String> hints = new LinkedBlockingQueue<>(MOST_EVENTS);

    /** Guests that are thought to be alive. Who is taken out is told of once, or not at all when we ended it. */
    private final Set<UUID> alive = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;
    private volatile boolean missedSome;

    /**
     * @param ended told of each guest that was expected to live and has ended
     */
    HostWatcher(Host host, Consumer<UUID> ended) {
        this.host = host;
        this.ended = ended;
    }

    void start() {
        Thread.ofVirtual().name("libvirt-watcher-" + host.name()).start(this::watch);
    }

    /** From now on its end is told. */
    void expect(UUID uuid) {
        alive.add(uuid);
    }

    /** Its end is our doing. */
    void forget(UUID uuid) {
        alive.remove(uuid);
    }

    private void watch() {
        while (!closed) {
            try {
                String hint = hints.poll(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                boolean all = host.listen(this::hint) || missedSome;
                missedSome = false;
                if (all) {
                    for (UUID uuid : alive) {
                        look(uuid);
                    }
                } else if (hint != null) {
                    look(UUID.fromString(hint));
                }
            } catch (LibvirtException away) {
                // The host is away: that alone says nothing of its guests.
                missedSome = true;
            } catch (RuntimeException bug) {
                // Half a provider would be worse than a line in the log each second.
                missedSome = true;
                System.getLogger(HostWatcher.class.getName())
                        .log(System.Logger.Level.WARNING, "host " + host.name() + " was not watched", bug);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** On libvirt's thread. */
    private void hint(String uuid) {
        if (!hints.offer(uuid)) {
            missedSome = true;
        }
    }

    private void look(UUID uuid) throws LibvirtException {
        if (!alive.contains(uuid)) {
            return;
        }
        Optional<Guest> guest = host.guest(uuid);
        if (guest.isEmpty() || guest.get().status() == Status.TERMINATED) {
            // A call that is under way may pass through states that look like an end: it is looked at again later.
            boolean idle = host.lockOf(uuid).tryLock();
            if (!idle) {
                missedSome = true;
                return;
            }
            try {
                if (host.guest(uuid)
                                .filter(now -> now.status() != Status.TERMINATED)
                                .isEmpty()
                        && alive.remove(uuid)) {
                    ended.accept(uuid);
                }
            } finally {
                host.lockOf(uuid).unlock();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}

package dev.warmfront.local;

import dev.warmfront.spi.ProviderEvent;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One thread that goes round the instances: does what is due, buries the dead, and tells of those that have gone. The end
 * of a process wakes it; it goes round every {@link #ROUND_MILLIS} anyway, which finds what another control plane did.
 */
final class Watcher implements AutoCloseable {

    private static final long ROUND_MILLIS = 250;
    private static final long CLOSE_PATIENCE_MILLIS = 2_000;
    private static final System.Logger LOG = System.getLogger(Watcher.class.getName());

    private final InstanceStore store;
    private final RootLocks locks;
    private final InstanceLife life;
    private final List<Consumer<ProviderEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Set<ProcessId> followed = new HashSet<>();
    private final Set<String> complaints = new HashSet<>();
    private final Semaphore woken = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    Watcher(InstanceStore store, RootLocks locks, InstanceLife life) {
        this.store = store;
        this.locks = locks;
        this.life = life;
        this.thread =
                Thread.ofPlatform().daemon().name("warmfront-local-watcher").unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    /** Goes round now. */
    void wake() {
        woken.release();
    }

    /** This instance is there: its end is to be told, however soon it comes. */
    void expect(String name) {
        known.add(name);
    }

    AutoCloseable listen(Consumer<ProviderEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void watch() {
        while (!closed) {
            try {
                round();
                complaints.clear();
            } catch (IOException | RuntimeException failure) {
                complain(failure);
            }
            try {
                if (woken.tryAcquire(ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            } catch (InterruptedException nobodyDoes) {
                return;
            }
        }
    }

    private void round() throws IOException {
        // Before the names: an instance expected after this moment is looked for in the next round.
        Set<String> gone = new HashSet<>(known);
        Set<ProcessId> running = new HashSet<>();
        for (String name : store.names()) {
            if (closed) {
                return;
            }
            try {
                if (attend(name, running)) {
                    known.add(name);
                    gone.remove(name);
                }
            } catch (IOException | RuntimeException failure) {
                gone.remove(name);
                complain(failure);
            }
        }
        followed.retainAll(running);
        for (String name : gone) {
            known.remove(name);
            tell(new ProviderEvent.Ended(name));
        }
    }

    /** Does what is due about an instance; whether it is there afterwards. */
    private boolean attend(String name, Set<ProcessId> running) throws IOException {
        var record = store.read(name);
        if (record.isPresent() && life.needsAttention(record.get())) {
            known.add(name);
            locks.ifFree(name, () -> life.advance(name));
            record = store.read(name);
        }
        record.flatMap(InstanceRecord::agent).ifPresent(agent -> {
            running.add(agent);
            if (followed.add(agent)) {
                ProcessHandle.of(agent.pid()).ifPresent(this::wakeAtExitOf);
            }
        });
        return record.isPresent();
    }

    private void wakeAtExitOf(ProcessHandle process) {
        // Nobody waits for the future: waking is all that it is for, and that throws nothing.
        var unused = process.onExit().thenRun(this::wake);
    }

    private void tell(ProviderEvent event) {
        for (Consumer<ProviderEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException broken) {
                complain(broken);
            }
        }
    }

    /** Once until a round goes well: what fails four times a second would fill the disk. */
    private void complain(Exception failure) {
        if (complaints.add(String.valueOf(failure.getMessage()))) {
            LOG.log(System.Logger.Level.WARNING, "the local provider will try again: " + failure.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(CLOSE_PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

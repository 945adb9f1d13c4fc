package dev.warmfront.local;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One holder at a time for the root and for each instance, among the threads of this process and among processes: two
 * control planes that take over from each other share a root.
 *
 * <p>Order: an instance's lock before the root's, never two instances' at once.
 *
 * <p>A lock is a byte of one file. POSIX drops all locks of a process on a file as soon as it closes any descriptor of it,
 * so this process has one channel per root, however many providers use it.
 */
final class RootLocks implements AutoCloseable {

    /** What is done while a lock is held. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    private static final int POSITIONS = 1 << 16;
    private static final long RETRY_MILLIS = 2;
    private static final long PATIENCE_SECONDS = 60;

    private static final Map<Path, Shared> SHARED = new HashMap<>();

    private final Shared shared;

    private RootLocks(Shared shared) {
        this.shared = shared;
    }

    private static final class Shared {
        private final Path key;
        private final FileChannel channel;
        private final Map<Integer, ReentrantLock> threads = new ConcurrentHashMap<>();
        private int users;

        private Shared(Path key, FileChannel channel) {
            this.key = key;
            this.channel = channel;
        }
    }

    static RootLocks open(Path root) throws IOException {
        Path key = root.toRealPath();
        synchronized (SHARED) {
            Shared shared = SHARED.get(key);
            if (shared == null) {
                shared = new Shared(
                        key,
                        FileChannel.open(key.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
                SHARED.put(key, shared);
            }
            shared.users++;
            return new RootLocks(shared);
        }
    }

    /** Holds the root: whoever counts instances in order to add one. */
    <T> T holdingRoot(Action<T> action) throws IOException {
        return holding(0, action);
    }

    /** Holds an instance: whoever changes anything about it. */
    <T> T holding(String name, Action<T> action) throws IOException {
        return holding(position(name), action);
    }

    /** Acts on an instance unless somebody else does at this moment. */
    void ifFree(String name, Action<?> action) throws IOException {
        int position = position(name);
        ReentrantLock threads = threads(position);
        if (!threads.tryLock()) {
            return;
        }
        try {
            FileLock lock = shared.channel.tryLock(position, 1, false);
            if (lock != null) {
                run(lock, action);
            }
        } finally {
            threads.unlock();
        }
    }

    private static int position(String name) {
        return 1 + Math.floorMod(name.hashCode(), POSITIONS);
    }

    private ReentrantLock threads(int position) {
        return shared.threads.computeIfAbsent(position, p -> new ReentrantLock());
    }

    private <T> T holding(int position, Action<T> action) throws IOException {
        ReentrantLock threads = threads(position);
        try {
            if (!threads.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("another call has been busy with it for " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        try {
            return run(await(position), action);
        } finally {
            threads.unlock();
        }
    }

    private static <T> T run(FileLock lock, Action<T> action) throws IOException {
        try {
            return action.run();
        } finally {
            lock.release();
        }
    }

    /** Asks again and again: waiting inside {@code FileChannel.lock} would let an interrupt close everybody's channel. */
    private FileLock await(int position) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            @Nullable FileLock lock = shared.channel.tryLock(position, 1, false);
            if (lock != null) {
                return lock;
            }
            pause(RETRY_MILLIS);
        }
        throw new IOException("another process has been busy with it for " + PATIENCE_SECONDS + " s");
    }

    /** Sleeps; an interrupt becomes an exception of I/O and stays set. */
    static void pause(long millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
    }

    @Override
    public void close() throws IOException {
        synchronized (SHARED) {
            shared.users--;
            if (shared.users == 0) {
                SHARED.remove(shared.key);
                shared.channel.close();
            }
        }
    }
}

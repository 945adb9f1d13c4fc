package dev.warmfront.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The files of tasks: brings what they read, keeps what they leave, fetches ahead what is wanted. */
final class TaskFiles {

    /** A file that a task needs, or should have left, is not there. Its message is a sentence for the tenant. */
    static final class MissingException extends Exception {

        private static final long serialVersionUID = 1L;

        MissingException(String message) {
            super(message);
        }
    }

    /** What a task left. */
    record Left(String sha256, long bytes) {}

    private static final Duration LOCK_PAUSE = Duration.ofMillis(100);

    private final DataCache cache;
    private final Fetcher fetcher;

    /** One at a time brings a file; whoever else wants it waits for that. */
    private final Map<DataCache.Key, ReentrantLock> locks = new ConcurrentHashMap<>();

    private Set<Fetcher.Order> wanted = Set.of();

    /** Could not be had; not tried again while it is wanted unchanged. */
    private final Set<Fetcher.Order> failed = new LinkedHashSet<>();

    TaskFiles(DataCache cache, Fetcher fetcher) {
        this.cache = cache;
        this.fetcher = fetcher;
    }

    /**
     * Makes the inputs local. What is given here must be given to {@link #release}.
     *
     * @param reading filled with what the task reads from now on, also where this fails
     * @return paths by the names of the inputs
     * @throws Fetcher.UnwantedException where the task was stopped meanwhile
     */
    Map<String, Path> bring(
            String tenant, List<Desired.Input> inputs, List<DataCache.Key> reading, BooleanSupplier stopped)
            throws MissingException, Fetcher.UnwantedException, InterruptedException {
        Map<String, Path> paths = new LinkedHashMap<>();
        for (Desired.Input input : inputs) {
            Desired.Datum datum = input.datum();
            if (datum == null) {
                throw new MissingException("The input '" + input.name()
                        + "' does not exist: the task that should have made it left none.");
            }
            Fetcher.Order order =
                    new Fetcher.Order(new DataCache.Key(tenant, datum.sha256()), datum.bytes(), datum.url());
            try {
                paths.put(input.name(), bring(order, reading, stopped));
            } catch (Fetcher.FetchException why) {
                throw new MissingException("The dataset '" + input.name() + "' " + why.getMessage() + ".");
            } catch (IOException disk) {
                throw new MissingException(
                        "The instance cannot keep the dataset '" + input.name() + "': " + disk.getMessage() + ".");
            }
        }
        return paths;
    }

    private Path bring(Fetcher.Order order, List<DataCache.Key> reading, BooleanSupplier stopped)
            throws Fetcher.FetchException, Fetcher.UnwantedException, IOException, InterruptedException {
        ReentrantLock lock = lock(order.key(), stopped);
        try {
            boolean fetched = ensure(order, false, stopped);
            Path path = cache.read(order.key(), fetched);
            if (path == null) {
                throw new IOException("it has just been removed");
            }
            reading.add(order.key());
            return path;
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lock(DataCache.Key key, BooleanSupplier stopped)
            throws Fetcher.UnwantedException, InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(key, one -> new ReentrantLock());
        while (!lock.tryLock(LOCK_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
            if (stopped.getAsBoolean()) {
                throw new Fetcher.UnwantedException();
            }
        }
        return lock;
    }

    /** Under its lock; gives whether it had to be fetched. */
    private boolean ensure(Fetcher.Order order, boolean ahead, BooleanSupplier unwanted)
            throws Fetcher.FetchException, Fetcher.UnwantedException, IOException, InterruptedException {
        DataCache.Key key = order.key();
        if (isSound(key)) {
            return false;
        }
        if (!cache.reserve(order.bytes())) {
            throw new Fetcher.FetchException("does not fit: it has " + order.bytes() + " bytes, and the cache of "
                    + cache.budget() + " has no room for it");
        }
        try {
            StateLog.info("fetching " + key.sha256() + " of " + key.tenant() + ": " + order.bytes() + " bytes");
            Path part = cache.part(key);
            fetcher.fetch(order, part, unwanted);
            cache.take(key, part, true, ahead);
            return true;
        } finally {
            cache.giveBack(order.bytes());
        }
    }

    /** Whether it is here and right; where it is wrong, it is no more. */
    private boolean isSound(DataCache.Key key) throws IOException {
        if (cache.isSound(key)) {
            return true;
        }
        if (!cache.has(key)) {
            return false;
        }
        Path file = cache.file(key);
        if (Files.exists(file) && Checksum.of(file).equals(key.sha256())) {
            cache.verified(key);
            return true;
        }
        StateLog.warn("the file " + file + " is not what it should be");
        cache.discard(key);
        return false;
    }

    void release(List<DataCache.Key> reading) {
        cache.release(reading);
    }

    /**
     * Keeps what a task left.
     *
     * @param folder in which it worked
     * @param outputs paths within it, by their names
     * @throws MissingException where one is not there, or does not fit
     */
    Map<String, Left> keep(String tenant, Path folder, Map<String, String> outputs)
            throws MissingException, InterruptedException {
        Map<String, Left> left = new LinkedHashMap<>();
        for (Map.Entry<String, String> output : outputs.entrySet()) {
            try {
                left.put(output.getKey(), keep(tenant, folder, output.getKey(), output.getValue()));
            } catch (IOException disk) {
                throw new MissingException(
                        "The output '" + output.getKey() + "' cannot be kept: " + disk.getMessage() + ".");
            }
        }
        return left;
    }

    private Left keep(String tenant, Path folder, String name, String path)
            throws MissingException, IOException, InterruptedException {
        Path file = folder.resolve(path).normalize();
        if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(folder.toRealPath())) {
            throw new MissingException("The output '" + name + "' is missing: there is no file '" + path + "'.");
        }
        DataCache.Key key = new DataCache.Key(tenant, Checksum.of(file));
        long bytes = Files.size(file);
        ReentrantLock lock = locks.computeIfAbsent(key, one -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (!isSound(key)) {
                if (!cache.reserve(bytes)) {
                    throw new MissingException("The output '" + name + "' does not fit: it has " + bytes
                            + " bytes, and the cache of " + cache.budget() + " has no room for it.");
                }
                try {
                    // A copy and no link: what its maker left behind could still write into the file.
                    Path part = cache.part(key);
                    Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
                    cache.take(key, part, false, false);
                } finally {
                    cache.giveBack(bytes);
                }
            }
        } finally {
            lock.unlock();
        }
        return new Left(key.sha256(), bytes);
    }

    /** The complete list of what should lie here: what is here is kept, the rest is fetched ahead. */
    synchronized void want(List<Desired.Datum> data) {
        Set<Fetcher.Order> orders = new LinkedHashSet<>();
        Set<DataCache.Key> keys = new LinkedHashSet<>();
        for (Desired.Datum datum : data) {
            DataCache.Key key = new DataCache.Key(datum.tenant(), datum.sha256());
            keys.add(key);
            orders.add(new Fetcher.Order(key, datum.bytes(), datum.url()));
        }
        failed.retainAll(orders);
        cache.keep(keys);
        if (!orders.equals(wanted)) {
            wanted = orders;
            notifyAll();
        }
    }

    /** Fetches ahead, one after the other, until interrupted. */
    void run() throws InterruptedException {
        while (true) {
            Fetcher.Order order = next();
            ReentrantLock lock = locks.computeIfAbsent(order.key(), one -> new ReentrantLock());
            lock.lockInterruptibly();
            try {
                ensure(order, true, () -> !isWanted(order));
            } catch (Fetcher.FetchException | IOException why) {
                StateLog.warn("cannot fetch ahead: " + order.key().sha256() + " " + why.getMessage());
                synchronized (this) {
                    failed.add(order);
                }
            } catch (Fetcher.UnwantedException asIntended) {
                StateLog.info("not wanted any more: " + order.key().sha256());
            } finally {
                lock.unlock();
            }
        }
    }

    private synchronized boolean isWanted(Fetcher.Order order) {
        return wanted.contains(order);
    }

    private synchronized Fetcher.Order next() throws InterruptedException {
        while (true) {
            for (Fetcher.Order order : wanted) {
                if (!failed.contains(order) && !cache.has(order.key())) {
                    return order;
                }
            }
            wait();
        }
    }

    /**
     * A piece of a file for another agent.
     *
     * @return null where it is not here, or not what it should be
     */
    byte @Nullable [] piece(DataCache.Key key, long offset, int length) {
        List<DataCache.Key> reading = new ArrayList<>();
        try {
            if (!isSound(key) || cache.read(key, false) == null) {
                return null;
            }
            reading.add(key);
            try (var in = Files.newByteChannel(cache.file(key))) {
                var buffer = java.nio.ByteBuffer.allocate(Math.clamp(in.size() - offset, 0, length));
                in.position(offset);
                while (buffer.hasRemaining() && in.read(buffer) >= 0) {
                    // Until it is full.
                }
                return java.util.Arrays.copyOf(buffer.array(), buffer.position());
            }
        } catch (IOException unreadable) {
            return null;
        } finally {
            cache.release(reading);
        }
    }

    DataCache cache() {
        return cache;
    }

    long bytesPerSecond() {
        return fetcher.bytesPerSecond();
    }
}

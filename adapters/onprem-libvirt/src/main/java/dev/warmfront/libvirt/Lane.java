package dev.warmfront.libvirt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a host with the operating-system threads that may use it. libvirt's daemon answers five requests of a
 * connection at a time and keeps the rest waiting, so there are four threads; what takes long has a lane of its own.
 *
 * <p>A connection that died is opened anew, and what failed by its death is done once more: everything that is asked here
 * stands being repeated. A host that hangs costs its caller the patience and not the thread: the line is given up.
 */
final class Lane implements AutoCloseable {

    private static final int THREADS = 4;

    /** Lines that were given up and still hang. Beyond it nothing new is tried until one of them comes back. */
    private static final int MOST_HANGING = 2;

    private static final String HANGS = "it does not answer";

    private final String name;
    private final String uri;
    private final List<Line> hanging = new ArrayList<>();
    private @Nullable Line line;
    private boolean closed;

    Lane(String name, String uri) {
        this.name = name;
        this.uri = uri;
    }

    /** What is asked of a host. */
    @FunctionalInterface
    interface Asking<T> {
        T of(Connection connection) throws LibvirtException;
    }

    /** Threads with the connection that they share. */
    private static final class Line {
        final ExecutorService threads;
        private final String uri;
        private final ReentrantLock opening = new ReentrantLock();
        private @Nullable Connection connection;
        private boolean ended;

        Line(String name, String uri) {
            this.uri = uri;
            this.threads = Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().daemon().name(name, 0).factory());
        }

        /** An open connection, with a use of it begun. One thread opens it, and may hang; the others wait for that one. */
        private Connection enter() throws LibvirtException {
            opening.lock();
            try {
                Connection there = living();
                if (there == null) {
                    there = keep(Connection.open(NativeLibrary.load(), uri));
                }
                return there;
            } finally {
                opening.unlock();
            }
        }

        private synchronized @Nullable Connection living() {
            if (connection != null && !connection.isAlive()) {
                drop();
            }
            if (connection != null) {
                connection.enter();
            }
            return connection;
        }

        private synchronized Connection keep(Connection opened) throws LibvirtException {
            if (ended) {
                opened.close();
                throw new LibvirtException(LibvirtException.SILENT, HANGS).whileOpening();
            }
            opened.enter();
            connection = opened;
            return opened;
        }

        private synchronized void drop() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }

        <T> T ask(Asking<T> asking) throws LibvirtException {
            Connection used = enter();
            try {
                return asking.of(used);
            } catch (LibvirtException failed) {
                if (used.isAlive()) {
                    throw failed;
                }
            } finally {
                used.exit();
            }
            Connection anew = enter();
            try {
                return asking.of(anew);
            } finally {
                anew.exit();
            }
        }

        /** Lets what is asked come to its end, and then the connection go. */
        synchronized void end() {
            ended = true;
            threads.shutdown();
            drop();
        }
    }

    /**
     * Asks on one of the lane's threads.
     *
     * @param patience how long it may take
     * @throws LibvirtException what libvirt answered, or SILENT
     */
    <T> T ask(Duration patience, Asking<T> asking) throws LibvirtException {
        Line used = line();
        Future<T> answer;
        try {
            answer = used.threads.submit(() -> used.ask(asking));
        } catch (RejectedExecutionException givenUp) {
            throw new LibvirtException(LibvirtException.SILENT, "the line was given up").whileOpening();
        }
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException hangs) {
            giveUp(used);
            throw new LibvirtException(
                    LibvirtException.SILENT, HANGS + " within " + patience.toMillis() / 1000.0 + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LibvirtException(LibvirtException.SILENT, "the call was interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case LibvirtException failed -> throw failed;
                case RuntimeException bug -> throw bug;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private synchronized Line line() throws LibvirtException {
        if (closed) {
            throw new LibvirtException(LibvirtException.SILENT, "the provider is closed").whileOpening();
        }
        hanging.removeIf(old -> old.threads.isTerminated());
        if (line == null) {
            if (hanging.size() >= MOST_HANGING) {
                throw new LibvirtException(LibvirtException.SILENT, HANGS + "; earlier calls still hang")
                        .whileOpening();
            }
            line = new Line(name + "-", uri);
        }
        return line;
    }

    private synchronized void giveUp(Line hangs) {
        if (line == hangs) {
            line = null;
            hanging.add(hangs);
            hangs.end();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (line != null) {
            line.end();
            line = null;
        }
    }
}

package dev.warmfront.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Waits until things at a provider have come where they were sent. However many are waited for, one question asks for all of
 * them: calls are rationed for each account. (A cloud's own waiters ask for one thing at a time, and seldom.)
 *
 * @param <T> what the provider says of one of them
 */
public final class Arrivals<T> implements AutoCloseable {

    /** A batch of ids in one filter. */
    private static final int MOST_PER_CALL = 200;

    /** Absent so often in a row, a thing is taken for gone: a young one is not seen by every answer yet. */
    private static final int ABSENCES = 8;

    private static final double SLOWER = 1.4;

    /** Somebody who waits. */
    private static final class Waiter<T> {
        private final String ref;
        private final Predicate<T> there;
        private final CompletableFuture<Optional<T>> arrival = new CompletableFuture<>();
        private int absences;

        private Waiter(String ref, Predicate<T> there) {
            this.ref = ref;
            this.there = there;
        }
    }

    private final Function<Collection<String>, Map<String, T>> question;
    private final Duration firstStep;
    private final Duration longestStep;
    private final Set<Waiter<T>> waiters = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param ask says of each of these names what is known; names that are not are left out
     * @param firstStep pause before the first question after somebody came; later pauses grow
     */
    public Arrivals(Function<Collection<String>, Map<String, T>> ask, Duration firstStep, Duration longestStep) {
        this.question = ask;
        this.firstStep = firstStep;
        this.longestStep = longestStep;
    }

    /**
     * Blocks until it is there.
     *
     * @param ref names it to the question
     * @return what is said of it then; empty when it is not known any more
     * @throws TimeoutException when it takes longer than that
     * @throws InterruptedException also when this is closed
     * @throws RuntimeException what the question threw, for everybody who waits
     */
    public Optional<T> await(String ref, Predicate<T> there, Duration deadline)
            throws TimeoutException, InterruptedException {
        Waiter<T> waiter = new Waiter<>(ref, there);
        waiters.add(waiter);
        try {
            if (asking.compareAndSet(false, true)) {
                Thread.ofVirtual().name("warmfront-arrivals").start(this::ask);
            }
            return waiter.arrival.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (CancellationException closing) {
            // Who waits is about to be stopped too: to its caller it is the same.
            throw new InterruptedException("the provider was closed");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException unreached) {
                throw unreached;
            }
            throw new IllegalStateException(failed.getCause());
        } finally {
            waiters.remove(waiter);
        }
    }

    private void ask() {
        Duration step = firstStep;
        int known = 0;
        while (!closed) {
            if (waiters.isEmpty()) {
                asking.set(false);
                // Somebody may have come just before: then it is for one of us two to go on.
                if (waiters.isEmpty() || !asking.compareAndSet(false, true)) {
                    return;
                }
            }
            step = waiters.size() > known ? firstStep : slower(step);
            known = waiters.size();
            try {
                Thread.sleep(step);
                round();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException failed) {
                waiters.forEach(waiter -> waiter.arrival.completeExceptionally(failed));
                waiters.clear();
            }
        }
    }

    private Duration slower(Duration step) {
        Duration next = Duration.ofNanos((long) (step.toNanos() * SLOWER));
        return next.compareTo(longestStep) > 0 ? longestStep : next;
    }

    private void round() {
        List<Waiter<T>> round = waiters.stream().limit(MOST_PER_CALL).toList();
        Map<String, T> found = question.apply(
                round.stream().map(waiter -> waiter.ref).distinct().toList());
        for (Waiter<T> waiter : round) {
            T one = found.get(waiter.ref);
            if (one == null) {
                waiter.absences++;
                if (waiter.absences >= ABSENCES) {
                    leave(waiter, Optional.empty());
                }
            } else if (waiter.there.test(one)) {
                leave(waiter, Optional.of(one));
            }
        }
    }

    private void leave(Waiter<T> waiter, Optional<T> with) {
        waiters.remove(waiter);
        waiter.arrival.complete(with);
    }

    @Override
    public void close() {
        closed = true;
        waiters.forEach(waiter -> waiter.arrival.cancel(false));
        waiters.clear();
    }
}

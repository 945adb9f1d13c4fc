package dev.warmfront.aws;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * Waits until instances have come where they were sent. However many are waited for, one call asks for all of them: calls are
 * rationed for each account. The SDK's own waiters ask for one, every 15 seconds.
 */
final class StateWatch implements AutoCloseable {

    /** A batch of ids in one filter. */
    private static final int MOST_PER_CALL = 200;

    /** Absent so often in a row, an instance is taken for gone: a young one is not seen by every answer yet. */
    private static final int ABSENCES = 8;

    private static final double SLOWER = 1.4;

    /** Somebody who waits. */
    private static final class Waiter {
        private final String ref;
        private final Predicate<Instance> there;
        private final CompletableFuture<Optional<Instance>> arrival = new CompletableFuture<>();
        private int absences;

        private Waiter(String ref, Predicate<Instance> there) {
            this.ref = ref;
            this.there = there;
        }
    }

    private final Function<Collection<String>, List<Instance>> describe;
    private final Duration firstStep;
    private final Duration longestStep;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param describe those of the instances that are known
     * @param firstStep pause before the first question after somebody came; later pauses grow
     */
    StateWatch(Function<Collection<String>, List<Instance>> describe, Duration firstStep, Duration longestStep) {
        this.describe = describe;
        this.firstStep = firstStep;
        this.longestStep = longestStep;
    }

    /**
     * Blocks until the instance is there.
     *
     * @return the instance as it is then; empty when it is not known any more
     * @throws TimeoutException when it takes longer than that
     * @throws SdkException when EC2 could not be asked
     */
    Optional<Instance> await(String ref, Predicate<Instance> there, Duration deadline)
            throws TimeoutException, InterruptedException {
        Waiter waiter = new Waiter(ref, there);
        waiters.add(waiter);
        try {
            if (asking.compareAndSet(false, true)) {
                Thread.ofVirtual().name("warmfront-aws-watch").start(this::ask);
            }
            return waiter.arrival.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SdkException unreached) {
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
        List<Waiter> round = waiters.stream().limit(MOST_PER_CALL).toList();
        Map<String, Instance> found =
                describe
                        .apply(round.stream()
                                .map(waiter -> waiter.ref)
                                .distinct()
                                .toList())
                        .stream()
                        .collect(Collectors.toMap(Instance::instanceId, instance -> instance, (a, b) -> a));
        for (Waiter waiter : round) {
            Instance instance = found.get(waiter.ref);
            if (instance == null) {
                waiter.absences++;
                if (waiter.absences >= ABSENCES) {
                    leave(waiter, Optional.empty());
                }
            } else if (waiter.there.test(instance)) {
                leave(waiter, Optional.of(instance));
            }
        }
    }

    private void leave(Waiter waiter, Optional<Instance> with) {
        waiters.remove(waiter);
        waiter.arrival.complete(with);
    }

    @Override
    public void close() {
        closed = true;
        waiters.forEach(waiter -> waiter.arrival.completeExceptionally(
                SdkException.builder().message("the provider was closed").build()));
        waiters.clear();
    }
}

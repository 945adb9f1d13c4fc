package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.ContractReport.Result;
import dev.warmfront.spi.ProviderInstance.Status;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.opentest4j.TestAbortedException;

/**
 * How {@link ProviderContractTest} examines: a fresh account for each behaviour, the result in the report, and what the
 * examinations have in common.
 */
public abstract class ProviderExamination {

    static final String INSTALLATION = "contract";
    static final int THREADS = 8;
    private static final long POLL_MILLIS = 20;

    private int intents;

    /** A fresh account. */
    protected abstract ProviderSubject subject() throws Exception;

    @AfterAll
    static void thePageOfProvidersIsCurrent() {
        ContractReport.checkDocumentation();
    }

    /** An examination of one behaviour. */
    @FunctionalInterface
    interface Proof {
        Result of(ProviderSubject subject, ComputeProvider provider) throws Exception;
    }

    void prove(ProviderBehaviour behaviour, Proof proof) throws Exception {
        try (ProviderSubject subject = subject()) {
            ContractReport report = ContractReport.of(subject);
            try (ComputeProvider provider = subject.open()) {
                report.add(behaviour, proof.of(subject, provider));
            } catch (TestAbortedException notTried) {
                report.add(behaviour, Result.NOT_TRIED);
                throw notTried;
            } catch (Exception | AssertionError failure) {
                report.add(behaviour, Result.FAILS);
                throw failure;
            }
        }
    }

    static void endFromOutside(ProviderSubject subject, String ref) throws Exception {
        if (!subject.endFromOutside(ref)) {
            throw new TestAbortedException("this subject cannot let an instance end by itself");
        }
    }

    /** A launch, awaited until it runs. */
    static String launch(ProviderSubject subject, ComputeProvider provider, LaunchRequest request)
            throws InterruptedException {
        String ref = accepted(provider.launch(request));
        awaitStatus(subject, provider, ref, Status.RUNNING);
        return ref;
    }

    void standBy(ComputeProvider provider, String ref, StandbyMode mode) {
        assertThat(accepted(provider.stop(ref, mode, token()))).isEqualTo(ref);
        assertThat(status(provider, ref)).contains(standing(mode));
    }

    static Status standing(StandbyMode mode) {
        return switch (mode) {
            case STOPPED -> Status.STOPPED;
            case SUSPENDED -> Status.SUSPENDED;
            case HIBERNATED -> Status.HIBERNATED;
        };
    }

    static List<StandbyMode> modes(ComputeProvider provider) {
        return provider.capabilities().stream()
                .map(Capability::standbyMode)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }

    static String accepted(ProviderOutcome outcome) {
        assertThat(outcome).isInstanceOf(ProviderOutcome.Accepted.class);
        return ((ProviderOutcome.Accepted) outcome).ref();
    }

    /** The status; an instance that has ended has none, whether it is still listed or not. */
    static Optional<Status> status(ComputeProvider provider, String ref) {
        return provider.describe(INSTALLATION).stream()
                .filter(instance -> instance.ref().equals(ref))
                .map(ProviderInstance::status)
                .filter(status -> status != Status.TERMINATED)
                .findFirst();
    }

    static void awaitStatus(ProviderSubject subject, ComputeProvider provider, String ref, Status status)
            throws InterruptedException {
        await(subject, status.toString(), () -> status(provider, ref).equals(Optional.of(status)));
    }

    static void await(ProviderSubject subject, String what, Callable<Boolean> condition) throws InterruptedException {
        long deadline = System.nanoTime() + subject.patience().toNanos();
        while (!holds(condition)) {
            assertThat(System.nanoTime())
                    .as("%s within %s", what, subject.patience())
                    .isLessThan(deadline);
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The answers to the same call from {@link #THREADS} threads that begin together. */
    static List<ProviderOutcome> concurrently(Callable<ProviderOutcome> call) throws Exception {
        CountDownLatch together = new CountDownLatch(THREADS);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<ProviderOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                futures.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return call.call();
                }));
            }
            List<ProviderOutcome> outcomes = new ArrayList<>();
            for (Future<ProviderOutcome> future : futures) {
                outcomes.add(future.get());
            }
            return outcomes;
        }
    }

    LaunchRequest request(ProviderSubject subject, ComputeProvider provider) {
        return request(subject, provider, INSTALLATION);
    }

    LaunchRequest request(ProviderSubject subject, ComputeProvider provider, String installation) {
        return request(subject.offering(provider), installation);
    }

    LaunchRequest request(Offering offering, String installation) {
        IntentToken token = token();
        InstanceId instance = new InstanceId("i-contract-" + token.value());
        return new LaunchRequest(
                token,
                new InstanceTags(installation, new CellId("default"), instance, token),
                offering,
                URI.create("http://127.0.0.1:9"),
                "secret-of-" + token.value());
    }

    synchronized IntentToken token() {
        intents++;
        return new IntentToken("intent-" + intents);
    }
}

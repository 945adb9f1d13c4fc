package dev.warmfront.provider;

import dev.warmfront.cell.CellInbox;
import dev.warmfront.cell.CellUnavailableException;
import dev.warmfront.cell.CommitListener;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.platform.Node;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one crossing from the reactive control plane to blocking providers: a committed intent becomes a call on a virtual
 * thread, its outcome an event. Calls are repeated until there is an outcome; they carry tokens, so that is harmless.
 */
@ApplicationScoped
public class ProviderGateway implements CommitListener {

    private static final Logger LOG = Logger.getLogger(ProviderGateway.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration RATION_PAUSE = Duration.ofMillis(250);

    private final Providers providers;
    private final jakarta.enterprise.inject.Instance<CellInbox> inbox;
    private final Node node;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("provider-", 0).factory());

    /** Offerings of live instances: a launch needs the whole of it. */
    private final Map<InstanceId, Offering> offerings = new ConcurrentHashMap<>();

    private final Shortages shortages = new Shortages(System::nanoTime);

    /** Raised when the cell is read again or lost: calls of before stop repeating themselves. */
    private final AtomicLong tenure = new AtomicLong();

    private volatile String cell = "";

    ProviderGateway(Providers providers, jakarta.enterprise.inject.Instance<CellInbox> inbox, Node node) {
        this.providers = providers;
        this.inbox = inbox;
        this.node = node;
    }

    @Override
    public void reloaded(CellState state, Instant at) {
        long now = tenure.incrementAndGet();
        cell = state.settings().cell().value();
        offerings.clear();
        state.instances().forEach(instance -> offerings.put(instance.id(), instance.offering()));
        state.openIntents().forEach(intent -> dispatch(intent, now, false));
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        long now = tenure.get();
        for (Change change : changes) {
            if (change instanceof Change.InstanceChanged moved) {
                Instance after = moved.after();
                if (after.state().isFinal()) {
                    offerings.remove(after.id());
                } else {
                    offerings.put(after.id(), after.offering());
                }
            } else if (change instanceof Change.IntentChanged(Intent intent) && intent.outcome() == null) {
                dispatch(intent, now, true);
            }
        }
    }

    @Override
    public void released() {
        tenure.incrementAndGet();
    }

    /**
     * @param fresh whether nobody has made the call yet
     */
    private void dispatch(Intent intent, long since, boolean fresh) {
        // Captured now: by the time the thread runs the instance may be gone.
        Offering offering = offerings.get(intent.instance());
        Calls calls = new Calls(intent, offering, shortages.now(), fresh);
        threads.execute(() -> {
            try {
                ProviderOutcome outcome = untilAnswered(calls, since);
                if (outcome != null) {
                    report(new Event.IntentAnswered(intent.token(), outcome), since);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.errorf(e, "intent %s ended without an outcome; it is made again after a restart", intent.token());
            }
        });
    }

    /** The calls for one intent. */
    private static final class Calls {
        private final Intent intent;
        private final @Nullable Offering offering;
        private final long dispatchedAt;

        /** While no call was made, nothing can have come of the intent. */
        private boolean fresh;

        Calls(Intent intent, @Nullable Offering offering, long dispatchedAt, boolean fresh) {
            this.intent = intent;
            this.offering = offering;
            this.dispatchedAt = dispatchedAt;
            this.fresh = fresh;
        }
    }

    private @Nullable ProviderOutcome untilAnswered(Calls calls, long since) throws InterruptedException {
        Intent intent = calls.intent;
        Duration pause = FIRST_PAUSE;
        while (tenure.get() == since) {
            Optional<Providers.Entry> entry = providers.find(intent.provider());
            if (entry.isEmpty()) {
                LOG.warnf(
                        "intent %s waits for provider %s, which is not configured", intent.token(), intent.provider());
                Thread.sleep(LONGEST_PAUSE);
                continue;
            }
            if (intent.speculative() && !entry.get().budget.hasRoomForSpeculation(entry.get().burst)) {
                Thread.sleep(RATION_PAUSE);
                continue;
            }
            try {
                ProviderOutcome outcome = call(entry.get(), calls);
                entry.get().trouble = "";
                if (!(outcome instanceof ProviderOutcome.Throttled(Duration retryAfter))) {
                    return outcome;
                }
                Thread.sleep(jitter(retryAfter));
            } catch (ProviderUnavailableException e) {
                if (entry.get().trouble.isEmpty()) {
                    LOG.warnf("provider %s: %s", intent.provider(), e.getMessage());
                }
                entry.get().trouble = String.valueOf(e.getMessage());
                Thread.sleep(jitter(e.retryable() ? pause : LONGEST_PAUSE));
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
        return null;
    }

    private ProviderOutcome call(Providers.Entry entry, Calls calls) throws InterruptedException {
        ComputeProvider provider = entry.provider;
        Intent intent = calls.intent;
        if (intent.kind() == Intent.Kind.LAUNCH) {
            return calls.offering == null ? new ProviderOutcome.NotFound() : launch(entry, calls, calls.offering);
        }
        String ref = intent.ref() == null ? refOf(provider, intent.instance()) : intent.ref();
        if (ref == null) {
            return new ProviderOutcome.NotFound();
        }
        return switch (intent.kind()) {
            case START -> provider.start(ref, intent.token());
            case STOP -> {
                if (intent.standbyMode() == null) {
                    throw new IllegalStateException("stop intent " + intent.token() + " has no mode");
                }
                yield provider.stop(ref, intent.standbyMode(), intent.token());
            }
            case TERMINATE -> provider.terminate(ref, intent.token());
            case LAUNCH -> throw new IllegalStateException("handled above");
        };
    }

    /**
     * Launches, unless the provider has said meanwhile that it has no capacity: many are wanted at once, and rationed.
     * Only where the call was never made; else there may be a machine, which an answer of ours would leave behind.
     */
    private ProviderOutcome launch(Providers.Entry entry, Calls calls, Offering offering) throws InterruptedException {
        boolean first = calls.fresh;
        AtomicBoolean made = new AtomicBoolean();
        LaunchRequest request = launchRequest(calls.intent, offering);
        try {
            ProviderOutcome outcome = entry.budget.launchUnless(request, () -> {
                Optional<ProviderOutcome> known =
                        first ? shortages.since(offering.id(), calls.dispatchedAt) : Optional.empty();
                made.set(known.isEmpty());
                return known;
            });
            if (made.get()) {
                shortages.answered(offering.id(), outcome);
            }
            return outcome;
        } finally {
            calls.fresh = false;
        }
    }

    private LaunchRequest launchRequest(Intent intent, Offering offering) {
        InstanceTags tags = new InstanceTags(node.installation(), new CellId(cell), intent.instance(), intent.token());
        return new LaunchRequest(intent.token(), tags, offering, node.url(), node.mac("register:" + intent.instance()));
    }

    private @Nullable String refOf(ComputeProvider provider, InstanceId instance) {
        return provider.describe(node.installation()).stream()
                .filter(found -> found.tags().instance().equals(instance))
                .map(ProviderInstance::ref)
                .findFirst()
                .orElse(null);
    }

    /** Tells the cell, for as long as it is this tenure's. */
    void report(Event event, long since) throws InterruptedException {
        while (tenure.get() == since) {
            try {
                inbox.get().submit(event).await().atMost(Duration.ofSeconds(30));
                return;
            } catch (CellUnavailableException e) {
                Thread.sleep(e.retryAfter());
            }
        }
    }

    /** Tells the cell of something that was noticed; nothing is lost when it is not there: it is noticed again. */
    void notice(Event event) {
        inbox.get()
                .submit(event)
                .subscribe()
                .with(
                        done -> {},
                        failure -> LOG.debugf("the cell was not told of %s: %s", event, failure.getMessage()));
    }

    boolean isActive() {
        return !cell.isEmpty();
    }

    ExecutorService threads() {
        return threads;
    }

    private static Duration jitter(Duration pause) {
        long millis = Math.max(1, pause.toMillis());
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}

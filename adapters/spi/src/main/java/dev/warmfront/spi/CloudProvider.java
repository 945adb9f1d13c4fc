package dev.warmfront.spi;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What adapters to clouds have in common: a client that is closed once, whose failures become sentences, and lists that show
 * what ended.
 */
public abstract class CloudProvider implements ComputeProvider {

    /**
     * How a provider paces itself.
     *
     * @param firstStep pause before the first look at something that is on its way; later pauses grow
     * @param pageSize how many instances one answer lists
     */
    public record Pace(Duration firstStep, Duration longestStep, int pageSize) {}

    /** A call of the cloud's client, which may throw whatever that throws. */
    @FunctionalInterface
    protected interface Call<T> {
        T make() throws Exception;
    }

    /** Between looks at an instance that somebody else has sent somewhere. */
    private static final Duration STEP = Duration.ofMillis(250);

    private final ProviderId id;
    private final Set<Capability> capabilities;
    private final CloudErrors errors;
    private final Duration step;
    private final Announcements announcements = new Announcements();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param capabilities what the adapter declares
     */
    protected CloudProvider(ProviderId id, Set<Capability> capabilities, CloudErrors errors, Pace pace) {
        this.id = id;
        this.capabilities = Set.copyOf(capabilities);
        this.errors = errors;
        this.step = pace.firstStep().compareTo(STEP) < 0 ? pace.firstStep() : STEP;
    }

    /** What to throw for a failure of a call: a sentence of it, or itself where it is a mistake of ours. */
    protected abstract RuntimeException failed(String operation, Exception failure);

    /** Lets go of the client; called once. */
    protected abstract void letGo();

    @Override
    public final Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public final AutoCloseable events(Consumer<ProviderEvent> listener) {
        return capabilities.contains(Capability.EVENTS) ? announcements.listen(listener) : () -> {};
    }

    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            letGo();
        }
    }

    /** Whether the client refuses calls: one that came in between is the next control plane's. */
    protected final boolean isClosed() {
        return closed.get();
    }

    /** Where what the lists show is to be told. */
    protected final Announcements announcements() {
        return announcements;
    }

    /** Makes a call. */
    protected final <T> T calling(String operation, Call<T> call) {
        try {
            return call.make();
        } catch (ProviderUnavailableException known) {
            throw known;
        } catch (Exception failure) {
            throw failed(operation, failure);
        }
    }

    /**
     * What is offered.
     *
     * @param settings names of the settings to check when it is nothing
     */
    protected final List<Offering> offerings(String operation, String settings, Call<List<Offering>> catalogue) {
        List<Offering> offerings = calling(operation, catalogue);
        if (offerings.isEmpty()) {
            throw errors.nothing(operation, settings);
        }
        return offerings;
    }

    /** The answer to a launch of what is not offered. */
    protected final ProviderOutcome notOffered(Offering offering, String settings) {
        return new ProviderOutcome.Invalid(
                "provider %s does not offer %s (any more); see its settings %s".formatted(id, offering.id(), settings));
    }

    /**
     * Tries until there is an outcome.
     *
     * @param attempt has none while the instance is on its way elsewhere
     */
    protected final ProviderOutcome untilSettled(
            String operation, String ref, Duration deadline, Call<Optional<ProviderOutcome>> attempt) {
        long until = System.nanoTime() + deadline.toNanos();
        while (System.nanoTime() < until) {
            Optional<ProviderOutcome> outcome = calling(operation, attempt);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            try {
                Thread.sleep(step);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw errors.brokenOff(operation, e);
            }
        }
        throw errors.late(operation, new IllegalStateException("instance " + ref + " has not come to rest"));
    }
}

package dev.warmfront.spi;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A source of machines. Every method blocks until the provider has answered, may be called from several threads at once,
 * and stands being repeated: a call with a token already seen changes nothing and gives the same answer again.
 *
 * <p>Expected failures are {@link ProviderOutcome}s. {@link ProviderUnavailableException} means that the provider was not
 * reached, or that nobody knows whether it acted: the caller repeats with the same token.
 */
public interface ComputeProvider extends AutoCloseable {

    /** What this provider can do; constant over its life. */
    Set<Capability> capabilities();

    /**
     * What can be launched, where and at which price; may be empty. An offering has a standby price exactly for the
     * modes that it supports, and those are among the declared capabilities.
     */
    List<Offering> offerings();

    /**
     * Launches one instance. Accepted means that the provider will bring it up, not that it runs.
     *
     * @return Accepted with the provider's name of the instance, the same for the same token; or InsufficientCapacity,
     *     QuotaExceeded, Throttled, Invalid
     */
    ProviderOutcome launch(LaunchRequest request);

    /**
     * Wakes an instance from standby. Waking one that already runs is Accepted.
     *
     * @return Accepted, InsufficientCapacity (it stays in standby), NotFound, Throttled, Invalid
     */
    ProviderOutcome start(String ref, IntentToken token);

    /**
     * Puts a running instance into standby; returns when it is there, so a later {@link #start} finds it so. Repeating
     * it on an instance that is already in that mode is Accepted.
     *
     * @return Accepted, NotFound, Throttled, Invalid, or Unsupported for a mode whose capability is not declared
     */
    ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token);

    /**
     * Ends an instance for good, from any status, with everything that runs on it; returns when it cannot do anything
     * any more. Ending one that has ended is Accepted or NotFound.
     *
     * @return Accepted, NotFound, Throttled
     */
    ProviderOutcome terminate(String ref, IntentToken token);

    /**
     * Every instance, alive or on its way, that carries the installation's tag. Ended ones are left out or reported
     * TERMINATED. An instance whose launch was accepted is listed at once.
     *
     * @param installation the tag's value
     */
    List<ProviderInstance> describe(String installation);

    /**
     * Tells of instances that ended or are about to, as it happens, or as {@link #describe} shows it where the provider has no
     * events of its own; a hint, the sweep is the truth. Without {@link Capability#EVENTS} nothing is ever told.
     *
     * @param listener called on a thread of the provider's; must be quick and must not throw
     * @return closing it ends the telling
     */
    AutoCloseable events(Consumer<ProviderEvent> listener);

    /** Lets go of connections and threads. Instances live on. Never throws. */
    @Override
    void close();
}

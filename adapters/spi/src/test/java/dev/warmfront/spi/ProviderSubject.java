package dev.warmfront.spi;

import dev.warmfront.domain.Offering;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * An adapter with the world behind it, as {@link ProviderContractTest} examines it: one account, fresh for each test, that
 * outlives the provider objects made over it.
 */
public interface ProviderSubject extends AutoCloseable {

    /** Names the adapter in the report; a file name. */
    String adapter();

    /** Whether docs/providers.md has a column for it; examples and fakes have none. */
    default boolean documented() {
        return true;
    }

    /** Makes a provider over the account, as a control plane does when it starts. The test closes it. */
    ComputeProvider open() throws Exception;

    /** What the tests launch; by default the first of what is offered. */
    default Offering offering(ComputeProvider provider) {
        return provider.offerings().getFirst();
    }

    /**
     * How many instances of {@link #offering} the account has room for, at least three; empty when the limit cannot be
     * reached.
     */
    OptionalInt capacity();

    /**
     * Lets a running instance end by itself, as a crash of it would.
     *
     * @return false when the subject cannot do that
     */
    boolean endFromOutside(String ref) throws Exception;

    /**
     * Takes a running spot instance back, as the provider does when it wants the capacity for others.
     *
     * @return false when the subject cannot do that
     */
    default boolean interrupt(String ref) throws Exception {
        return false;
    }

    /** How long to wait for what a provider only promises. */
    default Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** Ends whatever is left of the account, also when a test has failed. */
    @Override
    void close() throws IOException;
}

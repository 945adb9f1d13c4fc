package dev.warmfront.provider;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderEvent;
import dev.warmfront.spi.ProviderInstance;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A decorator of a provider: every call that reaches the provider's API goes through {@link #around}. */
abstract class ForwardingProvider implements ComputeProvider {

    private final ComputeProvider delegate;

    ForwardingProvider(ComputeProvider delegate) {
        this.delegate = delegate;
    }

    /** Makes the call, before, after or around which the decorator does its work. */
    abstract <T> T around(String operation, Supplier<T> call);

    @Override
    public Set<Capability> capabilities() {
        return delegate.capabilities();
    }

    @Override
    public List<Offering> offerings() {
        return around("offerings", delegate::offerings);
    }

    @Override
    public ProviderOutcome launch(LaunchRequest request) {
        return around("launch", () -> delegate.launch(request));
    }

    @Override
    public ProviderOutcome start(String ref, IntentToken token) {
        return around("start", () -> delegate.start(ref, token));
    }

    @Override
    public ProviderOutcome stop(String ref, StandbyMode mode, IntentToken token) {
        return around("stop", () -> delegate.stop(ref, mode, token));
    }

    @Override
    public ProviderOutcome terminate(String ref, IntentToken token) {
        return around("terminate", () -> delegate.terminate(ref, token));
    }

    @Override
    public List<ProviderInstance> describe(String installation) {
        return around("describe", () -> delegate.describe(installation));
    }

    @Override
    public AutoCloseable events(Consumer<ProviderEvent> listener) {
        return delegate.events(listener);
    }

    @Override
    public void close() {
        delegate.close();
    }
}

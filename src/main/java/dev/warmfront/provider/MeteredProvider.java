package dev.warmfront.provider;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.function.Supplier;

/** Times every call by operation and outcome. */
final class MeteredProvider extends ForwardingProvider {

    private final ProviderId id;
    private final MeterRegistry registry;

    MeteredProvider(ComputeProvider delegate, ProviderId id, MeterRegistry registry) {
        super(delegate);
        this.id = id;
        this.registry = registry;
    }

    @Override
    <T> T around(String operation, Supplier<T> call) {
        Timer.Sample sample = Timer.start(registry);
        String outcome = "unavailable";
        try {
            T answer = call.get();
            outcome = answer instanceof ProviderOutcome named
                    ? named.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                    : "answered";
            return answer;
        } catch (ProviderUnavailableException e) {
            outcome = e.retryable() ? "unavailable" : "misconfigured";
            throw e;
        } finally {
            sample.stop(Timer.builder("warmfront.provider.call")
                    .description("time of one call to a provider")
                    .tag("provider", id.value())
                    .tag("operation", operation)
                    .tag("outcome", outcome)
                    .register(registry));
        }
    }
}

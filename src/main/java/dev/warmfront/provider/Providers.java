package dev.warmfront.provider;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.Capability;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jboss.logging.Logger;

/** The configured providers, decorated and ready to be called by this package. */
@ApplicationScoped
public class Providers {

    private static final Logger LOG = Logger.getLogger(Providers.class);

    /** One provider with what is known of it. */
    static final class Entry {
        final ProviderId id;
        final String kind;
        final ComputeProvider provider;
        final RateLimitedProvider budget;
        final long burst;
        volatile List<Offering> offerings = List.of();
        volatile String trouble = "";

        private Entry(ProviderId id, String kind, ComputeProvider provider, RateLimitedProvider budget, long burst) {
            this.id = id;
            this.kind = kind;
            this.provider = provider;
            this.budget = budget;
            this.burst = burst;
        }
    }

    /**
     * What people may know of a provider.
     *
     * @param trouble why it cannot be used now, empty when it can
     */
    public record Status(
            ProviderId id, String kind, Set<Capability> capabilities, List<Offering> offerings, String trouble) {}

    private final SortedMap<String, Entry> entries = new ConcurrentSkipListMap<>();
    private final ProvidersConfig config;
    private final MeterRegistry registry;

    Providers(ProvidersConfig config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
    }

    // Before the cell starts: its first decisions need the offerings.
    void start(@Observes @Priority(1_000) StartupEvent event) {
        Map<String, ComputeProviderFactory> factories = new TreeMap<>();
        ServiceLoader.load(ComputeProviderFactory.class).forEach(factory -> factories.put(factory.kind(), factory));
        config.providers().forEach((name, settings) -> entries.put(name, make(name, settings, factories)));
        if (entries.isEmpty()) {
            LOG.warn("no provider is configured (warmfront.providers.NAME.kind): tasks will wait for machines");
        }
    }

    private Entry make(
            String name, ProvidersConfig.ProviderConfig settings, Map<String, ComputeProviderFactory> factories) {
        ComputeProviderFactory factory = factories.get(settings.kind());
        if (factory == null) {
            throw new ConfigurationException("warmfront.providers.%s.kind is %s; known kinds are %s"
                    .formatted(name, settings.kind(), factories.keySet()));
        }
        ProviderId id = new ProviderId(name);
        ComputeProvider plain;
        try {
            plain = factory.create(id, settings.settings());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("warmfront.providers." + name + ".settings: " + e.getMessage(), e);
        }
        RateLimitedProvider budget = new RateLimitedProvider(
                new MeteredProvider(plain, id, registry), settings.rateBurst(), settings.ratePerSecond());
        Entry entry = new Entry(id, settings.kind(), budget, budget, settings.rateBurst());
        refresh(entry);
        return entry;
    }

    /** Asks again what it offers; keeps what was known when it does not answer. */
    static void refresh(Entry entry) {
        try {
            entry.offerings = entry.provider.offerings();
            entry.trouble = "";
        } catch (RuntimeException e) {
            entry.trouble = String.valueOf(e.getMessage());
            LOG.warnf("provider %s does not say what it offers: %s", entry.id, e.getMessage());
        }
    }

    Collection<Entry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    Optional<Entry> find(ProviderId id) {
        return Optional.ofNullable(entries.get(id.value()));
    }

    /** What is known of each. */
    public List<Status> statuses() {
        List<Status> statuses = new ArrayList<>();
        entries.values()
                .forEach(entry -> statuses.add(new Status(
                        entry.id, entry.kind, entry.provider.capabilities(), entry.offerings, entry.trouble)));
        return statuses;
    }

    /** All that can be launched, as far as this process knows. */
    public List<Offering> offerings() {
        return entries.values().stream()
                .flatMap(entry -> entry.offerings.stream())
                .toList();
    }

    /** Whether a provider is configured from whose placements, or what was last known of them, the pattern names one. */
    public boolean mayInclude(PlacementPattern pattern) {
        for (Entry entry : entries.values()) {
            String provider = entry.id.value();
            boolean its = pattern.text().equals(provider) || pattern.text().startsWith(provider + "/");
            // One that has not answered yet may offer anything.
            boolean known = entry.offerings.isEmpty()
                    || entry.offerings.stream().anyMatch(offering -> pattern.includes(offering.placement()));
            if (its && known) {
                return true;
            }
        }
        return false;
    }

    void stop(@Observes @Priority(5_000) ShutdownEvent event) {
        entries.values().forEach(entry -> entry.provider.close());
    }
}

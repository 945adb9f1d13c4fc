package dev.warmfront.provider;

import dev.warmfront.cell.CellService;
import dev.warmfront.cell.CommitListener;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.platform.Node;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.spi.ProviderEvent;
import dev.warmfront.spi.ProviderInstance;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the providers' truth and ours agree (I3): machines with our tags and no row are reported so that they are adopted or
 * ended; rows whose machine is not listed twice in a row are reported gone. What a provider tells by itself comes sooner.
 */
@ApplicationScoped
public class Sweep implements CommitListener {

    private static final Logger LOG = Logger.getLogger(Sweep.class);
    private static final int OFFERINGS_EVERY_SWEEPS = 60;

    /** A live instance that its provider has named. */
    private record Known(ProviderId provider, @Nullable String ref) {}

    private final Providers providers;
    private final ProviderGateway gateway;
    private final CellService cell;
    private final ProvidersConfig config;
    private final Node node;
    private final Map<InstanceId, Known> known = new ConcurrentHashMap<>();
    private final Map<InstanceId, Integer> missing = new HashMap<>();
    private final List<AutoCloseable> subscriptions = new ArrayList<>();
    private volatile boolean stopped;

    Sweep(Providers providers, ProviderGateway gateway, CellService cell, ProvidersConfig config, Node node) {
        this.providers = providers;
        this.gateway = gateway;
        this.cell = cell;
        this.config = config;
        this.node = node;
    }

    void start(@Observes @Priority(3_000) StartupEvent event) {
        providers.entries().forEach(entry -> {
            subscriptions.add(entry.provider.events(told -> notice(entry.id, told)));
            gateway.threads().execute(() -> keepSweeping(entry));
        });
    }

    void stop(@Observes @Priority(2) ShutdownEvent event) {
        stopped = true;
        for (AutoCloseable subscription : subscriptions) {
            try {
                subscription.close();
            } catch (Exception e) {
                LOG.debugf("a subscription did not close: %s", e.getMessage());
            }
        }
    }

    @Override
    public void reloaded(CellState state, Instant at) {
        known.clear();
        state.instances().forEach(this::see);
        // Asked for by a cell that has just begun: it must not wait for the next refresh.
        providers.entries().forEach(entry -> gateway.notice(new Event.OfferingsPut(entry.id, entry.offerings)));
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        for (Change change : changes) {
            if (change instanceof Change.InstanceChanged moved) {
                see(moved.after());
            }
        }
    }

    @Override
    public void released() {
        known.clear();
    }

    private void see(Instance instance) {
        if (instance.state().isFinal()) {
            known.remove(instance.id());
        } else {
            known.put(instance.id(), new Known(instance.offering().placement().provider(), instance.ref()));
        }
    }

    private void notice(ProviderId provider, ProviderEvent told) {
        known.forEach((instance, at) -> {
            if (at.provider().equals(provider) && told.ref().equals(at.ref())) {
                gateway.notice(
                        switch (told) {
                            case ProviderEvent.Ended ended -> new Event.InstanceGone(instance);
                            case ProviderEvent.Interruption soon -> new Event.InterruptionNoticed(instance);
                        });
            }
        });
    }

    private void keepSweeping(Providers.Entry entry) {
        long sweeps = 0;
        while (!stopped) {
            try {
                Thread.sleep(config.sweep());
                if (++sweeps % OFFERINGS_EVERY_SWEEPS == 0) {
                    Providers.refresh(entry);
                    gateway.notice(new Event.OfferingsPut(entry.id, entry.offerings));
                }
                if (cell.isOwner()) {
                    sweep(entry);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.warnf("provider %s was not swept: %s", entry.id, e.getMessage());
            }
        }
    }

    private void sweep(Providers.Entry entry) {
        // The rows first: an instance launched in between is then listed but not missed.
        Map<InstanceId, Known> rows = new HashMap<>(known);
        Set<InstanceId> listed = new HashSet<>();
        for (ProviderInstance found : entry.provider.describe(node.installation())) {
            if (found.status() == ProviderInstance.Status.TERMINATED) {
                continue;
            }
            InstanceId instance = found.tags().instance();
            listed.add(instance);
            Known row = rows.get(instance);
            if (row == null || !found.ref().equals(row.ref())) {
                gateway.notice(new Event.InstanceFound(entry.id, found.ref(), instance));
            }
        }
        synchronized (missing) {
            missing.keySet().retainAll(rows.keySet());
            rows.forEach((instance, row) -> {
                if (!row.provider().equals(entry.id) || row.ref() == null) {
                    return;
                }
                if (listed.contains(instance)) {
                    missing.remove(instance);
                } else if (missing.merge(instance, 1, Integer::sum) >= 2) {
                    missing.remove(instance);
                    gateway.notice(new Event.InstanceGone(instance));
                }
            });
        }
    }
}

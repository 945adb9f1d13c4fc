package dev.warmfront.cell;

import dev.warmfront.domain.PoolId;
import dev.warmfront.platform.Node;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.LeadQuantiles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cell of this process, started and stopped with it. */
@ApplicationScoped
public class CellService implements CellInbox {

    private final Cell cell;

    CellService(
            CellConfig config,
            Node node,
            Pool pool,
            MeterRegistry registry,
            LeadQuantiles learned,
            @All List<CommitListener> listeners) {
        this.cell = new Cell(
                config,
                new PoolPolicies(config.policy(), learned),
                Clock.systemUTC(),
                pool,
                config.node().orElse(node.name()),
                node.internalUrl().toString(),
                new CellMetrics(registry),
                listeners);
        Gauge.builder("warmfront.cell.inbox", cell, Cell::waiting)
                .description("events that wait for the cell")
                .register(registry);
        Gauge.builder("warmfront.pools.drifting", cell, own -> own.poolConditions()
                        .size())
                .description("pools whose demand is not covered as it should be by what is foreseen")
                .register(registry);
        Gauge.builder("warmfront.cell.epoch", cell, Cell::epoch)
                .description("the cell's epoch as far as this process owned it")
                .register(registry);
    }

    // After the providers have said what they offer, so that the first decision knows it.
    void start(@Observes @Priority(2_000) StartupEvent event) {
        cell.start();
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) {
        cell.close();
    }

    @Override
    public Uni<Answer> submit(Event event, @Nullable OnceOnly once) {
        return cell.submit(event, once);
    }

    /** What an operator should know of pools by what their policies have seen, a sentence each; empty where the cell is elsewhere. */
    public Map<PoolId, String> poolConditions() {
        return cell.poolConditions();
    }

    /** Whether this process owns the cell and takes writes. */
    public boolean isOwner() {
        return cell.role() == Cell.Role.OWNER;
    }

    /** The address of the process that owns the cell, when it is another one and known. */
    public Optional<URI> ownerElsewhere() {
        String url = cell.holder().url();
        return isOwner() || url == null ? Optional.empty() : Optional.of(URI.create(url));
    }
}

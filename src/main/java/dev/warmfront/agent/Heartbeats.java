package dev.warmfront.agent;

import dev.warmfront.cell.CellInbox;
import dev.warmfront.scheduler.Event;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Notices agents that have fallen silent. */
@ApplicationScoped
public class Heartbeats {

    private static final Logger LOG = Logger.getLogger(Heartbeats.class);
    private static final long EVERY_MILLIS = 500;

    private final AgentHub hub;
    private final CellInbox inbox;
    private final AgentConfig config;

    Heartbeats(AgentHub hub, CellInbox inbox, AgentConfig config) {
        this.hub = hub;
        this.inbox = inbox;
        this.config = config;
    }

    void start(@Observes StartupEvent event, Vertx vertx) {
        vertx.setPeriodic(EVERY_MILLIS, timer -> look());
    }

    private void look() {
        hub.silent(config.lostAfter()).forEach(instance -> inbox.submit(new Event.InstanceSilent(instance))
                .subscribe()
                .with(done -> {}, failure -> LOG.debugf("told again in a moment: %s", failure.getMessage())));
    }
}

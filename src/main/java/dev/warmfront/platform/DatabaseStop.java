package dev.warmfront.platform;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Stops the embedded server when everything else has let go of it. */
@ApplicationScoped
class DatabaseStop {

    // Last of all: where a start fails before this, the server is stopped by the process's own end.
    void started(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        EmbeddedDatabase.leaveToApplication();
    }

    void stop(@Observes @Priority(10_000) ShutdownEvent event) {
        EmbeddedDatabase.stopAll();
    }
}

package dev.warmfront.platform;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Stops the embedded server when everything else has let go of it. */
@ApplicationScoped
class DatabaseStop {

    void stop(@Observes @Priority(10_000) ShutdownEvent event) {
        EmbeddedDatabase.stopAll();
    }
}

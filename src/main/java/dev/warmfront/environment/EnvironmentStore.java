package dev.warmfront.environment;

import dev.warmfront.tenant.NamedStore;
import jakarta.inject.Singleton;

/** What machines load for tasks. */
@Singleton
class EnvironmentStore extends NamedStore<EnvironmentRow> {

    EnvironmentStore() {
        super(EnvironmentRow.class, "environment", "environmentId", EnvironmentRow.Key::new);
    }
}

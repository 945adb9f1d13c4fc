package dev.warmfront.service;

import dev.warmfront.tenant.NamedStore;
import jakarta.inject.Singleton;

/** What tasks may call. */
@Singleton
class ServiceStore extends NamedStore<ServiceRow> {

    ServiceStore() {
        super(ServiceRow.class, "service", "name", ServiceRow.Key::new);
    }
}

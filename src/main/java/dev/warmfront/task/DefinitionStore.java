package dev.warmfront.task;

import dev.warmfront.tenant.NamedStore;
import jakarta.inject.Singleton;

/** What tasks have in common. */
@Singleton
class DefinitionStore extends NamedStore<DefinitionRow> {

    DefinitionStore() {
        super(DefinitionRow.class, "task definition", "name", DefinitionRow.Key::new);
    }
}

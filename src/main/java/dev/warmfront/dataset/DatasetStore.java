package dev.warmfront.dataset;

import dev.warmfront.tenant.NamedStore;
import jakarta.inject.Singleton;

/** Files that tasks may read. */
@Singleton
class DatasetStore extends NamedStore<DatasetRow> {

    DatasetStore() {
        super(DatasetRow.class, "dataset", "name", DatasetRow.Key::new);
    }
}

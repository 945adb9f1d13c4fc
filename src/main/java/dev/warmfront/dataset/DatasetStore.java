package dev.warmfront.dataset;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Datasets of tenants. */
@ApplicationScoped
class DatasetStore {

    Uni<Boolean> exists(TenantId tenant, String name, Mutiny.Session session) {
        return session.find(DatasetRow.class, new DatasetRow.Key(tenant.value(), name))
                .map(row -> row != null);
    }

    Uni<DatasetRow> require(TenantId tenant, String name, Mutiny.Session session) {
        return session.find(DatasetRow.class, new DatasetRow.Key(tenant.value(), name))
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("There is no dataset " + name + "."));
    }

    Uni<List<DatasetRow>> list(TenantId tenant, Mutiny.Session session) {
        return session.createQuery("from DatasetRow where tenantId = :tenant order by name", DatasetRow.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    Uni<List<DatasetRow>> named(TenantId tenant, Collection<String> names, Mutiny.Session session) {
        return session.createQuery("from DatasetRow where tenantId = :tenant and name in (:names)", DatasetRow.class)
                .setParameter("tenant", tenant.value())
                .setParameter("names", names)
                .getResultList();
    }
}

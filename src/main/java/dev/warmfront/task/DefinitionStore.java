package dev.warmfront.task;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Task definitions of tenants. */
@ApplicationScoped
class DefinitionStore {

    Uni<Boolean> exists(TenantId tenant, String name, Mutiny.Session session) {
        return session.find(DefinitionRow.class, new DefinitionRow.Key(tenant.value(), name))
                .map(row -> row != null);
    }

    Uni<DefinitionRow> require(TenantId tenant, String name, Mutiny.Session session) {
        return session.find(DefinitionRow.class, new DefinitionRow.Key(tenant.value(), name))
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("There is no task definition " + name + "."));
    }

    Uni<List<DefinitionRow>> list(TenantId tenant, Mutiny.Session session) {
        return session.createQuery("from DefinitionRow where tenantId = :tenant order by name", DefinitionRow.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    Uni<List<DefinitionRow>> named(TenantId tenant, Collection<String> names, Mutiny.Session session) {
        return session.createQuery(
                        "from DefinitionRow where tenantId = :tenant and name in (:names)", DefinitionRow.class)
                .setParameter("tenant", tenant.value())
                .setParameter("names", names)
                .getResultList();
    }
}

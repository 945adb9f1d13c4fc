package dev.warmfront.service;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Services of tenants. */
@ApplicationScoped
class ServiceStore {

    Uni<Boolean> exists(TenantId tenant, String name, Mutiny.Session session) {
        return session.find(ServiceRow.class, new ServiceRow.Key(tenant.value(), name))
                .map(row -> row != null);
    }

    Uni<ServiceRow> require(TenantId tenant, String name, Mutiny.Session session) {
        return session.find(ServiceRow.class, new ServiceRow.Key(tenant.value(), name))
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("There is no service " + name + "."));
    }

    Uni<List<ServiceRow>> list(TenantId tenant, Mutiny.Session session) {
        return session.createQuery("from ServiceRow where tenantId = :tenant order by name", ServiceRow.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    Uni<List<ServiceRow>> named(TenantId tenant, Collection<String> names, Mutiny.Session session) {
        return session.createQuery("from ServiceRow where tenantId = :tenant and name in (:names)", ServiceRow.class)
                .setParameter("tenant", tenant.value())
                .setParameter("names", names)
                .getResultList();
    }
}

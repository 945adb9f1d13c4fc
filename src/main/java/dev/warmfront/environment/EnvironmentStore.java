package dev.warmfront.environment;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Environments of tenants. */
@ApplicationScoped
class EnvironmentStore {

    Uni<Boolean> exists(TenantId tenant, String id, Mutiny.Session session) {
        return session.find(EnvironmentRow.class, new EnvironmentRow.Key(tenant.value(), id))
                .map(row -> row != null);
    }

    Uni<EnvironmentRow> require(TenantId tenant, String id, Mutiny.Session session) {
        return session.find(EnvironmentRow.class, new EnvironmentRow.Key(tenant.value(), id))
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("There is no environment " + id + "."));
    }

    Uni<List<EnvironmentRow>> list(TenantId tenant, Mutiny.Session session) {
        return session.createQuery(
                        "from EnvironmentRow where tenantId = :tenant order by environmentId", EnvironmentRow.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }
}

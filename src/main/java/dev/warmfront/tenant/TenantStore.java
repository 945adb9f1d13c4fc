package dev.warmfront.tenant;

import dev.warmfront.domain.Money;
import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.YearMonth;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Tenants and their keys. */
@ApplicationScoped
class TenantStore {

    Uni<TenantRow> require(TenantId tenant, Mutiny.Session session) {
        return session.find(TenantRow.class, tenant.value())
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("There is no tenant " + tenant + "."));
    }

    /** What the tenant was charged in the month. */
    Uni<Money> spent(TenantId tenant, YearMonth month, Mutiny.Session session) {
        return session.createNativeQuery(
                        "select amount_nanos from tenant_month where tenant_id = :tenant and month = :month",
                        Long.class)
                .setParameter("tenant", tenant.value())
                .setParameter("month", month.toString())
                .getSingleResultOrNull()
                .map(nanos -> nanos == null ? Money.ZERO : Money.ofNanos(nanos));
    }

    Uni<List<ApiKeyRow>> keys(TenantId tenant, Mutiny.Session session) {
        return session.createQuery("from ApiKeyRow where tenantId = :tenant order by createdAt, keyId", ApiKeyRow.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    Uni<ApiKeyRow> requireKey(TenantId tenant, String keyId, Mutiny.Session session) {
        return session.find(ApiKeyRow.class, new ApiKeyRow.Key(tenant.value(), keyId))
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("The tenant has no key " + keyId + "."));
    }
}

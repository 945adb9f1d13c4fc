package dev.warmfront.costs;

import dev.warmfront.domain.TenantId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/** A tenant's part of the ledger, for reading. */
@ApplicationScoped
class CostStore {

    private static final String BY_KIND = """
            select kind, kind, sum(amount_nanos) from ledger
            where tenant_id = :tenant and from_at >= :from and from_at < :to group by 1, 2 order by 1
            """;

    private static final String BY_TASK_TYPE = """
            select coalesce(t.task_type, ''), l.kind, sum(l.amount_nanos) from ledger l
            left join task t on t.tenant_id = l.tenant_id and t.task_id = l.cause_task
            where l.tenant_id = :tenant and l.from_at >= :from and l.from_at < :to group by 1, 2 order by 1, 2
            """;

    private final Mutiny.SessionFactory sessions;

    CostStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** Charges whose stretch begins in the span, by key. */
    Uni<Map<String, Sums>> sums(TenantId tenant, Instant from, Instant to, boolean byTaskType) {
        return sessions.withSession(
                        session -> session.createNativeQuery(byTaskType ? BY_TASK_TYPE : BY_KIND, Object[].class)
                                .setParameter("tenant", tenant.value())
                                .setParameter("from", from)
                                .setParameter("to", to)
                                .getResultList())
                .map(Sums::grouped);
    }
}

package dev.warmfront.costs;

import dev.warmfront.domain.ChargeKind;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/** The whole ledger beside what the machines have cost: for operators. */
@ApplicationScoped
class CostDirectory {

    /** One statement, so that both sides are of one moment. */
    private static final String ALL = """
            select tenant_id, kind, sum(amount_nanos) from ledger group by 1, 2
            union all
            select '#', '', coalesce(sum(cost_nanos), 0) from instance
            union all
            select '#', 'n', count(*) from instance
            order by 1, 2
            """;

    private final Mutiny.SessionFactory sessions;

    CostDirectory(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    Uni<CostSummaryView> summary() {
        return sessions.withSession(session ->
                        session.createNativeQuery(ALL, Object[].class).getResultList())
                .map(CostDirectory::view);
    }

    private static CostSummaryView view(List<Object[]> rows) {
        long instanceCost = 0;
        long instances = 0;
        List<Object[]> ledger = new ArrayList<>();
        for (Object[] row : rows) {
            if (!row[0].equals("#")) {
                ledger.add(row);
            } else if (row[1].equals("n")) {
                instances = Sums.exact(row[2]);
            } else {
                instanceCost = Sums.exact(row[2]);
            }
        }
        Map<String, Sums> byTenant = Sums.grouped(ledger);
        Sums nobody = byTenant.remove("");
        List<CostSummaryView.TenantCostView> tenants = new ArrayList<>();
        byTenant.forEach((tenant, sums) -> tenants.add(new CostSummaryView.TenantCostView(
                tenant,
                sums.total(),
                sums.of(ChargeKind.ACTIVE),
                sums.of(ChargeKind.IDLE_HOT),
                sums.of(ChargeKind.STANDBY),
                sums.of(ChargeKind.LAUNCH))));
        long charges = tenants.stream()
                .mapToLong(CostSummaryView.TenantCostView::totalNanoUsd)
                .reduce(0L, Math::addExact);
        return new CostSummaryView(charges, nobody == null ? 0 : nobody.total(), instanceCost, instances, tenants);
    }
}

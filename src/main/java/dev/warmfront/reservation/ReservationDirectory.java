package dev.warmfront.reservation;

import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Cursor;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reservations for reading. */
@ApplicationScoped
class ReservationDirectory {

    private final Mutiny.SessionFactory sessions;

    ReservationDirectory(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * What moved last comes first.
     *
     * @param tenant whose; null for all tenants'
     * @param state in which state; null for any
     */
    Uni<List<Reservation>> list(@Nullable TenantId tenant, @Nullable ReservationState state, Cursor after, int limit) {
        String sql = "select cast(image as text) from reservation where (changed_at, task_id) < (:at, :id)"
                + (tenant == null ? "" : " and tenant_id = :tenant")
                + (state == null ? "" : " and state = :state")
                + " order by changed_at desc, task_id desc";
        return sessions.withSession(session -> {
                    var query = session.createNativeQuery(sql, String.class)
                            .setParameter("at", after.at())
                            .setParameter("id", after.id())
                            .setMaxResults(limit);
                    if (tenant != null) {
                        query.setParameter("tenant", tenant.value());
                    }
                    if (state != null) {
                        query.setParameter("state", state.name());
                    }
                    return query.getResultList();
                })
                .map(rows -> rows.stream().map(CellJson::reservation).toList());
    }
}

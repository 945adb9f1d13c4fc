package dev.warmfront.instance;

import dev.warmfront.agent.AgentHub;
import dev.warmfront.platform.Columns;
import dev.warmfront.problem.Cursor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Machines for reading, across tenants: for operators. */
@ApplicationScoped
class InstanceDirectory {

    private static final String SELECT = """
            select instance_id, provider_id, offering_id, domain, state, state_since, ref, standby_mode,
                   cast(warm as text), cast(allocations as text), hot_since, last_used_at, launch_requested_at, cause_tenant,
                   cause_task, cost_nanos
            from instance where\s""";

    private final Mutiny.SessionFactory sessions;
    private final AgentHub agents;

    InstanceDirectory(Mutiny.SessionFactory sessions, AgentHub agents) {
        this.agents = agents;
        this.sessions = sessions;
    }

    /** Newest first. */
    Uni<List<InstanceView>> list(@Nullable String state, @Nullable String pool, Cursor after, int limit) {
        String sql = SELECT
                + "(launch_requested_at, instance_id) < (:at, :id)"
                + (state == null ? "" : " and state = :state")
                + (pool == null ? "" : " and offering_id || '@' || domain = :pool")
                + " order by launch_requested_at desc, instance_id desc";
        return sessions.withSession(session -> {
                    var query = session.createNativeQuery(sql, Object[].class)
                            .setParameter("at", after.at())
                            .setParameter("id", after.id())
                            .setMaxResults(limit);
                    if (state != null) {
                        query.setParameter("state", state);
                    }
                    if (pool != null) {
                        query.setParameter("pool", pool);
                    }
                    return query.getResultList();
                })
                .map(rows -> rows.stream()
                        .map(row -> InstanceDirectory.view(row, null))
                        .toList());
    }

    Uni<Optional<InstanceView>> find(String instance) {
        return sessions.withSession(
                session -> session.createNativeQuery(SELECT + "instance_id = :instance", Object[].class)
                        .setParameter("instance", instance)
                        .getResultList()
                        .chain(rows -> rows.isEmpty()
                                ? Uni.createFrom().item(Optional.<InstanceView>empty())
                                : timeline(session, instance)
                                        .map(moves -> Optional.of(view(rows.getFirst(), moves)
                                                .with(agents.cache(instance).orElse(null))))));
    }

    private static Uni<List<InstanceView.MoveView>> timeline(Mutiny.Session session, String instance) {
        return session.createNativeQuery(
                        "select at, from_state, to_state, trigger, reason_code, reason from instance_event"
                                + " where instance_id = :instance order by number",
                        Object[].class)
                .setParameter("instance", instance)
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new InstanceView.MoveView(
                                Columns.instant(row[0]),
                                (String) row[1],
                                (String) row[2],
                                (String) row[3],
                                (String) row[4],
                                (String) row[5]))
                        .toList());
    }

    private static InstanceView view(Object[] row, @Nullable List<InstanceView.MoveView> timeline) {
        return new InstanceView(
                (String) row[0],
                row[2] + "@" + row[3],
                (String) row[1],
                (String) row[2],
                (String) row[3],
                (String) row[4],
                Columns.instant(row[5]),
                (String) row[6],
                (String) row[7],
                (String) row[8],
                (String) row[9],
                Columns.optionalInstant(row[10]),
                Columns.instant(row[11]),
                Columns.instant(row[12]),
                (String) row[13],
                (String) row[14],
                ((Number) row[15]).longValue(),
                timeline,
                null);
    }
}

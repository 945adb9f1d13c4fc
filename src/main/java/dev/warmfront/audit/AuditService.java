package dev.warmfront.audit;

import dev.warmfront.platform.Columns;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Who changed what: written with the change itself, or just after it where the cell makes the change. */
@ApplicationScoped
public class AuditService {

    /** One change. */
    public record AuditView(long number, Instant at, String actor, String action, String target, String detail) {}

    private final Mutiny.SessionFactory sessions;

    AuditService(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * Notes a change in the caller's transaction.
     *
     * @param action stable and kebab-case
     * @param target what was changed
     */
    public Uni<Void> note(Mutiny.Session session, String actor, String action, String target, String detail) {
        return session.createNativeQuery("insert into audit (tenant_id, at, actor, action, target, detail)"
                        + " values ('', now(), :actor, :action, :target, :detail)")
                .setParameter("actor", actor)
                .setParameter("action", action)
                .setParameter("target", target)
                .setParameter("detail", detail)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Notes a change that the cell made. */
    public Uni<Void> note(String actor, String action, String target, String detail) {
        return sessions.withTransaction(session -> note(session, actor, action, target, detail));
    }

    /** The newest changes before the number, newest first. */
    Uni<List<AuditView>> list(@Nullable Long before, int limit) {
        return sessions.withSession(session -> session.createNativeQuery(
                                "select number, at, actor, action, target, detail from audit"
                                        + " where tenant_id = '' and number < :before order by number desc",
                                Object[].class)
                        .setParameter("before", before == null ? Long.MAX_VALUE : before)
                        .setMaxResults(limit)
                        .getResultList())
                .map(rows -> {
                    List<AuditView> views = new ArrayList<>();
                    for (Object[] row : rows) {
                        views.add(new AuditView(
                                ((Number) row[0]).longValue(),
                                Columns.instant(row[1]),
                                (String) row[2],
                                (String) row[3],
                                (String) row[4],
                                (String) row[5]));
                    }
                    return views;
                });
    }
}

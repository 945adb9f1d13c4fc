package dev.warmfront.workflow;

import dev.warmfront.domain.TenantId;
import dev.warmfront.problem.Cursor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Workflows for reading; the cell writes them. */
@ApplicationScoped
class WorkflowStore {

    private static final String SELECT = """
            select w.workflow_id, w.name, w.tasks, w.submitted_at, t.state, count(t.task_id), max(t.finished_at)
            from (select * from workflow where tenant_id = :tenant and %s
                  order by submitted_at desc, workflow_id desc limit :limit) w
            left join task t on t.tenant_id = w.tenant_id and t.workflow_id = w.workflow_id
            group by w.workflow_id, w.name, w.tasks, w.submitted_at, t.state
            order by w.submitted_at desc, w.workflow_id desc
            """;

    private final Mutiny.SessionFactory sessions;

    WorkflowStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    Uni<Optional<WorkflowView>> find(TenantId tenant, String workflow) {
        return sessions.withSession(session -> session.createNativeQuery(
                                SELECT.formatted("workflow_id = :workflow"), Object[].class)
                        .setParameter("tenant", tenant.value())
                        .setParameter("workflow", workflow)
                        .setParameter("limit", 1)
                        .getResultList())
                .map(rows -> views(rows).stream().findFirst());
    }

    /** Newest first. */
    Uni<List<WorkflowView>> list(TenantId tenant, Cursor after, int limit) {
        return sessions.withSession(session -> session.createNativeQuery(
                                SELECT.formatted("(submitted_at, workflow_id) < (:at, :id)"), Object[].class)
                        .setParameter("tenant", tenant.value())
                        .setParameter("at", after.at())
                        .setParameter("id", after.id())
                        .setParameter("limit", limit)
                        .getResultList())
                .map(WorkflowStore::views);
    }

    private static List<WorkflowView> views(List<Object[]> rows) {
        Map<String, List<Object[]>> byWorkflow = new LinkedHashMap<>();
        rows.forEach(row -> byWorkflow
                .computeIfAbsent((String) row[0], id -> new ArrayList<>())
                .add(row));
        return byWorkflow.values().stream().map(WorkflowStore::view).toList();
    }

    private static WorkflowView view(List<Object[]> rows) {
        Object[] first = rows.getFirst();
        Map<String, Long> byState = new LinkedHashMap<>();
        Instant last = null;
        for (Object[] row : rows) {
            if (row[4] != null) {
                byState.put((String) row[4], ((Number) row[5]).longValue());
            }
            Instant finished = (Instant) row[6];
            last = finished == null || (last != null && last.isAfter(finished)) ? last : finished;
        }
        String state = state(byState);
        Instant submitted = (Instant) first[3];
        Instant finished = state.equals("RUNNING") ? null : last;
        return new WorkflowView(
                (String) first[0],
                (String) first[1],
                ((Number) first[2]).longValue(),
                state,
                byState,
                submitted,
                finished,
                seconds(submitted, finished));
    }

    private static @Nullable Double seconds(Instant from, @Nullable Instant to) {
        return to == null ? null : java.time.Duration.between(from, to).toNanos() / 1e9;
    }

    private static String state(Map<String, Long> byState) {
        for (String unfinished : List.of("PENDING", "QUEUED", "ASSIGNED", "RUNNING", "CANCELLING")) {
            if (byState.containsKey(unfinished)) {
                return "RUNNING";
            }
        }
        return byState.containsKey("FAILED") ? "FAILED" : byState.containsKey("CANCELLED") ? "CANCELLED" : "SUCCEEDED";
    }
}

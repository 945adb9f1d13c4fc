package dev.warmfront.task;

import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.platform.Columns;
import dev.warmfront.problem.Cursor;
import dev.warmfront.problem.Problems;
import dev.warmfront.scheduler.Allocation;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Tasks for reading. */
@ApplicationScoped
class TaskStore {

    /** What a list is limited to; null for no limit. */
    record Filter(
            @Nullable String state,
            @Nullable String taskType,
            @Nullable String workflow) {}

    private final Mutiny.SessionFactory sessions;

    TaskStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    Uni<TaskRow> require(TenantId tenant, String task) {
        return sessions.withSession(session -> session.find(TaskRow.class, new TaskRow.Key(tenant.value(), task)))
                .onItem()
                .ifNull()
                .failWith(() -> Problems.notFound("There is no such task."));
    }

    /** Newest first. */
    Uni<List<TaskRow>> list(TenantId tenant, Filter filter, Cursor after, int limit) {
        String query = "from TaskRow t where tenantId = :tenant"
                + " and (submittedAt < :at or (submittedAt = :at and taskId < :id))"
                + (filter.state() == null ? "" : " and state = :state")
                + (filter.taskType() == null ? "" : " and taskType = :taskType")
                + (filter.workflow() == null ? "" : " and workflowId = :workflow")
                + " order by submittedAt desc, taskId desc";
        return sessions.withSession(session -> {
            Mutiny.SelectionQuery<TaskRow> select = session.createQuery(query, TaskRow.class)
                    .setParameter("tenant", tenant.value())
                    .setParameter("at", after.at())
                    .setParameter("id", after.id())
                    .setMaxResults(limit);
            if (filter.state() != null) {
                select.setParameter("state", filter.state());
            }
            if (filter.taskType() != null) {
                select.setParameter("taskType", filter.taskType());
            }
            if (filter.workflow() != null) {
                select.setParameter("workflow", filter.workflow());
            }
            return select.getResultList();
        });
    }

    Uni<List<AttemptView>> attempts(TenantId tenant, String task) {
        return rows(tenant, """
                        select number, instance_id, assigned_at, started_at, finished_at, start_kind, result_end, exit_code,
                               detail
                        from attempt where tenant_id = :tenant and task_id = :task order by number
                        """, Map.of("task", task)).map(rows -> rows.stream()
                .map(row -> new AttemptView(
                        ((Number) row[0]).intValue(),
                        (String) row[1],
                        Columns.instant(row[2]),
                        Columns.optionalInstant(row[3]),
                        Columns.optionalInstant(row[4]),
                        (String) row[5],
                        (String) row[6],
                        row[7] == null ? null : ((Number) row[7]).intValue(),
                        ((String) row[8]).isEmpty() ? null : (String) row[8]))
                .toList());
    }

    /** The devices that the task's current attempt has on its machine. */
    Uni<List<Allocation.Device>> gpus(TenantId tenant, TaskRow task) {
        return rows(tenant, """
                        select cast(i.allocations as text), cast(i.offering as text)
                        from instance i join task t on t.cell_id = i.cell_id and t.instance_id = i.instance_id
                        where t.tenant_id = :tenant and t.task_id = :task
                        """, Map.of("task", task.taskId)).map(rows -> rows.stream()
                .flatMap(row -> CellJson.allocations((String) row[0]).stream()
                        .filter(allocation -> allocation
                                .attempt()
                                .equals(new AttemptId(tenant, new TaskId(task.taskId), task.attempt)))
                        .flatMap(allocation ->
                                allocation
                                        .devices(CellJson.offering((String) row[1])
                                                .machineType()
                                                .capacity())
                                        .stream()))
                .toList());
    }

    Uni<byte[]> log(TenantId tenant, String task, int attempt, String stream) {
        return rows(tenant, """
                        select offset_bytes, bytes from task_log
                        where tenant_id = :tenant and task_id = :task and attempt = :attempt and stream = :stream
                        order by offset_bytes
                        """, Map.of("task", task, "attempt", attempt, "stream", stream))
                .map(TaskStore::joined);
    }

    /** Pieces may overlap when an agent repeated itself; a piece whose forerunner is missing ends what can be shown. */
    private static byte[] joined(List<Object[]> pieces) {
        var all = new java.io.ByteArrayOutputStream();
        for (Object[] piece : pieces) {
            int offset = ((Number) piece[0]).intValue();
            byte[] bytes = (byte[]) piece[1];
            int known = all.size() - offset;
            if (known < 0) {
                break;
            }
            if (known < bytes.length) {
                all.write(bytes, known, bytes.length - known);
            }
        }
        return all.toByteArray();
    }

    Uni<List<SampleView>> samples(TenantId tenant, String task, int attempt) {
        return rows(tenant, """
                        select at, cpu_millis, memory_bytes, read_bytes_per_second, written_bytes_per_second,
                               network_bytes_per_second
                        from usage_sample where tenant_id = :tenant and task_id = :task and attempt = :attempt
                        order by at limit 100000
                        """, Map.of("task", task, "attempt", attempt)).map(rows -> rows.stream()
                .map(row -> new SampleView(
                        Columns.instant(row[0]),
                        number(row[1]),
                        number(row[2]),
                        number(row[3]),
                        number(row[4]),
                        number(row[5])))
                .toList());
    }

    Uni<SummaryView> summary(TenantId tenant, @Nullable String workflow) {
        String of = workflow == null ? "" : " and workflow_id = :workflow";
        Map<String, Object> parameters = workflow == null ? Map.of() : Map.of("workflow", workflow);
        String states = "select state, count(*) from task where tenant_id = :tenant" + of + " group by state";
        String waits = """
                select start_kind, count(*),
                       percentile_disc(0.5) within group (order by wait), percentile_disc(0.95) within group (order by wait),
                       percentile_disc(0.99) within group (order by wait), max(wait)
                from (select start_kind, cast(extract(epoch from started_at - eligible_at) as double precision) as wait
                      from task where tenant_id = :tenant and started_at is not null and start_kind is not null%s) w
                group by grouping sets ((start_kind), ())
                """.formatted(of);
        String doubles = """
                select count(*) from (
                    select a.finished_at, lead(a.started_at) over (partition by a.task_id order by a.number) as next_start
                    from attempt a join task t on t.tenant_id = a.tenant_id and t.task_id = a.task_id
                    where a.tenant_id = :tenant%s) w
                where next_start is not null and (finished_at is null or next_start < finished_at)
                """.formatted(of.replace("workflow_id", "t.workflow_id"));
        String lost = """
                select count(*) from task t join instance i on i.cell_id = t.cell_id and i.instance_id = t.instance_id
                where t.tenant_id = :tenant%s and t.state in ('ASSIGNED', 'RUNNING', 'CANCELLING')
                  and i.state in ('TERMINATED', 'FAILED')
                """.formatted(of);
        return Uni.combine()
                .all()
                .unis(
                        rows(tenant, states, parameters),
                        rows(tenant, waits, parameters),
                        rows(tenant, doubles, parameters),
                        rows(tenant, lost, parameters))
                .usingConcurrencyOf(1)
                .asTuple()
                .map(four -> summary(four.getItem1(), four.getItem2(), count(four.getItem3()), count(four.getItem4())));
    }

    private static long count(List<Object[]> rows) {
        return number(rows.getFirst()[0]);
    }

    private static SummaryView summary(List<Object[]> states, List<Object[]> waits, long doubles, long lost) {
        Map<String, Long> byState = new LinkedHashMap<>();
        states.forEach(row -> byState.put((String) row[0], number(row[1])));
        Map<String, SummaryView.WaitsView> byStartKind = new LinkedHashMap<>();
        SummaryView.WaitsView all = new SummaryView.WaitsView(0, 0, 0, 0, 0);
        for (Object[] row : waits) {
            if (number(row[1]) == 0) {
                continue;
            }
            var view = new SummaryView.WaitsView(
                    number(row[1]), decimal(row[2]), decimal(row[3]), decimal(row[4]), decimal(row[5]));
            if (row[0] == null) {
                all = view;
            } else {
                byStartKind.put((String) row[0], view);
            }
        }
        long total = byState.values().stream().mapToLong(Long::longValue).sum();
        return new SummaryView(total, byState, byStartKind, all, doubles, lost);
    }

    private Uni<List<Object[]>> rows(TenantId tenant, String sql, Map<String, ?> parameters) {
        return sessions.withSession(session -> {
                    var query = session.createNativeQuery(sql).setParameter("tenant", tenant.value());
                    parameters.forEach(query::setParameter);
                    return query.getResultList();
                })
                .map(rows -> {
                    List<Object[]> all = new ArrayList<>();
                    for (Object row : rows) {
                        all.add(row instanceof Object[] columns ? columns : new Object[] {row});
                    }
                    return all;
                });
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static double decimal(Object value) {
        return ((Number) value).doubleValue();
    }
}

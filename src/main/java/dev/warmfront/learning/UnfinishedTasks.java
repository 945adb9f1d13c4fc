package dev.warmfront.learning;

import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tasks whose future is asked for, as their rows tell of them. */
@ApplicationScoped
class UnfinishedTasks {

    /** Of more, the oldest are told of: a cell holds no more in a workflow. */
    static final int MOST = 20_000;

    private static final String OF_WORKFLOW = """
            select spec, state, started_at from task where tenant_id = $1 and workflow_id = $2 order by task_id limit $3
            """;

    private static final String OF_TENANT = """
            select spec, state, started_at from task
            where tenant_id = $1 and cell_id = $2 and live order by submitted_at, task_id limit $3
            """;

    private final Pool pool;

    UnfinishedTasks(Pool pool) {
        this.pool = pool;
    }

    /**
     * One task.
     *
     * @param startedAt when its present attempt began to run; null where none does
     */
    record Task(TaskSpec spec, TaskState state, @Nullable Instant startedAt) {

        boolean isRunning() {
            return state == TaskState.RUNNING && startedAt != null;
        }

        /** Seconds since it began to run; 0 where it has not. */
        double elapsed(Instant now) {
            return startedAt == null || !isRunning()
                    ? 0
                    : Math.max(0, java.time.Duration.between(startedAt, now).toMillis() / 1e3);
        }
    }

    /** All tasks of a workflow, those that have ended too; none where there is no such workflow. */
    Uni<List<Task>> ofWorkflow(TenantId tenant, String workflow) {
        return read(OF_WORKFLOW, Tuple.of(tenant.value(), workflow, MOST));
    }

    /** What a tenant wants done and is not. */
    Uni<List<Task>> ofTenant(TenantId tenant, String cell) {
        return read(OF_TENANT, Tuple.of(tenant.value(), cell, MOST));
    }

    private Uni<List<Task>> read(String sql, Tuple arguments) {
        return Uni.createFrom()
                .completionStage(
                        () -> pool.preparedQuery(sql).execute(arguments).toCompletionStage())
                .map(rows -> {
                    List<Task> tasks = new ArrayList<>();
                    for (Row row : rows) {
                        OffsetDateTime started = row.getOffsetDateTime("started_at");
                        tasks.add(new Task(
                                CellJson.spec(row.getString("spec")),
                                TaskState.valueOf(row.getString("state")),
                                started == null ? null : started.toInstant()));
                    }
                    return tasks;
                });
    }
}

package dev.warmfront.cell;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Charge;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.platform.TableWriter;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.PoolAdvice;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TenantAccount;
import dev.warmfront.scheduler.Workflow;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch in one transaction, all statements pipelined behind the fence: if the cell is no longer owned at this epoch
 * the fence raises, and what follows fails with it.
 */
final class BatchWriter {

    static final TypeReference<ProviderOutcome> OUTCOME = new TypeReference<>() {};

    private final Pool pool;
    private final CellId cell;
    private final TableWriter.Statement<Task> insertFreshTasks;
    private final TableWriter.Statement<Task> insertTasks;
    private final TableWriter.Statement<Task> updateTasks;
    private final TableWriter.Statement<Batch.Attempt> upsertAttempts;
    private final TableWriter.Statement<Instance> upsertInstances;
    private final TableWriter.Statement<Batch.Transition> insertTransitions;
    private final TableWriter.Statement<Intent> upsertIntents;
    private final TableWriter.Statement<Workflow> insertWorkflows;
    private final TableWriter.Statement<Charge> insertCharges;
    private final TableWriter.Statement<TenantAccount> addAccounts;
    private final TableWriter.Statement<Batch.PoolRow> upsertPools;
    private final TableWriter.Statement<PoolAdvice> upsertAdvice;
    private final TableWriter.Statement<Reservation> upsertReservations;

    BatchWriter(Pool pool, CellId cell) {
        this.pool = pool;
        this.cell = cell;
        TableWriter<Task> tasks = taskTable(cell);
        this.insertFreshTasks = freshTaskTable(cell).insert();
        this.insertTasks = tasks.insert();
        this.updateTasks = tasks.update();
        this.upsertAttempts = attemptTable().upsert();
        this.upsertInstances = instanceTable(cell).upsert();
        this.insertTransitions = transitionTable(cell).insert();
        this.upsertIntents = intentTable(cell).upsert();
        this.insertWorkflows = new TableWriter<Workflow>("workflow")
                .keyText("tenant_id", workflow -> workflow.tenant().value())
                .keyText("workflow_id", workflow -> workflow.id().value())
                .fixedText("cell_id", workflow -> cell.value())
                .fixedText("name", Workflow::name)
                .fixedInt("tasks", Workflow::tasks)
                .fixedTime("submitted_at", Workflow::submittedAt)
                .insert();
        this.insertCharges = chargeTable(cell).insert();
        this.addAccounts = new TableWriter<TenantAccount>("tenant_month")
                .keyText("tenant_id", account -> account.tenant().value())
                .keyText("month", account -> account.month().toString())
                .sum("amount_nanos", account -> account.spent().nanos())
                .latest("last_active_at", TenantAccount::lastActive)
                .upsert();
        this.upsertPools = new TableWriter<Batch.PoolRow>("pool")
                .keyText("cell_id", row -> cell.value())
                .keyText("pool_id", Batch.PoolRow::id)
                .json("settings", row -> CellJson.write(row.settings()))
                .upsert();
        this.upsertAdvice = new TableWriter<PoolAdvice>("pool_advice")
                .keyText("cell_id", advice -> cell.value())
                .keyText("pool_id", advice -> advice.pool().toString())
                .text("policy", PoolAdvice::policy)
                .integer("launches", PoolAdvice::launches)
                .integer("starts", PoolAdvice::starts)
                .integer("stops", PoolAdvice::stops)
                .integer("ends", PoolAdvice::ends)
                .integer("loads", PoolAdvice::loads)
                .text("reason", PoolAdvice::reason)
                .upsert();
        this.upsertReservations = new TableWriter<Reservation>("reservation")
                .keyText("tenant_id", reservation -> reservation.tenant().value())
                .keyText("task_id", reservation -> reservation.task().value())
                .fixedText("cell_id", reservation -> cell.value())
                .text("instance_id", reservation -> reservation.instance().value())
                .text("state", reservation -> reservation.state().name())
                .text("trigger", reservation -> reservation.trigger().name())
                .time("changed_at", Reservation::changedAt)
                .json("image", CellJson::write)
                .upsert();
    }

    /**
     * Writes the batch.
     *
     * @return completes when it is durable; fails, with nothing written, when it is not. A failure of the commit itself
     *     leaves open whether it is: the cell reads its state again in either case.
     */
    Future<Void> write(Batch batch, long epoch, long nextSequence) {
        return pool.getConnection().compose(connection -> write(connection, batch, epoch, nextSequence)
                .eventually(() -> connection.close()));
    }

    private Future<Void> write(SqlConnection connection, Batch batch, long epoch, long nextSequence) {
        List<Future<RowSet<Row>>> sent = new ArrayList<>();
        sent.add(connection.query("begin").execute());
        sent.add(connection
                .preparedQuery("select cell_fence($1, $2, $3)")
                .execute(Tuple.of(cell.value(), epoch, nextSequence)));
        insertWorkflows.send(connection, batch.workflows(), sent);
        insertFreshTasks.send(connection, batch.freshTasks(), sent);
        insertTasks.send(connection, batch.insertedTasks(), sent);
        updateTasks.send(connection, batch.updatedTasks(), sent);
        upsertAttempts.send(connection, batch.attempts(), sent);
        upsertInstances.send(connection, batch.instances(), sent);
        insertTransitions.send(connection, batch.transitions(), sent);
        upsertIntents.send(connection, batch.intents(), sent);
        insertCharges.send(connection, batch.charges(), sent);
        addAccounts.send(connection, batch.accounts(), sent);
        upsertPools.send(connection, batch.pools(), sent);
        upsertAdvice.send(connection, batch.advice(), sent);
        upsertReservations.send(connection, batch.reservations(), sent);
        for (OnceOnly once : batch.onceOnly()) {
            sent.add(remember(connection, once, batch));
        }
        // Behind a failed statement the server turns this into a rollback; then one of the futures before it has
        // failed.
        sent.add(connection.query("commit").execute());
        return Future.join(sent).mapEmpty();
    }

    private static Future<RowSet<Row>> remember(SqlConnection connection, OnceOnly once, Batch batch) {
        return connection
                .preparedQuery("insert into idempotency (tenant_id, key, request_hash, status, body, created_at)"
                        + " values ($1, $2, $3, $4, $5, $6) on conflict do nothing")
                .execute(Tuple.of(
                        once.tenant().value(),
                        once.key(),
                        Buffer.buffer(once.requestHash()),
                        once.status(),
                        once.body(),
                        batch.at().atOffset(ZoneOffset.UTC)));
    }

    /** Of a task that has only been submitted most columns have their defaults: a third of the work of a whole row. */
    private static TableWriter<Task> freshTaskTable(CellId cell) {
        return new TableWriter<Task>("task")
                .keyText("tenant_id", task -> task.spec().tenant().value())
                .keyText("task_id", task -> task.spec().id().value())
                .fixedText("cell_id", task -> cell.value())
                .fixedText("workflow_id", BatchWriter::workflowOf)
                .fixedText("task_type", task -> task.spec().taskType())
                .fixedText("name", task -> task.spec().name())
                .fixedText("spec", task -> CellJson.write(task.spec()))
                .fixedText("state", task -> task.state().name())
                .fixedTime("submitted_at", Task::submittedAt)
                .fixedTime("eligible_at", Task::eligibleAt);
    }

    private static @Nullable String workflowOf(Task task) {
        return task.spec().workflow() == null ? null : task.spec().workflow().value();
    }

    private static TableWriter<Task> taskTable(CellId cell) {
        return new TableWriter<Task>("task")
                .keyText("tenant_id", task -> task.spec().tenant().value())
                .keyText("task_id", task -> task.spec().id().value())
                .fixedText("cell_id", task -> cell.value())
                .fixedText("workflow_id", BatchWriter::workflowOf)
                .fixedText("task_type", task -> task.spec().taskType())
                .fixedText("name", task -> task.spec().name())
                .fixedText("spec", task -> CellJson.write(task.spec()))
                .text("state", task -> task.state().name())
                .bool("live", task -> !task.state().isFinal())
                .integer("attempt", Task::attempt)
                .integer("failures", Task::failures)
                .integer("losses", Task::losses)
                .text(
                        "instance_id",
                        task -> task.instance() == null ? null : task.instance().value())
                .fixedTime("submitted_at", Task::submittedAt)
                .time("eligible_at", Task::eligibleAt)
                .time("not_before", Task::notBefore)
                .time("assigned_at", Task::assignedAt)
                .time("started_at", Task::startedAt)
                .time("finished_at", Task::finishedAt)
                .text(
                        "start_kind",
                        task -> task.startKind() == null
                                ? null
                                : task.startKind().name())
                .text("result_end", ofResult(result -> result.end().name()))
                .integer("exit_code", ofResult(AttemptResult::exitCode))
                .text("result_detail", ofResult(AttemptResult::detail))
                .bigint("cpu_nanos", ofResult(result -> result.usage().cpuNanos()))
                .bigint("peak_memory_bytes", ofResult(result -> result.usage().peakMemoryBytes()))
                .bigint("read_bytes", ofResult(result -> result.usage().readBytes()))
                .bigint("written_bytes", ofResult(result -> result.usage().writtenBytes()))
                .bigint("network_bytes", ofResult(result -> result.usage().networkBytes()))
                .bigint("wall_nanos", ofResult(result -> result.usage().wallNanos()))
                .text(
                        "outputs",
                        ofResult(result -> result.outputs().isEmpty() ? null : CellJson.write(result.outputs())))
                .text("detail", Task::detail);
    }

    private static Function<Task, @Nullable Object> ofResult(Function<AttemptResult, @Nullable Object> value) {
        return task -> {
            AttemptResult result = task.result();
            return result == null ? null : value.apply(result);
        };
    }

    private static TableWriter<Batch.Attempt> attemptTable() {
        return new TableWriter<Batch.Attempt>("attempt")
                .keyText("tenant_id", attempt -> attempt.id().tenant().value())
                .keyText("task_id", attempt -> attempt.id().task().value())
                .keyInt("number", attempt -> attempt.id().number())
                .fixedText("instance_id", attempt -> attempt.instance().value())
                .fixedTime("assigned_at", Batch.Attempt::assignedAt)
                .time("started_at", Batch.Attempt::startedAt)
                .time("finished_at", Batch.Attempt::finishedAt)
                .text(
                        "start_kind",
                        attempt -> attempt.startKind() == null
                                ? null
                                : attempt.startKind().name())
                .text("result_end", Batch.Attempt::end)
                .integer("exit_code", Batch.Attempt::exitCode)
                .text("detail", Batch.Attempt::detail);
    }

    private static TableWriter<Instance> instanceTable(CellId cell) {
        return new TableWriter<Instance>("instance")
                .keyText("cell_id", instance -> cell.value())
                .keyText("instance_id", instance -> instance.id().value())
                .fixedText(
                        "provider_id",
                        instance -> instance.offering().placement().provider().value())
                .fixedText("offering_id", instance -> instance.offering().id().value())
                .json("offering", instance -> CellJson.write(instance.offering()))
                .fixedText("domain", instance -> instance.domain().key())
                .text("state", instance -> instance.state().name())
                .time("state_since", Instance::stateSince)
                .text("ref", Instance::ref)
                .json("warm", instance -> CellJson.write(instance.warm()))
                .json("warming", instance -> CellJson.write(instance.warming()))
                .json("allocations", instance -> CellJson.write(instance.allocations()))
                .text(
                        "standby_mode",
                        instance -> instance.standbyMode() == null
                                ? null
                                : instance.standbyMode().name())
                .text("woken_from", instance -> instance.wokenFrom().name())
                .time("hot_since", Instance::hotSince)
                .time("last_used_at", Instance::lastUsedAt)
                .bigint("last_use", Instance::lastUse)
                .text("cause_tenant", BatchWriter::tenantOf)
                .text("cause_task", BatchWriter::taskOf)
                .time("rate_since", Instance::rateSince)
                .time("charged_until", Instance::chargedUntil)
                .bigint("cost_nanos", instance -> instance.cost().nanos())
                .fixedTime("launch_requested_at", Instance::launchRequestedAt);
    }

    private static @Nullable String tenantOf(Instance instance) {
        return instance.cause() == null ? null : instance.cause().tenant().value();
    }

    private static @Nullable String taskOf(Instance instance) {
        return instance.cause() == null ? null : instance.cause().task().value();
    }

    private static TableWriter<Batch.Transition> transitionTable(CellId cell) {
        return new TableWriter<Batch.Transition>("instance_event")
                .fixedText("cell_id", move -> cell.value())
                .fixedText("instance_id", move -> move.instance().value())
                .fixedTime("at", Batch.Transition::at)
                .fixedText(
                        "from_state",
                        move -> move.from() == null ? null : move.from().name())
                .fixedText("to_state", move -> move.to().name())
                .fixedText("trigger", Batch.Transition::trigger)
                .fixedText("reason_code", Batch.Transition::code)
                .fixedText("reason", Batch.Transition::reason)
                .fixedText(
                        "environment", move -> move.environment() == null ? null : CellJson.write(move.environment()));
    }

    private static TableWriter<Intent> intentTable(CellId cell) {
        return new TableWriter<Intent>("intent")
                .keyText("cell_id", intent -> cell.value())
                .keyText("token", intent -> intent.token().value())
                .fixedText("kind", intent -> intent.kind().name())
                .fixedText("instance_id", intent -> intent.instance().value())
                .fixedText("provider_id", intent -> intent.provider().value())
                .fixedText("ref", Intent::ref)
                .fixedText(
                        "standby_mode",
                        intent -> intent.standbyMode() == null
                                ? null
                                : intent.standbyMode().name())
                .fixedBoolean("speculative", Intent::speculative)
                .fixedTime("issued_at", Intent::issuedAt)
                .json(
                        "outcome",
                        intent -> intent.outcome() == null ? null : CellJson.writeAs(OUTCOME, intent.outcome()));
    }

    private static TableWriter<Charge> chargeTable(CellId cell) {
        return new TableWriter<Charge>("ledger")
                .fixedText(
                        "tenant_id",
                        charge -> charge.tenant() == null ? "" : charge.tenant().value())
                .fixedText("cell_id", charge -> cell.value())
                .fixedText("instance_id", charge -> charge.instance().value())
                .fixedText("kind", charge -> charge.kind().name())
                .fixedLong("amount_nanos", charge -> charge.amount().nanos())
                .fixedTime("from_at", Charge::from)
                .fixedTime("to_at", Charge::to)
                .fixedText(
                        "cause_task",
                        charge -> charge.cause() == null ? null : charge.cause().value());
    }
}

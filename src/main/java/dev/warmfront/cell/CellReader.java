package dev.warmfront.cell;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentId;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.domain.Tier;
import dev.warmfront.platform.Blocking;
import dev.warmfront.scheduler.Cause;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.InstanceTrigger;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.PastLoad;
import dev.warmfront.scheduler.PastTask;
import dev.warmfront.scheduler.PoolAdvice;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Snapshot;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TenantAccount;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads back what a cell must know to go on: everything that is not final. Blocks; called by the cell's thread. */
final class CellReader {

    private static final TypeReference<TreeSet<EnvironmentKey>> ENVIRONMENTS = new TypeReference<>() {};
    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};
    private static final TypeReference<TreeMap<String, String>> VARIABLES = new TypeReference<>() {};

    /** Of unfinished tasks: what is set aside for them, and those whose last attempt was stopped. */
    private static final String RESERVATIONS = "select image::text as image from reservation r"
            + " join task t using (tenant_id, task_id)"
            + " where r.cell_id = $1 and t.live and (r.state in ('SOFT', 'COMMITTED') or r.trigger = 'STOPPED')";

    private final Pool pool;
    private final CellId cell;

    CellReader(Pool pool, CellId cell) {
        this.pool = pool;
        this.cell = cell;
    }

    Snapshot read(List<Offering> offerings) {
        SortedMap<PoolId, PoolSettings> pools = new TreeMap<>();
        PoolSettings defaultPool = PoolSettings.DEFAULT;
        for (Row row : rows("select pool_id, settings::text as settings from pool where cell_id = $1")) {
            PoolSettings settings = CellJson.read(PoolSettings.class, row.getString("settings"));
            if (row.getString("pool_id").isEmpty()) {
                defaultPool = settings;
            } else {
                pools.put(PoolId.parse(row.getString("pool_id")), settings);
            }
        }
        long nextSequence = rows("select next_sequence from cell where cell_id = $1")
                .getFirst()
                .getLong("next_sequence");
        return new Snapshot(
                nextSequence,
                all("select *, placements::text as placements_json from tenant where cell_id = $1", CellReader::tenant),
                all(
                        "select distinct on (tenant_id) tenant_id, month, amount_nanos,"
                                + " max(last_active_at) over (partition by tenant_id) as last_active_at"
                                + " from tenant_month join tenant using (tenant_id)"
                                + " where cell_id = $1 order by tenant_id, month desc",
                        CellReader::account),
                all(
                        "select e.tenant_id, environment_id, warm_up::text as warm_up, variables::text as variables"
                                + " from environment e join tenant t using (tenant_id) where t.cell_id = $1",
                        CellReader::environment),
                offerings,
                defaultPool,
                pools,
                all("select * from pool_advice where cell_id = $1", CellReader::advice),
                tasks(),
                all(
                        "select *, offering::text as offering_json, warm::text as warm_json,"
                                + " warming::text as warming_json, allocations::text as allocations_json"
                                + " from instance where cell_id = $1 and state not in ('TERMINATED', 'FAILED')",
                        CellReader::instance),
                all("select * from intent where cell_id = $1 and outcome is null", CellReader::intent),
                all(RESERVATIONS, row -> CellJson.reservation(row.getString("image"))));
    }

    /** Live tasks, and the finished ones of workflows in which something still waits: they may be its parents. */
    private List<Task> tasks() {
        String live = "select * from task" + " where cell_id = $1 and live";
        String finishedParents = "select t.* from task t"
                + " join (select tenant_id, workflow_id, bool_or(state = 'PENDING') as pending from task"
                + "        where cell_id = $1 and live and workflow_id is not null group by 1, 2) w"
                + " using (tenant_id, workflow_id)"
                + " where t.state = 'SUCCEEDED' and (w.pending or t.outputs is not null)";
        List<Task> tasks = new ArrayList<>(all(live, CellReader::task));
        tasks.addAll(all(finishedParents, CellReader::task));
        return tasks;
    }

    /**
     * Tasks that policies should know of: those that are not final, and the latest of those that are.
     *
     * @param since final ones that ended before are left out
     * @param limit final ones at most
     */
    List<PastTask> past(Instant since, int limit) {
        String columns = "select spec, eligible_at, assigned_at, finished_at from task where cell_id = $1";
        List<PastTask> past = new ArrayList<>(all(columns + " and live and eligible_at is not null", CellReader::past));
        Tuple arguments = Tuple.of(cell.value(), since.atOffset(ZoneOffset.UTC), limit);
        Blocking.await(pool.preparedQuery(columns + " and not live and finished_at >= $2 and eligible_at is not null"
                                + " order by finished_at desc limit $3")
                        .execute(arguments))
                .forEach(row -> past.add(past(row)));
        return past;
    }

    /**
     * How long environments took to load, in the order of time.
     *
     * @param since loads that began before are left out
     * @param limit at most, the latest
     */
    List<PastLoad> pastLoads(Instant since, int limit) {
        String loads = """
                select * from (
                    select b.environment, b.at, e.at as ended, e.trigger
                    from instance_event b cross join lateral (
                        select at, trigger from instance_event
                        where cell_id = b.cell_id and instance_id = b.instance_id and number > b.number
                        order by number limit 1) e
                    where b.cell_id = $1 and b.at >= $2 and b.environment is not null
                        and e.trigger in ('WARMED', 'WARM_UP_FAILED')
                    order by b.at desc limit $3) latest
                order by at
                """;
        Tuple arguments = Tuple.of(cell.value(), since.atOffset(ZoneOffset.UTC), limit);
        List<PastLoad> past = new ArrayList<>();
        for (Row row : Blocking.await(pool.preparedQuery(loads).execute(arguments))) {
            boolean failed = row.getString("trigger").equals(InstanceTrigger.WARM_UP_FAILED.name());
            past.add(new PastLoad(
                    CellJson.read(EnvironmentKey.class, row.getString("environment")),
                    failed ? null : Duration.between(requiredTime(row, "at"), requiredTime(row, "ended"))));
        }
        return past;
    }

    private static PastTask past(Row row) {
        return new PastTask(
                CellJson.read(TaskSpec.class, row.getString("spec")),
                requiredTime(row, "eligible_at"),
                time(row, "assigned_at"),
                time(row, "finished_at"));
    }

    private <T> List<T> all(String sql, Function<Row, T> read) {
        return rows(sql).stream().map(read).toList();
    }

    private List<Row> rows(String sql) {
        List<Row> rows = new ArrayList<>();
        Blocking.await(pool.preparedQuery(sql).execute(Tuple.of(cell.value()))).forEach(rows::add);
        return rows;
    }

    private static PoolAdvice advice(Row row) {
        return new PoolAdvice(
                PoolId.parse(row.getString("pool_id")),
                row.getString("policy"),
                row.getInteger("launches"),
                row.getInteger("starts"),
                row.getInteger("stops"),
                row.getInteger("ends"),
                row.getInteger("loads"),
                row.getString("reason"));
    }

    private static TenantProfile tenant(Row row) {
        return new TenantProfile(
                new TenantId(row.getString("tenant_id")),
                row.getInteger("weight"),
                Isolation.valueOf(row.getString("isolation")),
                new TenantSettings(
                        optional(row.getLong("monthly_budget_nanos"), Money::ofNanos),
                        Duration.ofMillis(row.getLong("min_retention_millis")),
                        optional(row.getLong("max_retention_millis"), Duration::ofMillis),
                        new Objective(
                                optional(row.getLong("p95_wait_millis"), Duration::ofMillis),
                                optional(row.getLong("wait_price_nanos_per_hour"), HourlyRate::new)),
                        new MachineLimits(
                                CellJson.placements(row.getString("placements_json")),
                                row.getInteger("spot_share_ppm"))));
    }

    private static TenantAccount account(Row row) {
        return new TenantAccount(
                new TenantId(row.getString("tenant_id")),
                YearMonth.parse(row.getString("month")),
                Money.ofNanos(row.getLong("amount_nanos")),
                time(row, "last_active_at"));
    }

    private static Snapshot.TenantEnvironment environment(Row row) {
        return new Snapshot.TenantEnvironment(
                new TenantId(row.getString("tenant_id")),
                new Environment(
                        new EnvironmentId(row.getString("environment_id")),
                        CellJson.read(STRINGS, row.getString("warm_up")),
                        CellJson.read(VARIABLES, row.getString("variables"))));
    }

    private static Task task(Row row) {
        String end = row.getString("result_end");
        AttemptResult result = end == null
                ? null
                : new AttemptResult(
                        AttemptResult.End.valueOf(end),
                        row.getInteger("exit_code"),
                        row.getString("result_detail"),
                        new AttemptResult.Usage(
                                row.getLong("cpu_nanos"),
                                row.getLong("peak_memory_bytes"),
                                row.getLong("read_bytes"),
                                row.getLong("written_bytes"),
                                row.getLong("network_bytes"),
                                row.getLong("wall_nanos")),
                        CellJson.outputs(row.getString("outputs")));
        return new Task(
                CellJson.read(TaskSpec.class, row.getString("spec")),
                TaskState.valueOf(row.getString("state")),
                row.getInteger("attempt"),
                row.getInteger("failures"),
                row.getInteger("losses"),
                optional(row.getString("instance_id"), InstanceId::new),
                requiredTime(row, "submitted_at"),
                time(row, "eligible_at"),
                time(row, "not_before"),
                time(row, "assigned_at"),
                time(row, "started_at"),
                time(row, "finished_at"),
                optional(row.getString("start_kind"), Tier::valueOf),
                result,
                row.getString("detail"));
    }

    private static Instance instance(Row row) {
        String causeTenant = row.getString("cause_tenant");
        String causeTask = row.getString("cause_task");
        Cause cause = causeTenant == null || causeTask == null
                ? null
                : new Cause(new TenantId(causeTenant), new TaskId(causeTask));
        return new Instance(
                new InstanceId(row.getString("instance_id")),
                CellJson.read(Offering.class, row.getString("offering_json")),
                new IsolationDomain(row.getString("domain")),
                InstanceState.valueOf(row.getString("state")),
                requiredTime(row, "state_since"),
                row.getString("ref"),
                environments(row.getString("warm_json")),
                environments(row.getString("warming_json")),
                CellJson.allocations(row.getString("allocations_json")),
                optional(row.getString("standby_mode"), StandbyMode::valueOf),
                Tier.valueOf(row.getString("woken_from")),
                time(row, "hot_since"),
                requiredTime(row, "last_used_at"),
                row.getLong("last_use"),
                cause,
                time(row, "rate_since"),
                time(row, "charged_until"),
                Money.ofNanos(row.getLong("cost_nanos")),
                requiredTime(row, "launch_requested_at"));
    }

    private static SortedSet<EnvironmentKey> environments(String json) {
        return Collections.unmodifiableSortedSet(CellJson.read(ENVIRONMENTS, json));
    }

    private static Intent intent(Row row) {
        return new Intent(
                new IntentToken(row.getString("token")),
                Intent.Kind.valueOf(row.getString("kind")),
                new InstanceId(row.getString("instance_id")),
                new ProviderId(row.getString("provider_id")),
                row.getString("ref"),
                optional(row.getString("standby_mode"), StandbyMode::valueOf),
                row.getBoolean("speculative"),
                requiredTime(row, "issued_at"),
                null);
    }

    private static <V, T> @Nullable T optional(@Nullable V value, Function<V, T> read) {
        return value == null ? null : read.apply(value);
    }

    private static Instant requiredTime(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    private static @Nullable Instant time(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return value == null ? null : value.toInstant();
    }
}

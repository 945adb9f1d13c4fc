package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measurements, each on a control plane of its own that leaves nothing behind. */
@Command(
        name = "bench",
        description = "Measure this installation on this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {ForecastBench.class, LearnerBench.class, LiveBench.class})
final class BenchCommand implements Callable<Integer> {

    private static final LocalFleet FLEET = new LocalFleet(2, 1000, 512L << 20, "0.10", BigDecimal.ZERO);
    private static final String TENANT = "bench";
    private static final int BATCH = 1_000;
    private static final int BATCH_CONNECTIONS = 16;
    private static final int ROUNDS = 2;
    private static final double KEEP_ALIVE_SECONDS = 600;
    private static final double WARM_UP_SECONDS = 2;

    private final Context context;

    BenchCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        throw CliException.badUse("bench wants to know what: submit, footprint, live, forecast or learner");
    }

    @Command(
            name = "submit",
            description = {
                "Single and batch submits beside pgbench on the same PostgreSQL in the same run, then from submit to the",
                "process's start on a hot machine beside starting the same command directly."
            },
            mixinStandardHelpOptions = true)
    int submit(
            @Option(names = "--connections", defaultValue = "64", description = "Clients. Default: 64.")
                    int connections,
            @Option(names = "--seconds", defaultValue = "10", description = "Per measurement. Default: 10.")
                    double seconds,
            @Option(names = "--starts", defaultValue = "200", description = "Hot starts measured. Default: 200.")
                    int starts)
            throws InterruptedException {
        if (connections < 1 || !(seconds >= ROUNDS) || starts < 1) {
            throw CliException.badUse("--connections and --starts must be ≥ 1, --seconds ≥ " + ROUNDS);
        }
        try (Sandbox sandbox = Sandbox.start(context, "bench", FLEET, unlimited());
                Progress progress = new Progress(context, "bench")) {
            ControlPlane controlPlane = sandbox.controlPlane();
            progress.at(0, 0, "starting");
            controlPlane.awaitReady();
            Installation installation = new Installation(controlPlane);
            String key = tenantKey(installation);
            Api tenant = new Api(controlPlane.url(), key, "");
            progress.at(0, 0, "hot starts");
            installation.poolSettings(KEEP_ALIVE_SECONDS, 1, FLEET.maxInstances(), false);
            HotStarts hot = HotStarts.measure(tenant, starts);
            // From here on only submitting is measured: no task must take the processor away from it.
            installation.poolSettings(KEEP_ALIVE_SECONDS, 0, FLEET.maxInstances(), true);
            installation.drainAll(WARM_UP_SECONDS * 10);
            ObjectNode json = submits(controlPlane, key, connections, seconds, progress);
            hot.addTo(json);
            if (context.json()) {
                context.out().println(json);
            } else {
                print(json);
            }
            return Main.DONE;
        }
    }

    private ObjectNode submits(
            ControlPlane controlPlane, String key, int connections, double seconds, Progress progress)
            throws InterruptedException {
        LoadGenerator single = new LoadGenerator(controlPlane.url(), "/v1/tasks", key, task().toString());
        ObjectNode batchBody = Json.object();
        ArrayNode tasks = batchBody.putArray("tasks");
        for (int i = 0; i < BATCH; i++) {
            tasks.add(task());
        }
        LoadGenerator batch = new LoadGenerator(controlPlane.url(), "/v1/tasks/batch", key, batchBody.toString());
        Optional<PgBench> pgbench = PgBench.find(controlPlane);
        progress.at(0, 0, "warming up");
        single.run(connections, WARM_UP_SECONDS);
        ObjectNode json = Json.object().put("connections", connections);
        ArrayNode rounds = json.putArray("rounds");
        double inserts = 0;
        double submits = 0;
        // In turns, so that a machine that grows slower or faster meanwhile does so for both.
        for (int round = 1; round <= ROUNDS; round++) {
            ObjectNode of = rounds.addObject();
            if (pgbench.isPresent()) {
                progress.at(round, ROUNDS, "pgbench");
                double rate = pgbench.get().insertsPerSecond(connections, seconds / ROUNDS);
                of.put("pgbenchInsertsPerSecond", rate);
                inserts += rate / ROUNDS;
            }
            progress.at(round, ROUNDS, "single submits");
            LoadGenerator.Result result = single.run(connections, seconds / ROUNDS);
            submits += result.acceptedPerSecond() / ROUNDS;
            of.put("submitsPerSecond", result.acceptedPerSecond())
                    .put("refused", result.refused())
                    .put("p50Seconds", result.latencySeconds().at(0.5))
                    .put("p99Seconds", result.latencySeconds().at(0.99));
        }
        progress.at(0, 0, "batches");
        LoadGenerator.Result batches = batch.run(BATCH_CONNECTIONS, seconds);
        json.put("submitsPerSecond", submits)
                .put("batchTasksPerSecond", batches.acceptedPerSecond() * BATCH)
                .put("batchRefused", batches.refused())
                .put("batchP50Seconds", batches.latencySeconds().at(0.5));
        if (pgbench.isPresent()) {
            json.put("pgbenchInsertsPerSecond", inserts)
                    .put("submitsPerInsert", submits / inserts)
                    .put("batchTasksPerInsert", batches.acceptedPerSecond() * BATCH / inserts);
        }
        return json;
    }

    private void print(ObjectNode json) {
        Table table = new Table("round", "pgbench inserts/s", "single submits/s", "p50 ms", "p99 ms", "refused");
        int round = 0;
        for (JsonNode of : json.path("rounds")) {
            table.row(
                    ++round,
                    of.has("pgbenchInsertsPerSecond") ? whole(of, "pgbenchInsertsPerSecond") : "–",
                    whole(of, "submitsPerSecond"),
                    millis(of, "p50Seconds"),
                    millis(of, "p99Seconds"),
                    Json.text(of, "refused"));
        }
        context.out().println(Json.text(json, "connections") + " connections, one task per POST");
        table.print(context.out());
        context.out()
                .println("batches of " + BATCH + ": " + whole(json, "batchTasksPerSecond") + " tasks/s, p50 "
                        + millis(json, "batchP50Seconds") + " ms a batch, " + Json.text(json, "batchRefused")
                        + " refused");
        if (json.has("submitsPerInsert")) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "beside pgbench on the same server: %.2f single submits and %.2f batched tasks per insert%n",
                            json.get("submitsPerInsert").asDouble(),
                            json.get("batchTasksPerInsert").asDouble());
        } else {
            context.out().println("pgbench is not installed here (package postgresql-contrib or postgresql): no ratio");
        }
        context.out().println();
        HotStarts.print(context.out(), json);
    }

    @Command(
            name = "footprint",
            description = "Seconds to ready, and resident memory of control plane (PostgreSQL apart) and agent.",
            mixinStandardHelpOptions = true)
    int footprint() throws InterruptedException {
        try (Sandbox sandbox = Sandbox.start(context, "footprint", FLEET);
                Progress progress = new Progress(context, "bench")) {
            ControlPlane controlPlane = sandbox.controlPlane();
            progress.at(0, 0, "starting");
            double ready = controlPlane.awaitReady().toNanos() / 1e9;
            long fresh = Footprint.residentBytes(controlPlane.pid());
            Installation installation = new Installation(controlPlane);
            Api tenant = new Api(controlPlane.url(), tenantKey(installation), "");
            installation.poolSettings(KEEP_ALIVE_SECONDS, 1, FLEET.maxInstances(), false);
            progress.at(0, 0, "one task");
            Follow.untilFinal(tenant, Json.text(tenant.post("/v1/tasks", task()), "id"));
            long used = Footprint.residentBytes(controlPlane.pid());
            long agent = 0;
            for (InstanceProcesses.Owned owned : InstanceProcesses.under(controlPlane.instances())) {
                if (owned.agent()) {
                    agent = Math.max(
                            agent, Footprint.residentBytes(owned.process().pid()));
                }
            }
            if (context.json()) {
                context.out()
                        .println(Json.object()
                                .put("readySeconds", ready)
                                .put("controlPlaneReadyBytes", fresh)
                                .put("controlPlaneUsedBytes", used)
                                .put("agentBytes", agent));
            } else {
                context.out()
                        .printf(
                                Locale.ROOT,
                                "ready after %.1f s on a fresh folder, PostgreSQL's initdb included%n"
                                        + "control plane: %s resident when ready, %s after a task; agent: %s%n",
                                ready,
                                Text.mebibytes(fresh),
                                Text.mebibytes(used),
                                Text.mebibytes(agent));
            }
            return Main.DONE;
        }
    }

    /** Nothing but its own speed may slow the load down. */
    private static String[] unlimited() {
        return new String[] {
            "-Xmx1g", "-Dwarmfront.limits.requests-per-second=1000000", "-Dwarmfront.limits.request-burst=1000000"
        };
    }

    private static String tenantKey(Installation installation) throws InterruptedException {
        TenantsCommand.create(installation.operator(), TENANT, "Bench", 0, TenantsCommand.Isolation.SHARED);
        JsonNode key = installation
                .operator()
                .post(
                        "/v1/tenants/" + TENANT + "/keys",
                        Json.object().put("role", "tenant-writer").put("name", "bench"));
        return Json.text(key, "key");
    }

    private static ObjectNode task() {
        ObjectNode task = Json.object();
        task.set("command", Json.array(List.of("true")));
        task.putObject("resources").put("cpuMillis", 100).put("memoryBytes", 16L << 20);
        return task;
    }

    private static String whole(JsonNode node, String field) {
        return String.format(Locale.ROOT, "%.0f", node.path(field).asDouble());
    }

    private static String millis(JsonNode node, String field) {
        return String.format(Locale.ROOT, "%.2f", node.path(field).asDouble() * 1e3);
    }
}

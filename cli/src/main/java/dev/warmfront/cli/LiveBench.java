package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.simulator.Contestant;
import dev.warmfront.simulator.Contestants;
import dev.warmfront.simulator.Lead;
import dev.warmfront.simulator.Replay;
import dev.warmfront.simulator.ReplayOptions;
import dev.warmfront.simulator.Scores;
import dev.warmfront.simulator.Traces;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One stretch of a recorded trace, live under each policy, beside what the simulator says of the same work and the same lead time. */
@Command(
        name = "live",
        description = {
            "Runs a stretch of a recorded trace, faster than recorded, through a control plane of its own with real agents, under each",
            "policy in turn; then through the simulator, with the launch time that was measured. Each task fills a machine and sleeps.",
            "A task counts as waiting when it starts later than half a launch after it could have run."
        },
        mixinStandardHelpOptions = true)
final class LiveBench implements Callable<Integer> {

    private static final long MACHINE_CPU_MILLIS = 1000;
    private static final long MACHINE_MEMORY_BYTES = 64L << 20;
    private static final String PRICE = "0.10";
    private static final double NANOS_PER_HOUR = 0.10 * 1e9;
    private static final int PATIENCE_SECONDS = 60;

    @Parameters(paramLabel = "TRACE", description = "An arrival trace, .csv[.gz].")
    Path trace = Path.of("");

    @Option(names = "--speed", paramLabel = "K", description = "Recorded seconds per second. Default: 60.")
    double speed = 60;

    @Option(names = "--skip-minutes", paramLabel = "N", description = "Recorded minutes left out before. Default: 0.")
    double skipMinutes;

    @Option(names = "--minutes", paramLabel = "N", description = "Recorded minutes that are run. Default: 120.")
    double minutes = 120;

    @Option(names = "--every", paramLabel = "N", description = "Only each Nth task. Default: 1.")
    int every = 1;

    @Option(
            names = "--longest-minutes",
            paramLabel = "N",
            description = "Tasks that ran longer are left out: the stretch ends when the last one does. Default: 120.")
    double longestMinutes = 120;

    @Option(names = "--machines", paramLabel = "N", description = "Machines at most. Default: 24.")
    int machines = 24;

    @Option(
            names = "--keep-alive",
            paramLabel = "SECONDS",
            description = "Of fixed-keep-alive, as recorded. Default: 600.")
    double keepAlive = 600;

    @Option(names = "--policies", split = ",", description = "Default: reactive,fixed-keep-alive,warmfront.")
    List<String> policies = List.of("reactive", "fixed-keep-alive", "warmfront");

    private final Context context;

    LiveBench(Context context) {
        this.context = context;
    }

    /** What one policy made of it. */
    private record Live(
            String policy, int tasks, double launchSeconds, double waiting, Percentiles waits, double spendRatio) {}

    @Override
    public Integer call() throws InterruptedException {
        if (!(speed > 0) || !(minutes > 0) || !(longestMinutes > 0) || every < 1 || machines < 1 || !(keepAlive >= 0)) {
            throw CliException.badUse(
                    "--speed, --minutes and --longest-minutes must be > 0, --every and --machines ≥ 1, --keep-alive ≥ 0");
        }
        List<Arrival> stretch = stretch();
        double busySeconds = stretch.stream()
                .mapToDouble(arrival -> arrival.runtimeSeconds().orElse(0))
                .sum();
        List<Live> lives = new ArrayList<>();
        for (String policy : policies) {
            lives.add(live(policy, stretch));
        }
        double launch = new Percentiles(lives.stream()
                        .mapToDouble(Live::launchSeconds)
                        .filter(seconds -> !Double.isNaN(seconds))
                        .toArray())
                .at(0.5);
        ObjectNode json = Json.object()
                .put("tasks", stretch.size())
                .put("speed", speed)
                .put("busyMachineSeconds", busySeconds)
                .put("launchSeconds", launch);
        ArrayNode rows = json.putArray("policies");
        Table table = new Table(
                "policy", "waiting, live", "simulated", "spend/busy, live", "simulated", "p50 wait s", "p99 wait s");
        for (Live live : lives) {
            Scores said = simulated(live.policy(), stretch, launch);
            double simulatedRatio = said.spendUsd().doubleValue()
                    / (busySeconds / 3600 * ReplayOptions.DEFAULT.price().nanosPerHour() / 1e9);
            rows.addObject()
                    .put("policy", live.policy())
                    .put("waitingLive", live.waiting())
                    .put("waitingSimulated", said.waitingShare())
                    .put("spendPerBusyLive", live.spendRatio())
                    .put("spendPerBusySimulated", simulatedRatio)
                    .put("waitP50Seconds", live.waits().at(0.5))
                    .put("waitP99Seconds", live.waits().at(0.99));
            table.row(
                    live.policy(),
                    percent(live.waiting()),
                    percent(said.waitingShare()),
                    two(live.spendRatio()),
                    two(simulatedRatio),
                    Text.seconds(live.waits().at(0.5)),
                    Text.seconds(live.waits().at(0.99)));
        }
        if (context.json()) {
            context.out().println(json);
            return Main.DONE;
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%d tasks, %.0f machine seconds of work; a launch took %.2f s (median), as if %.0f s at the recorded speed%n",
                        stretch.size(),
                        busySeconds,
                        launch,
                        launch * speed);
        table.print(context.out());
        return Main.DONE;
    }

    /** The tasks of the stretch at the new speed, times from its beginning. */
    private List<Arrival> stretch() {
        double from = skipMinutes * 60;
        double until = from + minutes * 60;
        List<Arrival> kept = new ArrayList<>();
        int seen = 0;
        int tooLong = 0;
        for (Arrival arrival : ArrivalsReader.read(trace, Integer.MAX_VALUE)) {
            boolean inside = arrival.submitSeconds() >= from && arrival.submitSeconds() < until;
            if (!inside || arrival.runtimeSeconds().isEmpty()) {
                continue;
            }
            if (arrival.runtimeSeconds().getAsDouble() > longestMinutes * 60) {
                tooLong++;
            } else if (seen++ % every == 0) {
                kept.add(new Arrival(
                        "live",
                        arrival.taskType(),
                        (arrival.submitSeconds() - from) / speed,
                        OptionalDouble.of(arrival.runtimeSeconds().getAsDouble() / speed),
                        OptionalDouble.of(1),
                        OptionalDouble.of(1),
                        OptionalDouble.empty()));
            }
        }
        if (kept.isEmpty()) {
            throw CliException.badUse(trace + " has no task with a runtime in that stretch");
        }
        if (tooLong > 0) {
            context.err()
                    .printf(
                            Locale.ROOT,
                            "%d tasks ran for more than %.0f minutes and are left out%n",
                            tooLong,
                            longestMinutes);
        }
        return kept;
    }

    private Live live(String policy, List<Arrival> stretch) throws InterruptedException {
        LocalFleet fleet = new LocalFleet(machines, MACHINE_CPU_MILLIS, MACHINE_MEMORY_BYTES, PRICE, BigDecimal.ZERO);
        try (Sandbox sandbox = Sandbox.start(context, "live", fleet, "-Dwarmfront.cell.policy.launch-lead=1.5s");
                Progress progress = new Progress(context, policy)) {
            progress.at(0, 0, "starting");
            sandbox.controlPlane().awaitReady();
            Api operator = sandbox.controlPlane().operator();
            operator.put(
                    "/v1/pools/default/settings",
                    Json.object()
                            .put("policy", policy)
                            .put("keepAliveSeconds", policy.equals("fixed-keep-alive") ? keepAlive / speed : 0)
                            .put("maxInstances", machines));
            ArrivalsPlan plan = new ArrivalsPlan(
                    stretch, new ArrivalsPlan.Fit(1, 1, Double.MAX_VALUE, MACHINE_CPU_MILLIS, MACHINE_MEMORY_BYTES));
            plan.submissions().forEach(submission -> sleeping(submission.task()));
            ArrivalsRun run = new ArrivalsRun(operator, plan);
            run.createTenants(TenantsCommand.Isolation.SHARED);
            run.submit(progress);
            RunReport.awaitAll(operator, Set.copyOf(plan.tenants()), progress);
            RunReport report = RunReport.read(operator, run.acknowledged());
            if (!report.good()) {
                sandbox.keepFiles();
                throw CliException.failed("not every task succeeded under " + policy + "; the logs are in "
                        + sandbox.controlPlane().data());
            }
            double launch = launchSeconds(operator);
            double[] waits = report.tasks().stream()
                    .mapToDouble(task -> task.path("waitSeconds").asDouble())
                    .toArray();
            double busy = stretch.stream()
                    .mapToDouble(arrival -> arrival.runtimeSeconds().orElse(0))
                    .sum();
            return new Live(
                    policy,
                    waits.length,
                    launch,
                    Arrays.stream(waits).filter(wait -> wait > launch / 2).count() / (double) waits.length,
                    report.waits().all(),
                    report.costs().path("instanceCostNanoUsd").asDouble() / (busy / 3600 * NANOS_PER_HOUR));
        }
    }

    /** Asleep a task leaves the processors to the agents: many more machines fit on one than could compute there. */
    private static void sleeping(ObjectNode task) {
        String seconds = task.path("command").path(1).asText();
        task.set("command", Json.array(List.of("sleep", seconds)));
        task.put("timeoutSeconds", Double.parseDouble(seconds) + PATIENCE_SECONDS);
    }

    /** From the request until hot, the median. */
    private static double launchSeconds(Api operator) throws InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (JsonNode instance : operator.all("/v1/instances")) {
            for (JsonNode move :
                    operator.get("/v1/instances/" + Json.text(instance, "id")).path("timeline")) {
                if (Json.text(move, "to").equals("HOT") || Json.text(move, "to").equals("BUSY")) {
                    seconds.add(Duration.between(
                                            java.time.Instant.parse(Json.text(instance, "launchRequestedAt")),
                                            java.time.Instant.parse(Json.text(move, "at")))
                                    .toNanos()
                            / 1e9);
                    break;
                }
            }
        }
        return new Percentiles(seconds.stream().mapToDouble(Double::doubleValue).toArray()).at(0.5);
    }

    private Scores simulated(String policy, List<Arrival> stretch, double launch) {
        Path file;
        try {
            file = Files.createTempFile("warmfront-live-", ".csv");
        } catch (IOException e) {
            throw CliException.failed("cannot make a temporary file: " + e.getMessage());
        }
        try {
            StringBuilder text = new StringBuilder("tenant,task_type,submit_s,runtime_s,cpu,mem_mb,gpu\n");
            stretch.forEach(arrival -> text.append(String.format(
                    Locale.ROOT,
                    "live,%s,%.6f,%.6f,,,%n",
                    arrival.taskType(),
                    arrival.submitSeconds(),
                    arrival.runtimeSeconds().orElse(0))));
            Files.writeString(file, text);
            Lead second = Lead.ofSeconds(1);
            ReplayOptions options = ReplayOptions.DEFAULT
                    .withLeads(Lead.ofSeconds(launch), second, second)
                    .withProtocol(0, Duration.ofDays(365), Duration.ofSeconds(1), 1);
            Replay replay =
                    new Replay(Traces.of(List.of(file), Traces.Mix.DEFAULT).getFirst(), options);
            Contestant contestant = Contestants.named(List.of(policy)).getFirst();
            double knob = policy.equals("fixed-keep-alive")
                    ? keepAlive / speed / 60
                    : contestant.sweep().getFirst();
            return contestant.scored(replay, knob);
        } catch (IOException e) {
            throw CliException.failed("cannot write " + file + ": " + e.getMessage());
        } finally {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                context.err().println(file + " could not be deleted: " + e.getMessage());
            }
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}

package dev.warmfront.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One stretch of a recorded trace, live under each policy, beside what the simulator says of the same work, step by step. */
@Command(
        name = "live",
        description = {
            "Runs a stretch of a recorded trace, faster than recorded, through a control plane of its own with real agents, under each",
            "policy in turn. Then the simulator says what it would have predicted, and what it says with one thing after the other as",
            "it was measured. Each task fills a machine and sleeps; it waits when it starts later than half a launch after it could."
        },
        mixinStandardHelpOptions = true)
final class LiveBench implements Callable<Integer> {

    private static final long MACHINE_CPU_MILLIS = 1000;
    private static final long MACHINE_MEMORY_BYTES = 64L << 20;
    private static final String PRICE = "0.10";
    private static final double NANOS_PER_HOUR = 0.10 * 1e9;
    private static final int PATIENCE_SECONDS = 60;

    @Parameters(paramLabel = "TRACE", arity = "0..1", description = "An arrival trace, .csv[.gz].")
    @Nullable Path trace;

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

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Keeps what was measured; of a run that was recorded there, other policies are added.")
    @Nullable Path recordFile;

    @Option(names = "--explain", paramLabel = "FILE", description = "Runs nothing, and explains a record.")
    @Nullable Path explain;

    @Option(names = "--page", paramLabel = "FILE", description = "Writes its part of this page, too.")
    @Nullable Path page;

    private final Context context;

    LiveBench(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!(speed > 0) || !(minutes > 0) || !(longestMinutes > 0) || every < 1 || machines < 1 || !(keepAlive >= 0)) {
            throw CliException.badUse(
                    "--speed, --minutes and --longest-minutes must be > 0, --every and --machines ≥ 1, --keep-alive ≥ 0");
        }
        LiveRecord record = explain == null ? run() : LiveRecord.read(explain);
        List<LiveExplanation> explanations = record.runs().stream()
                .map(run -> LiveExplanation.of(record, run))
                .toList();
        LivePage shown = new LivePage(record, explanations);
        if (page != null) {
            shown.write(page);
        }
        if (context.json()) {
            context.out().println(shown.json());
        } else {
            shown.print(context.out());
        }
        return Main.DONE;
    }

    /** Runs it, and keeps what was measured after each policy: a day is long. */
    private LiveRecord run() throws InterruptedException {
        if (trace == null) {
            throw CliException.badUse("a TRACE to run is missing, or --explain with a record");
        }
        List<Arrival> stretch = stretch(trace);
        LiveRecord record = recordFile != null && Files.exists(recordFile)
                ? LiveRecord.read(recordFile)
                : new LiveRecord(flags(), speed, machines, keepAlive, plan(stretch), List.of());
        if (!record.plan().equals(plan(stretch)) || !record.flags().equals(flags())) {
            throw CliException.badUse(
                    recordFile + " is of another run; a record takes other policies of the same run only");
        }
        for (String policy : policies) {
            record = record.with(live(policy, stretch));
            if (recordFile != null) {
                record.write(recordFile);
            }
        }
        return record;
    }

    private static List<LiveRecord.Planned> plan(List<Arrival> stretch) {
        return stretch.stream()
                .map(arrival -> new LiveRecord.Planned(
                        arrival.taskType(),
                        arrival.submitSeconds(),
                        arrival.runtimeSeconds().orElse(0)))
                .toList();
    }

    /** As somebody would choose the stretch again. */
    private String flags() {
        return String.format(
                Locale.ROOT,
                "--speed %s --skip-minutes %s --minutes %s --every %d --longest-minutes %s --machines %d --keep-alive %s",
                Text.plain(speed),
                Text.plain(skipMinutes),
                Text.plain(minutes),
                every,
                Text.plain(longestMinutes),
                machines,
                Text.plain(keepAlive));
    }

    /** The tasks of the stretch at the new speed, times from its beginning. */
    private List<Arrival> stretch(Path trace) {
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

    private LiveRecord.Run live(String policy, List<Arrival> stretch) throws InterruptedException {
        LocalFleet fleet = new LocalFleet(machines, MACHINE_CPU_MILLIS, MACHINE_MEMORY_BYTES, PRICE, BigDecimal.ZERO);
        Path events = temporary();
        try (Sandbox sandbox = Sandbox.start(
                        context,
                        "live",
                        fleet,
                        "-Dwarmfront.cell.policy.launch-lead=1.5s",
                        "-Dwarmfront.cell.event-log=" + events);
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
            return LiveReading.read(
                    policy,
                    operator,
                    report,
                    stretch.getFirst().submitSeconds(),
                    events,
                    NANOS_PER_HOUR,
                    stretch.stream()
                            .mapToDouble(arrival -> arrival.runtimeSeconds().orElse(0))
                            .sum());
        } finally {
            forget(events);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("warmfront-live-events-");
        } catch (IOException e) {
            throw CliException.failed("cannot make a temporary folder: " + e.getMessage());
        }
    }

    private void forget(Path events) {
        try (Stream<Path> parts = Files.list(events)) {
            for (Path part : parts.toList()) {
                Files.delete(part);
            }
            Files.delete(events);
        } catch (IOException e) {
            context.err().println(events + " could not be deleted: " + e.getMessage());
        }
    }

    /** Asleep a task leaves the processors to the agents: many more machines fit on one than could compute there. */
    private static void sleeping(ObjectNode task) {
        String seconds = task.path("command").path(1).asText();
        task.set("command", Json.array(List.of("sleep", seconds)));
        task.put("timeoutSeconds", Double.parseDouble(seconds) + PATIENCE_SECONDS);
    }
}

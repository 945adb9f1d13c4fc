package dev.warmfront.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.simulator.Contestant;
import dev.warmfront.simulator.Contestants;
import dev.warmfront.simulator.Edges;
import dev.warmfront.simulator.Lead;
import dev.warmfront.simulator.Replay;
import dev.warmfront.simulator.ReplayJson;
import dev.warmfront.simulator.ReplayOptions;
import dev.warmfront.simulator.ReplayReport;
import dev.warmfront.simulator.Shift;
import dev.warmfront.simulator.ShiftSuite;
import dev.warmfront.simulator.Trace;
import dev.warmfront.simulator.TraceException;
import dev.warmfront.simulator.Traces;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code warmfront replay}: what pool policies would have cost on recorded work, against what a clairvoyant would have paid. */
@Command(
        name = "replay",
        description = "Replays recorded work under pool policies, and scores them against a clairvoyant's bound.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "TRACE is CSV with submit_s and runtime_s (and tenant, task_type), CSV with app, run_id, job_seq, start_s and"
                    + " runtime_s, or WfFormat 1.5 JSON; .gz or not. Workflow files are drawn at random into one mix.",
            "Each task fills one machine. Policies learn on the first part of the trace and are scored on the rest; each"
                    + " baseline's knob is the best one in hindsight, warmfront's its target as stated."
        })
final class ReplayCommand implements Callable<Integer>, Context.WritesJson {

    /** For help and completion. */
    static final class Policies implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Contestants.all().stream().map(Contestant::name).iterator();
        }
    }

    private final Context context;

    @Parameters(arity = "1..*", paramLabel = "TRACE", description = "What to replay.")
    List<Path> files = List.of();

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "NAME",
            completionCandidates = Policies.class,
            description = "Which policies, separated by commas: ${COMPLETION-CANDIDATES}. Default: all.")
    List<String> policies = List.of();

    @Option(
            names = "--launch-seconds",
            paramLabel = "S|P50:P99",
            defaultValue = "120",
            description = "From a launch to a ready machine. Default: ${DEFAULT-VALUE}.")
    String launch = "";

    @Option(
            names = "--resume-seconds",
            paramLabel = "S|P50:P99",
            defaultValue = "20",
            description = "From standby to ready. Default: ${DEFAULT-VALUE}.")
    String resume = "";

    @Option(
            names = "--stop-seconds",
            paramLabel = "S|P50:P99",
            defaultValue = "30",
            description = "Into standby. Default: ${DEFAULT-VALUE}.")
    String stop = "";

    @Option(
            names = "--standby-price-fraction",
            paramLabel = "X",
            defaultValue = "0.08",
            description = "Price of standby as a part of the hot price. Default: ${DEFAULT-VALUE}.")
    double standbyFraction;

    @Option(
            names = "--unbilled-stop",
            description = "The way into standby is billed as standby, not as running, as on EC2. Default: as running.")
    boolean unbilledStop;

    @Option(
            names = "--minimum-billed-seconds",
            paramLabel = "S",
            defaultValue = "0",
            description =
                    "Each launch and each resume is billed for at least so long: 60 on EC2 and Compute Engine. What policies"
                            + " pay counts it; the bound leaves it out. Default: ${DEFAULT-VALUE}.")
    double minimumBilled;

    @Option(
            names = "--machine-type",
            paramLabel = "NAME",
            defaultValue = "m7i.large",
            description =
                    "What is launched, at its price on demand in us-east-1 or us-central1. Default: ${DEFAULT-VALUE}.")
    String machineType = "";

    @Option(
            names = "--price-per-hour",
            paramLabel = "USD",
            description =
                    "What a hot machine costs, where the price book does not say it. Default: the machine type's price.")
    @Nullable BigDecimal price;

    @Option(
            names = "--workflows",
            paramLabel = "N",
            defaultValue = "300",
            description = "How many workflows are drawn from workflow files. Default: ${DEFAULT-VALUE}.")
    int workflows;

    @Option(
            names = "--workflow-gap-seconds",
            paramLabel = "S",
            defaultValue = "600",
            description = "Mean time between two of them. Default: ${DEFAULT-VALUE}.")
    double workflowGap;

    @Option(
            names = "--environment-load",
            paramLabel = "S",
            defaultValue = "0",
            description =
                    "Each type of each tenant's tasks needs something (an image, a model) that a machine takes so many seconds to load."
                            + " Default: nothing has to be loaded.")
    double environmentLoad;

    @Option(
            names = "--undeclared",
            description =
                    "Nobody declares which task of a chain or workflow waits for which: each is submitted when the last of those that it"
                            + " waits for has ended, and a learner mines what follows what. Default: declared when it is submitted.")
    boolean undeclared;

    @Option(
            names = "--train-fraction",
            paramLabel = "X",
            defaultValue = "0.5",
            description = "Part of the trace's time that is learned on and not scored. Default: ${DEFAULT-VALUE}.")
    double trainFraction;

    @Option(
            names = "--hours",
            paramLabel = "N",
            defaultValue = "876000",
            description = "Score at most so many hours. Default: all.")
    double hours;

    @Option(
            names = "--waiting-share",
            paramLabel = "X",
            defaultValue = "0.02",
            description = "The target: at most this share of the tasks waits. Default: ${DEFAULT-VALUE}.")
    double waitingShare;

    @Option(
            names = "--wait-price-per-hour",
            paramLabel = "USD",
            defaultValue = "1",
            description = "What an hour of a task's waiting is worth. Default: ${DEFAULT-VALUE}.")
    BigDecimal waitPrice = BigDecimal.ONE;

    @Option(
            names = "--tick-seconds",
            paramLabel = "S",
            defaultValue = "0",
            description = "Time between two looks at a pool. Default: a twentieth of a launch, 1 to 30.")
    double tick;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page with the frontier, a day's levels and the table; it needs nothing else.")
    String report = "";

    @Option(
            names = "--shift",
            split = ",",
            paramLabel = "NAME",
            description = {
                "Also under shifts of the scored part, with knobs as they were, separated by commas: calendar, shuffled, surge,"
                        + " tenant-arrives, tenant-leaves, zone-outage, spot-loss; or all."
            })
    List<String> shifts = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of all chance. Default: ${DEFAULT-VALUE}.")
    long seed;

    @Option(
            names = "--no-timing",
            description = "Leave out of the JSON what is measured, so that the same seed gives the same bytes.")
    boolean noTiming;

    ReplayCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try {
            return replay();
        } catch (TraceException | IllegalArgumentException bad) {
            throw CliException.badUse(String.valueOf(bad.getMessage()));
        }
    }

    private int replay() {
        ReplayOptions options = options();
        List<Contestant> contestants = policies.isEmpty() ? Contestants.all() : Contestants.named(policies);
        mustExist(context.jsonTarget());
        mustExist(report);
        boolean toOut = context.jsonTarget().equals("-");
        ArrayNode json = Json.MAPPER.createArrayNode();
        ReplayReport page = new ReplayReport();
        List<Shift> suite = shifts.contains("all")
                ? List.of(Shift.values()).stream()
                        .filter(shift -> shift != Shift.NONE)
                        .toList()
                : shifts.stream().map(Shift::named).toList();
        List<Trace> traces =
                new ArrayList<>(Traces.of(files, new Traces.Mix(workflows, Math.round(workflowGap * 1e6), seed)));
        for (Trace trace : traces) {
            Replay replay = new Replay(trace, options);
            List<Replay.PolicyResult> results;
            List<ShiftSuite.Result> shifted;
            try (Progress progress = new Progress(context, "Replaying " + replay.name())) {
                results = replay.run(contestants, progress::at);
                shifted = ShiftSuite.run(trace, options, suite, contestants, results, progress::at);
            }
            ObjectNode figures = ReplayJson.of(replay, results, !noTiming);
            if (!suite.isEmpty()) {
                figures.set("shifts", ReplayJson.of(shifted, !noTiming));
            }
            json.add(figures);
            page.add(replay, results, shifted);
            if (!toOut) {
                ReplayTables tables = new ReplayTables(context.out());
                tables.print(replay, results);
                shifted.forEach(tables::print);
            }
        }
        if (!context.jsonTarget().isEmpty()) {
            write(context.jsonTarget(), text(json));
        }
        if (!report.isEmpty()) {
            write(report, page.html());
        }
        return Main.DONE;
    }

    /** Told before a long replay, not after it. */
    private static void mustExist(String target) {
        Path parent = Path.of(target).toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw CliException.badUse("cannot write " + target + ": there is no folder " + parent);
        }
    }

    private ReplayOptions options() {
        ReplayOptions machine = ReplayOptions.DEFAULT.withMachineType(machineType);
        return (price == null ? machine : machine.withPrice(HourlyRate.ofDollars(price)))
                .withEdges(undeclared ? Edges.MINED : Edges.DECLARED)
                .withEnvironmentLoad(Duration.ofMillis(Math.round(environmentLoad * 1000)))
                .withStopBilled(!unbilledStop)
                .withMinimumBilled(Duration.ofMillis(Math.round(minimumBilled * 1000)))
                .withLeads(Lead.parse(launch), Lead.parse(resume), Lead.parse(stop))
                .withPrices(standbyFraction, waitingShare, HourlyRate.ofDollars(waitPrice))
                .withProtocol(
                        trainFraction,
                        Duration.ofMillis(Math.round(hours * 3_600_000)),
                        Duration.ofMillis(Math.round(tick * 1000)),
                        seed);
    }

    /** One trace is one object, several are an array. */
    private static String text(ArrayNode json) {
        try {
            return Json.MAPPER
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(json.size() == 1 ? json.get(0) : json)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures that are no JSON", e);
        }
    }

    private void write(String target, String text) {
        if (target.equals("-")) {
            context.out().print(text);
            context.out().flush();
            return;
        }
        try {
            Files.writeString(Path.of(target), text);
        } catch (IOException e) {
            throw CliException.failed("cannot write " + target + ": " + PackedText.reason(e));
        }
    }
}

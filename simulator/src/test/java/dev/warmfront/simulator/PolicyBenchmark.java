package dev.warmfront.simulator;

import dev.warmfront.solver.OrToolsSolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Every contestant on recorded traces at three launch times; writes the table of docs/benchmarks.md. Run by {@code bench/policies}. */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class PolicyBenchmark {

    private static final List<Integer> LAUNCHES = List.of(60, 120, 600);
    private static final double TARGET = 0.02;
    private static final Duration ALL = Duration.ofDays(36_500);

    /** Where tasks last seconds, and where they last hours. */
    private static final Duration SHORT_TICK = Duration.ofSeconds(10);

    private static final Duration LONG_TICK = Duration.ofSeconds(30);

    /** The longest keep-alive that is swept. */
    private static final Duration LONGEST_KEPT = Duration.ofHours(2);

    /** A trace, what part of it is learned on, how much of the rest is scored, and how often policies look at their pool. */
    private record Entry(String what, Trace trace, double train, Duration scored, Duration tick) {}

    private final Path folder;
    private final StringBuilder page = new StringBuilder();
    private final List<String> surges = new ArrayList<>();
    private final BoundChecks checks = new BoundChecks(new OrToolsSolver(Duration.ofMinutes(2)));

    private final Duration most;

    private PolicyBenchmark(Path folder, Duration most) {
        this.folder = folder;
        this.most = most;
    }

    private Trace csv(String name) {
        return Traces.of(List.of(folder.resolve(name)), Traces.Mix.DEFAULT).getFirst();
    }

    private List<Entry> entries() throws IOException {
        List<Path> workflows;
        try (Stream<Path> files = Files.list(folder.resolve("workflows"))) {
            workflows = files.filter(file -> file.toString().endsWith(".json.gz"))
                    .sorted()
                    .toList();
        }
        return List.of(
                new Entry(
                        "Azure Functions 2019 (derived), 500 functions",
                        csv("arrivals/azure-functions-2019-derived.csv.gz"),
                        0.5,
                        Duration.ofMinutes(60),
                        SHORT_TICK),
                new Entry(
                        "Workflow mix: " + workflows.size() + " scientific workflows, six an hour",
                        Traces.of(workflows, new Traces.Mix(300, 600_000_000L, 1))
                                .getFirst(),
                        0.5,
                        Duration.ofHours(6),
                        SHORT_TICK),
                new Entry(
                        "ServeGen (derived): requests to one language model, one in 2,000 at recorded rates, runtimes assumed",
                        RecordedRates.draw(
                                folder.resolve("demand/servegen-language-clients.csv.gz"), "m-large", 2_000, 1),
                        0.7,
                        Duration.ofDays(1),
                        SHORT_TICK),
                new Entry("Spark chains, Enel 2021", csv("chains/spark-enel-2021.csv.gz"), 0.5, ALL, LONG_TICK),
                new Entry(
                        "Alibaba openb 2023, GPU pods",
                        csv("arrivals/alibaba-openb-gpu-2023.csv.gz"),
                        0.8,
                        Duration.ofDays(10),
                        LONG_TICK),
                new Entry(
                        "Philly 2017, virtual clusters of GPUs",
                        csv("arrivals/philly-vc-2017.csv.gz"),
                        0.5,
                        Duration.ofDays(7),
                        LONG_TICK),
                new Entry(
                        "SURF Lisa 2022, HPC",
                        csv("arrivals/surf-lisa-2022.csv.gz"),
                        0.5,
                        Duration.ofDays(5),
                        LONG_TICK),
                new Entry("NREL Eagle 2019, HPC", csv("arrivals/nrel-eagle-2019.csv.gz"), 0.5, ALL, LONG_TICK));
    }

    private ReplayOptions options(int launchSeconds, Entry entry) {
        Duration scored = entry.scored().compareTo(most) < 0 ? entry.scored() : most;
        return ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(launchSeconds), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withPrices(0.08, TARGET, ReplayOptions.DEFAULT.waitPrice())
                .withProtocol(entry.train(), scored, entry.tick(), 1);
    }

    private void run() throws IOException {
        double begun = SimulatorBenchmark.processorSeconds();
        Path docs = Path.of("docs/benchmarks.md");
        List<String> bounds = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        List<Entry> entries = entries();
        for (Entry entry : entries) {
            surges.add(surgeRow(entry, new Replay(entry.trace(), options(LAUNCHES.getFirst(), entry))));
        }
        for (Entry entry : entries) {
            Trace trace = ListTrace.of(entry.trace());
            List<Contestant> contestants = Contestants.all().stream()
                    .filter(one -> !(one instanceof OneReadyFamily))
                    .toList();
            List<List<Replay.PolicyResult>> columns = new ArrayList<>();
            List<Replay> replays = new ArrayList<>();
            for (int launch : LAUNCHES) {
                Replay replay = new Replay(trace, options(launch, entry));
                replays.add(replay);
                columns.add(replay.run(contestants, (done, total, what) -> {}));
                double scored = SimulatorBenchmark.processorSeconds();
                bounds.add(checks.waitingBound(entry.what(), launch, trace, replay.options(), contestants));
                System.err.printf(
                        Locale.ROOT,
                        "%s, launch %d s: %.0f s so far, %.1f of them for bound (c)%n",
                        entry.what(),
                        launch,
                        SimulatorBenchmark.processorSeconds() - begun,
                        SimulatorBenchmark.processorSeconds() - scored);
            }
            table(entry, replays, columns);
            checks.integralityGap(entry.what(), trace, entry.train()).ifPresent(gaps::add);
            // After each trace: who has to stop it half way keeps what is there.
            String took = "%.0f s of processor time".formatted(SimulatorBenchmark.processorSeconds() - begun);
            BenchmarkPage.replace(docs, "policies", intro(took) + page + surgeText() + waitingText(bounds, gaps));
        }
    }

    private String surgeRow(Entry entry, Replay replay) {
        Surges beyond = Surges.of(replay.runs(), LONGEST_KEPT);
        return String.format(
                Locale.ROOT, "| %s | %.1f %% | %,d |", entry.what(), 100 * beyond.share(), beyond.largest());
    }

    private String surgeText() {
        return """
                ### Why keeping what was used is not enough

                The share of tasks at whose start more machines are wanted than at any time in the two hours before. However long a
                fixed keep-alive keeps within its sweep, these wait; where they are more than 2 %, it cannot meet the target.

                | trace | beyond every level of two hours | most tasks that begin at one moment |
                |---|---|---|
                """ + String.join("\n", surges) + "\n\n";
    }

    private static String hours(Duration time) {
        double hours = time.toSeconds() / 3600.0;
        return hours < 72
                ? String.format(Locale.ROOT, "%.1f h", hours)
                : String.format(Locale.ROOT, "%.1f days", hours / 24);
    }

    private static String intro(String took) {
        return """
                ## Policies against the clairvoyant

                %s, commit %s, by `bench/policies`, in %s.

                Each cell: **ρ_ovh**, what a policy pays besides running tasks, as a multiple of what a clairvoyant pays besides
                running them; ρ_spend, the same with running them; what it pays besides per task, in US cents; the knob. At
                most %s of the tasks wait. The knob of every baseline is **the best in hindsight** on the very stretch that is
                scored, swept and then halved four times where it begins to meet the target; that of `warmfront` is **frozen**
                before: the target as stated, no other. Policies that learn do so on the
                first part of the trace and go on learning; what is scored is the rest, or as much of it as is said. Each task fills
                one machine at %s USD an hour; all time from launch to end is billed, transitions at the hot price; standby
                costs 8 %% of hot; resume 20 s, stop 30 s. `opt-react` and `opt-window` are no policies: they know the future
                (policy.md §2d). **–** misses the target with every knob that counts; the share that waits at best stands behind it.

                Where tasks last hours the clairvoyant's overhead is next to nothing: each task hides its successor's launch, and
                almost any policy is a large multiple of it. There ρ_ovh says little; read ρ_spend and the cents.

                """.formatted(
                LocalDate.now(ZoneOffset.UTC),
                System.getenv().getOrDefault("BENCH_COMMIT", "unknown"),
                took,
                "2 %",
                ReplayOptions.DEFAULT.price().toDollars().stripTrailingZeros().toPlainString());
    }

    private void table(Entry entry, List<Replay> replays, List<List<Replay.PolicyResult>> columns) {
        Replay first = replays.getFirst();
        page.append("### ").append(entry.what()).append("\n\n");
        page.append(
                "%,d tasks in %s, after %.0f %% of the trace to learn on; policies look every %d s and whenever a task waits.\n\n"
                        .formatted(
                                first.tasks(),
                                hours(first.scored()),
                                100 * entry.train(),
                                entry.tick().toSeconds()));
        page.append("| policy |");
        LAUNCHES.forEach(launch -> page.append(" launch ").append(launch).append(" s |"));
        page.append("\n|---|").append("---|".repeat(LAUNCHES.size())).append("\n| *clairvoyant's overhead* |");
        for (Replay replay : replays) {
            double overhead = replay.bound().overhead().toDollars().doubleValue();
            page.append(String.format(
                    Locale.ROOT,
                    " *%.2f %% of its spend; %.3f ¢ a task; bound %s* |",
                    100 * overhead / replay.bound().spend().toDollars().doubleValue(),
                    100 * overhead / replay.tasks(),
                    replay.method().letter()));
        }
        page.append('\n');
        for (int row = 0; row < columns.getFirst().size(); row++) {
            page.append("| ").append(columns.getFirst().get(row).name()).append(" |");
            for (List<Replay.PolicyResult> column : columns) {
                page.append(' ').append(cell(column.get(row))).append(" |");
            }
            page.append('\n');
        }
        page.append('\n');
    }

    private static String cell(Replay.PolicyResult result) {
        Scores best = result.best();
        if (result.atTarget().isEmpty()) {
            return String.format(Locale.ROOT, "– (%.1f %% wait)", 100 * best.waitingShare());
        }
        String knob = best.knob().isEmpty() ? "" : " · " + best.knob() + " " + result.knob();
        return String.format(
                Locale.ROOT,
                "**%.2f** · %.3f · %.3f ¢%s",
                best.rhoOverhead(),
                best.rhoSpend(),
                100 * best.overheadUsd().doubleValue() / best.tasks(),
                knob);
    }

    private static String waitingText(List<String> bounds, List<String> gaps) {
        StringBuilder text = new StringBuilder("""
                ### Bound (c): what a clairvoyant pays who may let tasks wait

                The linear program of policy.md §2c on the first tasks of what is not learned on, within six hours and none longer
                than that, from an empty pool. Every policy is played on them with the middle one of its knobs. The first figure
                allows as many waits, and as long ones, as any policy had, and must not be above what any of them paid; the
                second allows only what the policy had that let the fewest wait, and must not be above what that one paid. Were
                one above, this page would not have been written.

                | trace | launch | tasks | slots | (c) ÷ (a), spend | dearest … cheapest of the policies ÷ (c) | fewest waits: policy ÷ (c) |
                |---|---|---|---|---|---|---|
                """);
        bounds.forEach(line -> text.append(line).append('\n'));
        text.append("""

                Its gap to the integer program, in which tasks and machines cannot be split, on the first few tasks of each trace:

                | trace | tasks | slots | gap |
                |---|---|---|---|
                """);
        gaps.forEach(line -> text.append(line).append('\n'));
        return text.append('\n').toString();
    }

    public static void main(String[] arguments) throws IOException {
        Duration most = arguments.length > 1 ? Duration.ofHours(Long.parseLong(arguments[1])) : ALL;
        new PolicyBenchmark(Path.of(arguments.length > 0 ? arguments[0] : "../shared/traces"), most).run();
    }
}

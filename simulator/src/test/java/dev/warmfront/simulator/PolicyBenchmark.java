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
    private static final Duration TICK = Duration.ofSeconds(10);
    private static final Duration ALL = Duration.ofDays(36_500);

    /** A trace, what part of it is learned on, and how much of the rest is scored: the table shall take ten minutes at most. */
    private record Entry(String what, Trace trace, double train, Duration scored) {}

    private final Path folder;
    private final StringBuilder page = new StringBuilder();
    private final BoundChecks checks = new BoundChecks(new OrToolsSolver());

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
                        "Alibaba openb 2023, GPU pods",
                        csv("arrivals/alibaba-openb-gpu-2023.csv.gz"),
                        0.9,
                        Duration.ofDays(3)),
                new Entry(
                        "Philly 2017, virtual clusters of GPUs",
                        csv("arrivals/philly-vc-2017.csv.gz"),
                        0.5,
                        Duration.ofDays(2)),
                new Entry("SURF Lisa 2022, HPC", csv("arrivals/surf-lisa-2022.csv.gz"), 0.5, Duration.ofDays(1)),
                new Entry("NREL Eagle 2019, HPC", csv("arrivals/nrel-eagle-2019.csv.gz"), 0.5, ALL),
                new Entry(
                        "Scientific workflows, 40 a day drawn from " + workflows.size(),
                        Traces.of(workflows, new Traces.Mix(120, 36 * 60_000_000L, 1))
                                .getFirst(),
                        0.5,
                        Duration.ofDays(1)),
                new Entry(
                        "Azure Functions 2019 (derived), 500 functions",
                        csv("arrivals/azure-functions-2019-derived.csv.gz"),
                        0.5,
                        ALL));
    }

    private ReplayOptions options(int launchSeconds, Entry entry) {
        Duration scored = entry.scored().compareTo(most) < 0 ? entry.scored() : most;
        return ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(launchSeconds), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withPrices(0.08, TARGET, ReplayOptions.DEFAULT.waitPrice())
                .withProtocol(entry.train(), scored, TICK, 1);
    }

    private void run() throws IOException {
        long begun = System.nanoTime();
        Path docs = Path.of("docs/benchmarks.md");
        List<String> bounds = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        for (Entry entry : entries()) {
            Trace trace = ListTrace.of(entry.trace());
            List<Contestant> contestants = Contestants.all().stream()
                    .filter(one -> !(one instanceof OneReadyFamily))
                    .toList();
            List<List<Replay.PolicyResult>> columns = new ArrayList<>();
            String head = "";
            for (int launch : LAUNCHES) {
                System.err.printf("%s, launch %d s …%n", entry.what(), launch);
                Replay replay = new Replay(trace, options(launch, entry));
                columns.add(replay.run(contestants, (done, total, what) -> {}));
                bounds.add(checks.waitingBound(entry.what(), launch, trace, replay.options(), contestants));
                head = "%,d tasks in %s, after %.0f %% of the trace to learn on; the bound is (a), exact"
                        .formatted(replay.tasks(), hours(replay.scored()), 100 * entry.train());
            }
            table(entry.what(), head, columns);
            checks.integralityGap(entry.what(), trace, entry.train()).ifPresent(gaps::add);
            // After each trace: who has to stop it half way keeps what is there.
            BenchmarkPage.replace(docs, "policies", intro() + page + waitingText(bounds, gaps));
        }
        System.err.printf(
                Locale.ROOT, "wrote %s after %.0f s%n", docs.toAbsolutePath(), (System.nanoTime() - begun) / 1e9);
    }

    private static String hours(Duration time) {
        return time.toHours() < 72 ? time.toHours() + " h" : time.toDays() + " days";
    }

    private static String intro() {
        return """
                ## Policies against the clairvoyant

                %s, commit %s, by `bench/policies`.

                Each figure is ρ_ovh, what a policy pays besides running tasks, as a multiple of what a clairvoyant pays
                besides running them; behind it ρ_spend, the same with running them, and the knob. At most %s of the tasks
                wait. The knob of every policy is **the best in hindsight** on the very stretch that is scored, swept and then
                halved four times where it begins to meet the target. Policies that learn do so on the first part of the
                trace and go on learning; what is scored is the rest, or as much of it as the table says. Each task fills
                one machine; all time from launch to end is billed, transitions at the hot price; standby costs 8 %% of hot;
                resume 20 s, stop 30 s; policies look at their pool every %d s and whenever a task waits. `opt-react` and
                `opt-window` are no policies: they know the future (policy.md §2d). **–** misses the target with every knob;
                the share that waits at best stands behind it.

                """.formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        System.getenv().getOrDefault("BENCH_COMMIT", "unknown"),
                        "2 %",
                        TICK.toSeconds());
    }

    private void table(String what, String head, List<List<Replay.PolicyResult>> columns) {
        page.append("### ").append(what).append("\n\n").append(head).append(".\n\n| policy |");
        LAUNCHES.forEach(launch -> page.append(" launch ").append(launch).append(" s |"));
        page.append("\n|---|").append("---|".repeat(LAUNCHES.size())).append('\n');
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
        String knob = best.knob().isEmpty() ? "" : ", " + best.knob() + " " + result.knob();
        return String.format(Locale.ROOT, "**%.2f** · %.3f%s", best.rhoOverhead(), best.rhoSpend(), knob);
    }

    private static String waitingText(List<String> bounds, List<String> gaps) {
        StringBuilder text = new StringBuilder("""
                ### Bound (c): what a clairvoyant pays who may let tasks wait

                The linear program of policy.md §2c on the first tasks of what is not learned on, within three hours and none longer than
                that, from an empty pool, with as many waits, and as long ones, as any policy had with the middle one of its
                knobs; slots of two seconds or more. It is never above what one of them paid: otherwise this page would not
                have been written.

                | trace | launch | tasks | (c) ÷ (a), spend | dearest ÷ cheapest policy, spend ÷ (c) | holds |
                |---|---|---|---|---|---|
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

package dev.warmfront.simulator;

import dev.warmfront.cost.BoundSolver;
import dev.warmfront.cost.WaitingProgram;
import dev.warmfront.cost.WaitingProgram.Job;
import dev.warmfront.cost.WaitingProgram.Waiting;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import dev.warmfront.solver.OrToolsSolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Each application of the recorded workflows run again and again, closed loop. Run by {@code bench/workflows}. */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class WorkflowsBenchmark {

    static final int RUNS = 6;
    private static final Duration SHORTEST_GAP = Duration.ofMinutes(20);
    private static final Duration LONGEST_GAP = Duration.ofMinutes(60);
    private static final int MOST_TASKS = 2_000;
    private static final int LARGEST_PROGRAM = 30;
    private static final int SLOTS_PER_LAUNCH = 12;
    private static final long MOST_SLOTS = 3_000;

    private final ReplayOptions options;
    private final BoundSolver solver = new OrToolsSolver(Duration.ofSeconds(30));

    private WorkflowsBenchmark(int launchSeconds) {
        options = options(launchSeconds);
    }

    /** Nothing is learned beforehand. */
    static ReplayOptions options(int launchSeconds) {
        return ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(launchSeconds), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withProtocol(0, Duration.ofDays(3650), Duration.ofSeconds(5), 1);
    }

    /** Runs of one application, each when the one before it would be long over if nobody waited. */
    record Application(String name, ListTrace trace, double criticalSeconds) {

        static Application of(String name, List<TraceTask> tasks) {
            RandomGenerator random = Randomness.generator(1);
            long critical = 0;
            long[] starts = Learning.nominalStarts(new Submission(0, "", tasks));
            for (int i = 0; i < starts.length; i++) {
                critical = Math.max(critical, starts[i] + tasks.get(i).runtimeMicros());
            }
            List<Submission> runs = new ArrayList<>();
            long at = 0;
            for (int i = 0; i < RUNS; i++) {
                runs.add(new Submission(at, name, tasks));
                at += critical + random.nextLong(micros(SHORTEST_GAP), micros(LONGEST_GAP));
            }
            return new Application(name, new ListTrace(name, runs, 0), critical / 1e6);
        }

        int tasks() {
            return trace.submissions().getFirst().tasks().size();
        }
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    /** How each run went. */
    static final class Runs implements Watcher {

        private static final class Run {
            private final Event first;
            private Instant submitted = Instant.MAX;
            private Instant ended = Instant.MIN;
            private int tasks;
            private int atOnce;

            /** Of those that follow others. */
            private final Set<TaskId> following = new HashSet<>();

            private int followingAtOnce;

            Run(Event first) {
                this.first = first;
            }
        }

        private final Map<String, Run> runs = new LinkedHashMap<>();
        private long rootWaits;
        private long longestMicros;
        private double waitedSeconds;

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            for (Change change : decision.changes()) {
                if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                    // A workflow of one task is submitted as that task.
                    String id = task.spec().id().value();
                    String workflow = id.contains(".") ? id.substring(0, id.indexOf('.')) : id;
                    note(runs.computeIfAbsent(workflow, name -> new Run(event)), event, task, trigger);
                }
            }
        }

        private void note(Run run, Event event, Task task, TaskTrigger trigger) {
            Instant eligible = task.eligibleAt();
            Instant assigned = task.assignedAt();
            if (trigger == TaskTrigger.SUBMITTED) {
                run.tasks++;
                if (event == run.first) {
                    run.submitted = task.submittedAt();
                }
                // What a client submits later follows what it has submitted.
                if (event != run.first || !task.spec().parents().isEmpty()) {
                    run.following.add(task.spec().id());
                }
            } else if (trigger == TaskTrigger.ASSIGNED && eligible != null && assigned != null) {
                long wait = DemandPolicy.micros(assigned) - DemandPolicy.micros(eligible);
                run.atOnce += wait == 0 ? 1 : 0;
                boolean follows = run.following.contains(task.spec().id());
                run.followingAtOnce += wait == 0 && follows ? 1 : 0;
                rootWaits += wait > 0 && !follows ? 1 : 0;
                longestMicros = Math.max(longestMicros, wait);
                waitedSeconds += wait / 1e6;
            } else if (task.state() == TaskState.SUCCEEDED && task.finishedAt() != null) {
                run.ended = task.finishedAt();
            }
        }

        private List<Run> all() {
            return List.copyOf(runs.values());
        }

        /** Of the runs after the first, beside the critical path. */
        double slowdown(double criticalSeconds) {
            return all().stream()
                    .skip(1)
                    .mapToDouble(
                            run -> Duration.between(run.submitted, run.ended).toNanos() / 1e9 / criticalSeconds)
                    .average()
                    .orElseThrow();
        }

        double atOnce(int run) {
            return (double) all().get(run).atOnce / all().get(run).tasks;
        }

        double followingAtOnce(int run) {
            return (double) all().get(run).followingAtOnce
                    / all().get(run).following.size();
        }

        /** In the runs from the third on. */
        double followingAtOnceLater() {
            return IntStream.range(2, RUNS)
                    .mapToDouble(this::followingAtOnce)
                    .average()
                    .orElseThrow();
        }
    }

    /** A policy on an application. */
    private record Played(String knob, double spend, Runs runs) {}

    private Played played(Replay replay, PolicyFamily family, double knob) {
        Runs runs = new Runs();
        Scores scores = replay.simulate(family.at(knob, options), Replay.plain(knob), List.of(runs));
        return new Played(scores.knob(), scores.spendUsd().doubleValue(), runs);
    }

    /** The keep-alive that is cheapest in hindsight, waits included at their price. */
    private Played bestKeepAlive(Replay replay) {
        PolicyFamily family = Baselines.fixedKeepAlive();
        double perSecond = options.waitPrice().toDollars().doubleValue() / 3600;
        return family.sweep().stream()
                .map(knob -> played(replay, family, knob))
                .min(Comparator.comparingDouble(one -> one.spend() + perSecond * one.runs().waitedSeconds))
                .orElseThrow();
    }

    /** Bound (c) with edges for as many waits, and as long ones, as the policy had; empty where it is too large. */
    private String boundWithEdges(Application application, Played played) {
        if (application.tasks() > LARGEST_PROGRAM) {
            return "–";
        }
        List<Job> jobs = new ArrayList<>();
        for (Submission submission : application.trace().submissions()) {
            int first = jobs.size();
            submission
                    .tasks()
                    .forEach(task -> jobs.add(new Job(
                            submission.submitMicros() * 1000,
                            task.runtimeMicros() * 1000,
                            task.parents().stream()
                                    .map(parent -> first + parent)
                                    .toList())));
        }
        long launch = options.economics().leads().launch().toNanos();
        long end = (application.trace().submissions().getLast().submitMicros()
                        + Math.round(application.criticalSeconds() * 1e6))
                * 1000;
        Duration slot = Duration.ofNanos(Math.max(launch / SLOTS_PER_LAUNCH, end / MOST_SLOTS));
        if (slot.toNanos() > launch / 2) {
            return "–";
        }
        Waiting waiting = Waiting.atMost(
                Duration.ZERO, played.runs().rootWaits, Duration.ofNanos(played.runs().longestMicros * 1000));
        try {
            double least = WaitingProgram.relaxed(jobs, options.economics(), waiting, slot, solver)
                    .spendUsd();
            if (least > played.spend() * (1 + 1e-9)) {
                throw new IllegalStateException(
                        "bound (c) is %s and %s paid %s".formatted(least, application.name(), played.spend()));
            }
            return String.format(Locale.ROOT, "%.2f", played.spend() / least);
        } catch (BoundSolver.UnsolvedException tooLong) {
            return "–";
        }
    }

    /** Sums over applications. */
    private static final class Totals {
        private final double[] slowdown = new double[3];
        private final double[] spend = new double[3];
        private final double[][] atOnce = new double[3][2];
        private double bound;
        private int applications;
        private int firstCould;
        private int secondCan;
        private final double[] following = new double[2];
        private int firstFollowingCould;
        private int secondFollowingCan;
    }

    private String row(Application application, Totals totals) {
        Replay replay = new Replay(application.trace(), options);
        double bound = replay.bound().spend().toDollars().doubleValue();
        PolicyFamily ours =
                (PolicyFamily) Contestants.named(List.of("warmfront")).getFirst();
        List<Played> all =
                List.of(played(replay, Baselines.reactive(), 0), bestKeepAlive(replay), played(replay, ours, 1));
        totals.applications++;
        totals.bound += bound;
        StringBuilder row = new StringBuilder(String.format(
                Locale.ROOT,
                "| %s | %,d | %.0f s |",
                application.name(),
                application.tasks(),
                application.criticalSeconds()));
        for (int i = 0; i < all.size(); i++) {
            Played one = all.get(i);
            double slowdown = one.runs().slowdown(application.criticalSeconds());
            totals.slowdown[i] += slowdown;
            totals.spend[i] += one.spend();
            totals.atOnce[i][0] += one.runs().atOnce(0);
            totals.atOnce[i][1] += one.runs().atOnce(1);
            row.append(String.format(
                    Locale.ROOT,
                    " %.2f · %.2f · %.0f → %.0f %% |",
                    slowdown,
                    one.spend() / bound,
                    100 * one.runs().atOnce(0),
                    100 * one.runs().atOnce(1)));
        }
        boolean could = all.get(2).runs().atOnce(0) >= 0.95;
        totals.firstCould += could ? 1 : 0;
        totals.secondCan += !could && all.get(2).runs().atOnce(1) >= 0.95 ? 1 : 0;
        double before = all.get(2).runs().followingAtOnce(0);
        double after = all.get(2).runs().followingAtOnce(1);
        totals.following[0] += before;
        totals.following[1] += after;
        totals.firstFollowingCould += before >= 0.95 ? 1 : 0;
        totals.secondFollowingCan += before < 0.95 && after >= 0.95 ? 1 : 0;
        return row.append(" %.0f → %.0f %% | %s min | %s |%n"
                        .formatted(
                                100 * before, 100 * after, all.get(1).knob(), boundWithEdges(application, all.get(2))))
                .toString();
    }

    private static String summary(Totals totals) {
        StringBuilder row = new StringBuilder("| **mean; spend of all together** | | |");
        for (int i = 0; i < totals.spend.length; i++) {
            row.append(String.format(
                    Locale.ROOT,
                    " **%.2f · %.2f · %.0f → %.0f %%** |",
                    totals.slowdown[i] / totals.applications,
                    totals.spend[i] / totals.bound,
                    100 * totals.atOnce[i][0] / totals.applications,
                    100 * totals.atOnce[i][1] / totals.applications));
        }
        return row
                + String.format(
                        Locale.ROOT,
                        " **%.0f → %.0f %%** | | |%n%nUnder `warmfront` %d of the %d applications whose first run could not start 95 %% of its tasks at once did so in the"
                                + " second; of the tasks that follow others, %d of %d. When a workflow will be submitted nobody can know here: its"
                                + " first tasks wait for a launch wherever machines for them would idle between runs for longer than pays.%n",
                        100 * totals.following[0] / totals.applications,
                        100 * totals.following[1] / totals.applications,
                        totals.secondCan,
                        totals.applications - totals.firstCould,
                        totals.secondFollowingCan,
                        totals.applications - totals.firstFollowingCould);
    }

    /** The largest workflow of each application that is not beyond all others. */
    static Map<String, List<TraceTask>> applications(Path folder) throws IOException {
        Map<String, List<TraceTask>> largest = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".json.gz"))
                    .sorted()
                    .toList()) {
                String name = file.getFileName().toString().replaceFirst("-(chameleon|dirt02).*", "");
                List<TraceTask> tasks = WorkflowFile.read(file).tasks();
                if (!tasks.isEmpty() && tasks.size() <= MOST_TASKS) {
                    largest.merge(name, tasks, (one, other) -> one.size() >= other.size() ? one : other);
                }
            }
        }
        return largest;
    }

    private static String intro(int launchSeconds) {
        return """
                ## Workflows, run again and again

                %s, by `bench/workflows`. Of each application of `traces/workflows` the largest recorded workflow (of at most
                %,d tasks) comes %d times, closed loop, %d to %d minutes after the run before it would have ended; a pool that is
                empty at first, %d s to launch, and nothing learned beforehand. Each cell: makespan of the runs after the
                first, as a multiple of the critical path; spend of all runs, as a multiple of what the clairvoyant pays who
                lets nobody wait (bound (a) on the times that the edges give); the share of tasks that start at once in the
                first run → in the second, under `warmfront` also of the tasks that follow others. The keep-alive is the one that is cheapest in hindsight with waits at %s USD an hour;
                `warmfront` has its target as stated. The last column is `warmfront`'s spend as a multiple of the linear
                program (c) with edges, for as many waits and as long ones as it had; – where that has more than %d tasks a run or
                too many slots: there the second figure of the cell stands for it, which is no bound for who lets tasks wait.

                | application | tasks | critical path | reactive | best keep-alive | warmfront | of those that follow | keep-alive | ÷ (c) |
                |---|---|---|---|---|---|---|---|---|
                """.formatted(
                        BenchmarkPage.stamp(),
                        MOST_TASKS,
                        RUNS,
                        SHORTEST_GAP.toMinutes(),
                        LONGEST_GAP.toMinutes(),
                        launchSeconds,
                        ReplayOptions.DEFAULT
                                .waitPrice()
                                .toDollars()
                                .stripTrailingZeros()
                                .toPlainString(),
                        LARGEST_PROGRAM);
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "../shared/traces");
        int launch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
        WorkflowsBenchmark benchmark = new WorkflowsBenchmark(launch);
        Totals totals = new Totals();
        StringBuilder text = new StringBuilder(intro(launch));
        for (Map.Entry<String, List<TraceTask>> entry :
                applications(folder.resolve("workflows")).entrySet()) {
            String row = benchmark.row(Application.of(entry.getKey(), entry.getValue()), totals);
            text.append(row);
            System.err.print(row);
        }
        text.append(summary(totals));
        text.append(UndeclaredWorkflows.table(folder, launch));
        System.out.print(text);
        BenchmarkPage.replace(Path.of("docs/benchmarks.md"), "workflows", text.toString());
    }
}

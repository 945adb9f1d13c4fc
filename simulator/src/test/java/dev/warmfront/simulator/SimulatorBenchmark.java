package dev.warmfront.simulator;

import com.sun.management.OperatingSystemMXBean;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.FixedKeepAlivePolicy;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Scheduler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How fast the simulator is, and what it keeps. Run by {@code bench/simulator}; what it prints depends on the machine. */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class SimulatorBenchmark {

    private static final long SECOND = 1_000_000;
    private static final int INSTANCES = 10_000;
    private static final long TASKS_ONCE = 800_000;
    private static final long MEAN_RUNTIME = 20 * SECOND;
    private static final int WARM_UPS = 3;
    private static final int RUNS = 3;

    private SimulatorBenchmark() {}

    /** So many tasks at a steady rate, made as they are read. */
    private record Steady(long tasks, int busy) implements Trace {

        @Override
        public String name() {
            return "steady";
        }

        @Override
        public Cursor open() {
            RandomGenerator random = Randomness.generator(1);
            double gap = (double) MEAN_RUNTIME / busy;
            return new Cursor() {
                private long made;
                private double at;

                @Override
                public @Nullable Submission next() {
                    if (made++ == tasks) {
                        return null;
                    }
                    at += gap * random.nextExponential();
                    return Submission.of((long) at, "", "type", Math.round(MEAN_RUNTIME * (0.5 + random.nextDouble())));
                }

                @Override
                public long skipped() {
                    return 0;
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        }
    }

    /**
     * What a run came to.
     *
     * @param seconds of processor time of the whole process, what the virtual machine collects and compiles included
     */
    private record Figures(long events, Kinds kinds, double seconds, int instances, long keptBytes) {
        double perSecond() {
            return events / seconds;
        }
    }

    /** Events by kind: those that the scheduler decides are counted, the others follow from them where nothing goes wrong. */
    private static final class Kinds implements Watcher {

        /** Counters, so that counting costs next to nothing. */
        private final Map<Class<?>, long[]> decided = new HashMap<>();

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            decided.computeIfAbsent(event.getClass(), key -> new long[1])[0]++;
        }

        private long of(Class<? extends Event> kind) {
            return decided.getOrDefault(kind, new long[1])[0];
        }

        /** What was decided while the world went on; its set-up is no event of it. */
        long decisions() {
            return decided.values().stream().mapToLong(count -> count[0]).sum()
                    - of(Event.OfferingsPut.class)
                    - of(Event.PoolPut.class)
                    - of(Event.TenantPut.class);
        }

        /** Rows of a table, whose sum must be all that happened. */
        List<String> rows(long events) {
            Map<String, Long> rows = new LinkedHashMap<>();
            rows.put("a task is submitted (decided)", of(Event.TasksSubmitted.class));
            rows.put("an agent hears of an attempt and starts it", of(Event.AttemptStarted.class));
            rows.put("the control plane hears of the start (decided)", of(Event.AttemptStarted.class));
            rows.put("a process ends", of(Event.AttemptFinished.class));
            rows.put("the control plane hears of the end (decided)", of(Event.AttemptFinished.class));
            rows.put("a call reaches the provider", of(Event.IntentAnswered.class));
            rows.put("the provider's answer comes (decided)", of(Event.IntentAnswered.class));
            rows.put("a machine has booted", of(Event.AgentRegistered.class));
            rows.put("its agent registers (decided)", of(Event.AgentRegistered.class));
            rows.put("a machine has loaded its environments", of(Event.WarmUpFinished.class));
            rows.put("its report of that comes (decided)", of(Event.WarmUpFinished.class));
            rows.put("a tick (decided)", of(Event.Tick.class));
            long sum = rows.values().stream().mapToLong(Long::longValue).sum();
            if (sum != events) {
                throw new IllegalStateException("%d events, of which %d have a name".formatted(events, sum));
            }
            return rows.entrySet().stream()
                    .map(row -> String.format(Locale.ROOT, "| %s | %,d |", row.getKey(), row.getValue()))
                    .toList();
        }
    }

    /** Of the whole process. */
    static double processorSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    private static Figures run(Trace trace, boolean weigh) {
        Duration patience = Duration.ofDays(30);
        CellSettings cellSettings = new CellSettings(
                new CellId("bench"), patience, patience, Duration.ofSeconds(30), patience, Integer.MAX_VALUE, 1000);
        SimulationSettings settings = new SimulationSettings(
                cellSettings,
                new PoolSettings(
                        "fixed-keep-alive", Duration.ofMinutes(10), null, Duration.ZERO, 0, INSTANCES, PoolMode.ACTIVE),
                ReplayOptions.DEFAULT.offering(),
                ReplayOptions.wholeMachine(),
                tenant -> Isolation.SHARED,
                Lead.ofSeconds(60),
                Lead.ofSeconds(20),
                Lead.ofSeconds(30),
                0,
                Calls.PROMPT,
                SECOND,
                Mishaps.NONE,
                Disturbance.NONE,
                1);
        Scheduler scheduler = new Scheduler(List.of(new FixedKeepAlivePolicy()));
        CellState cell = CellState.empty(cellSettings);
        int[] most = new int[1];
        long[] kept = new long[2];
        Watcher watcher = (event, decision, now) -> {
            if (weigh && (++kept[1] & 0xfffff) == 0) {
                kept[0] = Math.max(kept[0], usedBytes());
            }
            most[0] = Math.max(most[0], cell.instances().size());
        };
        Kinds kinds = new Kinds();
        Simulation simulation =
                new Simulation(settings, settings.maker(), scheduler::decide, cell, List.of(watcher, kinds));
        double begun = processorSeconds();
        try (Trace.Cursor cursor = trace.open()) {
            simulation.run(cursor, 0);
        }
        double seconds = processorSeconds() - begun;
        return new Figures(simulation.happened(), kinds, seconds, most[0], kept[0]);
    }

    /** What is reachable, roughly: what is used after the garbage has been asked to leave. */
    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Until what is compiled has settled, then so often that one that is disturbed is not the one of record: the middle one. */
    private static Figures speed() {
        List<Figures> all = new ArrayList<>();
        for (int i = 0; i < WARM_UPS + RUNS; i++) {
            Figures figures = run(new Steady(1_500_000, INSTANCES * 9 / 10), false);
            System.err.printf("%,.0f events/s%s%n", figures.perSecond(), i < WARM_UPS ? ", still compiled" : "");
            if (i >= WARM_UPS) {
                all.add(figures);
            }
        }
        all.sort(Comparator.comparingDouble(Figures::perSecond));
        return all.get(RUNS / 2);
    }

    private static String text(Figures figures) {
        return String.format(
                Locale.ROOT,
                "| up to %,d instances, a task of 20 s on average, a tick each second | **%,.0f events/s**, of them %,.0f decisions"
                        + " of the scheduler | %,d events in %.1f s |",
                figures.instances(),
                figures.perSecond(),
                figures.kinds().decisions() / figures.seconds(),
                figures.events(),
                figures.seconds());
    }

    private static List<String> memory() {
        List<String> rows = new ArrayList<>();
        for (int times : new int[] {1, 10}) {
            Figures figures = run(new Steady(TASKS_ONCE * times, 1_000), true);
            rows.add(String.format(
                    Locale.ROOT,
                    "| memory at %d× | %.1f MB | %,d tasks, never more than %,d instances |",
                    times,
                    figures.keptBytes() / 1e6,
                    TASKS_ONCE * times,
                    figures.instances()));
        }
        return rows;
    }

    private static List<String> day(Path folder) {
        Path file = folder.resolve("arrivals/surf-lisa-2022.csv.gz");
        if (!Files.exists(file)) {
            return List.of();
        }
        ReplayOptions options = ReplayOptions.DEFAULT.withProtocol(0.5, Duration.ofDays(1), Duration.ofSeconds(1), 1);
        double begun = processorSeconds();
        Replay replay = new Replay(Traces.of(List.of(file), Traces.Mix.DEFAULT).getFirst(), options);
        double read = processorSeconds() - begun;
        begun = processorSeconds();
        Scores scores = replay.score(Baselines.fixedKeepAlive(), 10);
        return List.of(
                String.format(Locale.ROOT, "| SURF: read 92 days, compute the bound | %.2f s | |", read),
                String.format(
                        Locale.ROOT,
                        "| SURF: replay a day, a tick each second | %.2f s | %,d tasks, %,d events |",
                        processorSeconds() - begun,
                        scores.tasks(),
                        scores.events()));
    }

    public static void main(String[] arguments) throws IOException {
        List<String> rows = new ArrayList<>(day(Path.of(arguments.length > 0 ? arguments[0] : "../shared/traces")));
        Figures speed = speed();
        rows.add(text(speed));
        rows.addAll(memory());
        String text = """
                ## The simulator's speed

                %s, commit %s, by `bench/simulator`; %s, %d processors. Seconds are of processor time of the whole process,
                garbage collection and compilation included, so no more than one core's work is counted in a second. An event
                is one thing that happens at its time in the simulated world, as the second table counts them; what the
                scheduler decides about it belongs to it. Of three runs the middle one counts, after as many that have the code compiled. Memory is what is reachable after a collection, looked at every
                million decisions.

                | what | figure | of |
                |---|---|---|
                """.formatted(
                                LocalDate.now(ZoneOffset.UTC),
                                System.getenv().getOrDefault("BENCH_COMMIT", "unknown"),
                                System.getProperty("java.vm.name") + " " + Runtime.version(),
                                Runtime.getRuntime().availableProcessors())
                + String.join("\n", rows)
                + "\n\n| event | of the %,d |\n|---|---|\n".formatted(speed.events())
                + String.join("\n", speed.kinds().rows(speed.events()))
                + "\n";
        System.out.print(text);
        BenchmarkPage.replace(Path.of("docs/benchmarks.md"), "simulator", text);
    }
}

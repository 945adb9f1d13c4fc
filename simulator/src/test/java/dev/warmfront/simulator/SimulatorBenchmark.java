package dev.warmfront.simulator;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
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
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How fast the simulator is, and what it keeps. Run by {@code bench/simulator}; what it prints depends on the machine. */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class SimulatorBenchmark {

    private static final long SECOND = 1_000_000;
    private static final int INSTANCES = 10_000;
    private static final long TASKS_ONCE = 800_000;
    private static final long MEAN_RUNTIME = 20 * SECOND;

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

    /** What a run came to; seconds of processor time, which others on the machine do not lengthen. */
    private record Figures(long events, double seconds, int instances, long keptBytes) {
        double perSecond() {
            return events / seconds;
        }
    }

    private static double processorSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    private static Figures run(Trace trace) {
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
                SECOND,
                Mishaps.NONE,
                Disturbance.NONE,
                1);
        Scheduler scheduler = new Scheduler(List.of(new FixedKeepAlivePolicy()));
        CellState cell = CellState.empty(cellSettings);
        int[] most = new int[1];
        long[] kept = new long[2];
        Watcher watcher = (event, decision, now) -> {
            if ((++kept[1] & 0xfffff) == 0) {
                kept[0] = Math.max(kept[0], usedBytes());
            }
            most[0] = Math.max(most[0], cell.instances().size());
        };
        Simulation simulation = new Simulation(settings, settings.maker(), scheduler::decide, cell, List.of(watcher));
        double begun = processorSeconds();
        try (Trace.Cursor cursor = trace.open()) {
            simulation.run(cursor, 0);
        }
        double seconds = processorSeconds() - begun;
        return new Figures(simulation.decided(), seconds, most[0], kept[0]);
    }

    /** What is reachable, roughly: what is used after the garbage has been asked to leave. */
    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String speed() {
        run(new Steady(300_000, INSTANCES * 9 / 10));
        Figures figures = run(new Steady(1_500_000, INSTANCES * 9 / 10));
        return String.format(
                Locale.ROOT,
                "| up to %,d instances, a task of 20 s on average, a tick each second | %,.0f events/s | %,d events in %.1f s |",
                figures.instances(),
                figures.perSecond(),
                figures.events(),
                figures.seconds());
    }

    private static List<String> memory() {
        List<String> rows = new ArrayList<>();
        for (int times : new int[] {1, 10}) {
            Figures figures = run(new Steady(TASKS_ONCE * times, 1_000));
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
        rows.add(speed());
        rows.addAll(memory());
        String text = """
                ## The simulator's speed

                %s, commit %s, by `bench/simulator`; %s, %d processors. Seconds are of processor time on one core; an event is
                one decision of the scheduler, with what providers and agents do about it. Memory is what is reachable after a
                collection, looked at every million events.

                | what | figure | of |
                |---|---|---|
                """.formatted(
                                LocalDate.now(ZoneOffset.UTC),
                                System.getenv().getOrDefault("BENCH_COMMIT", "unknown"),
                                System.getProperty("java.vm.name") + " " + Runtime.version(),
                                Runtime.getRuntime().availableProcessors())
                + String.join("\n", rows) + "\n";
        System.out.print(text);
        BenchmarkPage.replace(Path.of("docs/benchmarks.md"), "simulator", text);
    }
}

package dev.warmfront.simulator;

import com.sun.management.ThreadMXBean;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.TaskTrigger;
import dev.warmfront.scheduler.WaitAim;
import dev.warmfront.scheduler.WarmfrontPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * One tick of the planner under {@code warmfront} over a thousand pools that all began at the same moment, and so decide anew at
 * the same ticks; and placements per second. Run by {@code bench/planner}.
 */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class PlannerBenchmark {

    private static final long SECOND = 1_000_000;
    private static final int TYPES_PER_POOL = 10;
    private static final int BUSY_PER_POOL = 5;

    /** So that a thousand pools have ten thousand instances and no more. */
    private static final int MOST_PER_POOL = 10;

    private static final long MEAN_RUNTIME = 60 * SECOND;
    private static final int LAUNCH_SECONDS = 120;
    private static final int TICKS = 480;

    /** Until pools are filled and what is compiled has settled. */
    private static final int LEFT_OUT = 240;

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private PlannerBenchmark() {}

    /**
     * Each tenant has a pool of its own and ten types of task. All come in the first second, then at random.
     *
     * @param pools how many tenants
     */
    private static ListTrace work(int pools) {
        RandomGenerator random = Randomness.generator(1);
        List<Submission> all = new ArrayList<>();
        double gap = (double) MEAN_RUNTIME / ((long) BUSY_PER_POOL * pools);
        for (int i = 0; i < pools * TYPES_PER_POOL; i++) {
            all.add(task(i % pools, i / pools, 0, random));
        }
        for (double at = SECOND; at < (TICKS + 1.0) * SECOND; at += gap * random.nextExponential()) {
            all.add(task(random.nextInt(pools), random.nextInt(TYPES_PER_POOL), (long) at, random));
        }
        return new ListTrace("planner", all, 0);
    }

    private static Submission task(int pool, int type, long at, RandomGenerator random) {
        return Submission.of(
                at,
                "tenant" + pool,
                "type" + pool + "-" + type,
                Math.round(MEAN_RUNTIME * (0.5 + random.nextDouble())));
    }

    /** Times of ticks in milliseconds, the placements, and the seconds spent on events that placed something, and on all but ticks. */
    private static final class Clock {
        private final List<Double> ticks = new ArrayList<>();
        private final List<Double> wall = new ArrayList<>();
        private long seen;
        private long placements;
        private double placing;
        private double between;
        private int most;

        Decision timed(Scheduler scheduler, CellState state, Event event, Instant now) {
            long wallBegun = System.nanoTime();
            long begun = THREADS.getCurrentThreadCpuTime();
            Decision decision = scheduler.decide(state, event, now);
            double millis = (THREADS.getCurrentThreadCpuTime() - begun) / 1e6;
            boolean tick = event instanceof Event.Tick;
            seen += tick ? 1 : 0;
            if (seen > LEFT_OUT) {
                if (tick) {
                    ticks.add(millis);
                    wall.add((System.nanoTime() - wallBegun) / 1e6);
                    most = Math.max(most, state.instances().size());
                } else {
                    long placed = placed(decision);
                    placements += placed;
                    placing += placed > 0 ? millis / 1e3 : 0;
                    between += millis / 1e3;
                }
            }
            return decision;
        }

        private static long placed(Decision decision) {
            return decision.changes().stream()
                    .filter(change ->
                            change instanceof Change.TaskChanged changed && changed.trigger() == TaskTrigger.ASSIGNED)
                    .count();
        }

        private static double quantile(List<Double> times, double share) {
            List<Double> sorted = new ArrayList<>(times);
            Collections.sort(sorted);
            return sorted.get(Math.min(sorted.size() - 1, (int) (share * sorted.size())));
        }

        String row(int pools) {
            return String.format(
                    Locale.ROOT,
                    "| %,d | %,d | %,d | %.2f ms | **%.1f ms** | %.1f ms | %.1f ms | %,.0f | %,.0f |%n",
                    pools,
                    most,
                    pools * TYPES_PER_POOL,
                    quantile(ticks, 0.5),
                    quantile(ticks, 0.99),
                    quantile(ticks, 1),
                    quantile(wall, 0.99),
                    placements / placing,
                    placements / between);
        }
    }

    private static String row(int pools) {
        Duration patience = Duration.ofDays(30);
        CellSettings cellSettings = new CellSettings(
                new CellId("bench"),
                patience,
                patience,
                Duration.ofSeconds(30),
                patience,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE);
        ReplayOptions options =
                ReplayOptions.DEFAULT.withLeads(Lead.ofSeconds(LAUNCH_SECONDS), Lead.ofSeconds(20), Lead.ofSeconds(30));
        SimulationSettings settings = new SimulationSettings(
                cellSettings,
                new PoolSettings(
                        WarmfrontPolicy.NAME, Duration.ZERO, null, Duration.ZERO, 0, MOST_PER_POOL, PoolMode.ACTIVE),
                options.offering(),
                ReplayOptions.wholeMachine(),
                tenant -> Isolation.DEDICATED,
                options.launch(),
                options.resume(),
                options.stop(),
                0,
                Calls.PROMPT,
                SECOND,
                Mishaps.NONE,
                Disturbance.NONE,
                1);
        Scheduler scheduler =
                new Scheduler(List.of(new WarmfrontPolicy(any -> options.economics(), WaitAim.share(0.02))));
        Clock clock = new Clock();
        Simulation simulation = new Simulation(
                settings,
                settings.maker(),
                (state, event, now) -> clock.timed(scheduler, state, event, now),
                CellState.empty(cellSettings),
                List.of());
        try (Trace.Cursor cursor = work(pools).open()) {
            simulation.run(cursor, 0);
        }
        return clock.row(pools);
    }

    public static void main(String[] arguments) throws IOException {
        // What is not compiled yet would be timed instead: the first life is left out.
        row(1_000);
        String rows = row(100) + row(1_000);
        String text =
                """
                ## The planner's tick

                %s, by `bench/planner`. One core: `Scheduler.decide` under the policy `warmfront`, each pool a tenant's own with
                ten types of task, %d machines busy on average and %d at most, %d s to launch. All pools begin in the same second, so that
                all decide anew at the same ticks. A tick a second; of %,d the first %,d are left out. Times are of the
                deciding thread's processor time, but for the column that says so; a placement is timed with all of the event
                that made it (a submission, a machine that is ready or an end of an attempt), one by one, after a life that is
                left out. What policies learn from it is told them when one of them is asked next, mostly by the tick, and counts
                there. The last column counts the time of all events but ticks, also those that place nothing: starts, other ends
                and submissions, and providers' answers, after which unmet demand is planned for.

                | pools | instances at most | types of task | tick p50 | tick p99 | tick max | p99 by the wall clock | placements/s | counting all events |
                |---|---|---|---|---|---|---|---|---|
                """.formatted(BenchmarkPage.stamp(), BUSY_PER_POOL, MOST_PER_POOL, LAUNCH_SECONDS, TICKS, LEFT_OUT)
                        + rows;
        System.out.print(text);
        BenchmarkPage.replace(Path.of("docs/benchmarks.md"), "planner", text);
    }
}

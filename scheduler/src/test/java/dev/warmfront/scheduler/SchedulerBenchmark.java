package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * How many times a second a cell can take a task through submit, assign, start and finish, by the number of its instances
 * and by whether a backlog waits. Run by hand; what it prints depends on the machine, the ratios less so.
 */
final class SchedulerBenchmark {

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(3);
    private static final int TASKS_PER_INSTANCE = 2;
    private static final AttemptResult SUCCESS =
            new AttemptResult(AttemptResult.End.EXITED, 0, "", AttemptResult.Usage.NONE);

    private final Scheduler scheduler = Scheduler.reacting();
    private final CellState state;
    private final List<TenantProfile> tenants = new ArrayList<>();
    private final Deque<TaskId> running = new ArrayDeque<>();
    private Instant now = Fixtures.START;
    private long submitted;

    private SchedulerBenchmark(int instances, int backlog) {
        CellSettings settings = CellSettings.defaults(new CellId("bench"));
        state = CellState.empty(settings);
        decide(new Event.OfferingsPut(Fixtures.PROVIDER, List.of(Fixtures.SMALL)));
        decide(new Event.PoolPut(
                null,
                new PoolSettings(
                        "fixed-keep-alive", Duration.ofDays(1), null, Duration.ZERO, 0, instances, PoolMode.ACTIVE)));
        for (int i = 0; i < 10; i++) {
            TenantProfile tenant = Fixtures.tenant("tenant-" + i, 1 + i, Isolation.SHARED);
            tenants.add(tenant);
            decide(new Event.TenantPut(tenant));
        }
        for (int i = 0; i < instances * TASKS_PER_INSTANCE; i++) {
            submit();
        }
        for (Intent intent : List.copyOf(state.openIntents())) {
            InstanceId id = intent.instance();
            decide(new Event.IntentAnswered(
                    intent.token(), new dev.warmfront.domain.ProviderOutcome.Accepted("m-" + id)));
            decide(new Event.AgentRegistered(id));
            decide(new Event.WarmUpFinished(id, Collections.unmodifiableSortedSet(new TreeSet<>()), null));
        }
        for (int i = 0; i < backlog; i++) {
            submit();
        }
    }

    private void decide(Event event) {
        for (Change change : scheduler.decide(state, event, now).changes()) {
            if (change instanceof Change.TaskChanged(Task after, TaskTrigger trigger)
                    && trigger == TaskTrigger.ASSIGNED) {
                running.add(after.spec().id());
            }
        }
    }

    private void submit() {
        TenantProfile tenant = tenants.get((int) (submitted % tenants.size()));
        decide(new Event.TasksSubmitted(
                tenant.id(),
                List.of(Fixtures.task(
                        tenant.id().value(), "t-%09d".formatted(submitted++), Resources.of(1000, Fixtures.GIB)))));
    }

    /** One task in, one task through. */
    private void cycle() {
        now = now.plusNanos(10_000);
        submit();
        Task task = Objects.requireNonNull(state.task(running.remove()));
        InstanceId instance = Objects.requireNonNull(task.instance());
        decide(new Event.AttemptStarted(instance, task.attemptId()));
        decide(new Event.AttemptFinished(instance, task.attemptId(), SUCCESS));
    }

    private double cyclesPerSecond(Duration time) {
        long cycles = 0;
        long begun = System.nanoTime();
        long until = begun + time.toNanos();
        while (System.nanoTime() < until) {
            for (int i = 0; i < 20; i++) {
                cycle();
            }
            cycles += 20;
        }
        return cycles * 1e9 / (System.nanoTime() - begun);
    }

    @SuppressWarnings("SystemOut") // A program that people run to read what it prints.
    public static void main(String[] arguments) {
        double base = 0;
        System.out.println("instances  backlog  cycles/s  against the first");
        for (int backlog : new int[] {0, 20_000}) {
            for (int instances : new int[] {100, 1_000, 10_000}) {
                SchedulerBenchmark benchmark = new SchedulerBenchmark(instances, backlog);
                benchmark.cyclesPerSecond(WARM_UP);
                double rate = benchmark.cyclesPerSecond(MEASURED);
                base = base == 0 ? rate : base;
                System.out.printf("%9d  %7d  %8.0f  %.2f%n", instances, backlog, rate, rate / base);
            }
        }
    }
}

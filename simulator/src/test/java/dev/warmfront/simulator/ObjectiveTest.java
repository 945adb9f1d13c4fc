package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
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
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a tenant says of waiting rules what is held for it. */
class ObjectiveTest {

    private static final long SECOND = 1_000_000;
    private static final long HOURS = 24;
    private static final Duration PATIENCE = Duration.ofDays(30);

    /** What a day came to. */
    private record Day(double dollars, List<Double> waits) {
        double p95() {
            return waits.stream().sorted().toList().get((int) (0.95 * waits.size()));
        }
    }

    /** Single tasks, and every now and then a handful at once. */
    private static ListTrace work() {
        RandomGenerator random = Randomness.generator(7);
        List<Submission> all = new ArrayList<>();
        double at = 0;
        while (at < HOURS * 3600 * SECOND) {
            at += 60 * SECOND * random.nextExponential();
            int together = random.nextInt(10) == 0 ? 5 : 1;
            for (int i = 0; i < together; i++) {
                all.add(Submission.of((long) at, "ann", "type", Math.round(90 * SECOND * (0.5 + random.nextDouble()))));
            }
        }
        return new ListTrace("objective", all, 0);
    }

    private static Day day(Objective objective) {
        CellSettings cell = new CellSettings(
                new CellId("objective"),
                PATIENCE,
                PATIENCE,
                Duration.ofSeconds(30),
                PATIENCE,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE);
        ReplayOptions options =
                ReplayOptions.DEFAULT.withLeads(Lead.ofSeconds(60), Lead.ofSeconds(20), Lead.ofSeconds(30));
        SimulationSettings settings = new SimulationSettings(
                cell,
                new PoolSettings(WarmfrontPolicy.NAME, Duration.ZERO, null, Duration.ZERO, 0, 1000, PoolMode.ACTIVE),
                options.offering(),
                ReplayOptions.wholeMachine(),
                tenant -> Isolation.SHARED,
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
        Map<InstanceId, Money> costs = new HashMap<>();
        List<Double> waits = new ArrayList<>();
        Simulation simulation = new Simulation(
                settings,
                settings.maker(),
                (state, event, now) -> decided(scheduler, state, event, now, objective, costs, waits),
                CellState.empty(cell),
                List.of());
        try (Trace.Cursor cursor = work().open()) {
            simulation.run(cursor, 0);
        }
        Money spent = costs.values().stream().reduce(Money.ZERO, Money::plus);
        return new Day(spent.toDollars().doubleValue(), waits);
    }

    /** As the scheduler decides, but tenants come with an objective; costs and the waits of the second half are noted. */
    private static Decision decided(
            Scheduler scheduler,
            CellState state,
            Event event,
            Instant now,
            Objective objective,
            Map<InstanceId, Money> costs,
            List<Double> waits) {
        Event told = event instanceof Event.TenantPut(TenantProfile tenant)
                ? new Event.TenantPut(new TenantProfile(
                        tenant.id(),
                        tenant.weight(),
                        tenant.isolation(),
                        new TenantSettings(null, Duration.ZERO, null, objective)))
                : event;
        Decision decision = scheduler.decide(state, told, now);
        for (Change change : decision.changes()) {
            if (change instanceof Change.InstanceChanged changed) {
                costs.put(changed.after().id(), changed.after().cost());
            } else if (change instanceof Change.TaskChanged(var task, TaskTrigger trigger)
                    && trigger == TaskTrigger.ASSIGNED
                    && now.isAfter(Simulation.instantOf(HOURS / 2 * 3600 * SECOND))) {
                waits.add(Duration.between(task.eligibleAt(), now).toNanos() / 1e9);
            }
        }
        return decision;
    }

    private static Objective p95(@Nullable Long seconds) {
        return new Objective(seconds == null ? null : Duration.ofSeconds(seconds), null);
    }

    private static Objective price(String dollars) {
        return new Objective(null, HourlyRate.ofDollars(new BigDecimal(dollars)));
    }

    @Test
    void aLaxerTargetCostsLessAndIsMet() {
        Day unsaid = day(Objective.NONE);
        Day strict = day(p95(1L));
        Day lax = day(p95(90L));

        assertThat(strict.p95()).isLessThanOrEqualTo(1);
        assertThat(lax.p95()).isBetween(1.0, 90.0);
        assertThat(strict.dollars()).as("one in twenty for one in fifty").isLessThan(unsaid.dollars());
        assertThat(lax.dollars()).isLessThan(0.8 * strict.dollars());
    }

    @Test
    void whoMindsMoreHasMoreHeld() {
        Day free = day(price("0"));
        Day cheap = day(price("0.5"));
        Day dear = day(price("500"));

        assertThat(free.dollars()).isLessThanOrEqualTo(cheap.dollars());
        assertThat(cheap.dollars()).isLessThan(0.8 * dear.dollars());
        assertThat(dear.p95()).isZero();
        assertThat(free.p95()).isPositive();
    }
}

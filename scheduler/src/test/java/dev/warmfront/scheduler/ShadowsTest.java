package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShadowsTest {

    /** A launch of a minute that costs as much as a minute: slots of two. */
    private static final LevelPrices PRICES = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 20, 30);

    private static final double SLOT = 120;
    private static final double LOAD = 20;
    private static final double WAIT_PRICE = 100;
    private static final EnvironmentKey PYTHON = Fixtures.key("ann", "python");
    private static final EnvironmentKey BLENDER = Fixtures.key("ann", "blender");
    private static final Shadows.Certain NOTHING = (environment, until) -> 0;

    private final LoadTimes loads = new LoadTimes();
    private final Shadows shadows = new Shadows(PRICES, loads);
    private int numbers;

    /** Two tasks of half a minute at the beginning of every so manieth slot. */
    private double pairs(EnvironmentKey environment, double from, int slots, int every) {
        for (int slot = 0; slot < slots; slot++) {
            double time = from + slot * SLOT + 1;
            List<TaskSpec> pair = slot % every == 0 ? List.of(task(environment), task(environment)) : List.of();
            pair.forEach(task -> shadows.wanted(task, 1, time));
            pair.forEach(task -> shadows.over(task.id(), time + 30));
        }
        double end = from + slots * SLOT + 1;
        shadows.pass(end);
        return end;
    }

    private void took(EnvironmentKey environment, double seconds) {
        loads.told(new PastLoad(environment, Duration.ofMillis((long) (seconds * 1000))));
    }

    private TaskSpec task(EnvironmentKey environment) {
        return Fixtures.withEnvironment(
                Fixtures.task(environment.tenant().value(), "t-" + numbers++),
                environment.environment().value());
    }

    private static Instance idle(String id, EnvironmentKey... warm) {
        return new Instance(
                new InstanceId(id),
                Fixtures.SMALL,
                IsolationDomain.SHARED,
                InstanceState.HOT,
                Fixtures.START,
                "ref",
                new TreeSet<>(List.of(warm)),
                Collections.emptySortedSet(),
                List.of(),
                null,
                Tier.COLD,
                Fixtures.START,
                Fixtures.START,
                0,
                null,
                null,
                null,
                Money.ZERO,
                Fixtures.START);
    }

    private Shadows.Look look(double time, Instance... idle) {
        return shadows.new Look(List.of(idle), List.of(), time, NOTHING);
    }

    private @Nullable ReadinessScore best(Shadows.Look look) {
        return look.best(idle("i"), 10, WAIT_PRICE);
    }

    @Test
    void asManyMachinesAsAreNeededLoadWhatIsNeeded() {
        took(PYTHON, LOAD);
        double time = pairs(PYTHON, 0, 20, 1);
        Shadows.Look look = look(time);

        ReadinessScore first = best(look);
        assertThat(first).isNotNull();
        assertThat(first.environment()).isEqualTo(PYTHON);
        assertThat(first.needed()).isEqualTo(1);
        assertThat(first.value())
                .as("a wait spared for twenty seconds of a machine that it would have taken anyway")
                .isCloseTo(WAIT_PRICE / LOAD, within(1e-9));
        look.loads(PYTHON);
        assertThat(best(look)).as("two at once").isNotNull();
        look.loads(PYTHON);
        assertThat(best(look)).as("never three").isNull();
        assertThat(best(look(time, idle("a", PYTHON), idle("b", PYTHON))))
                .as("two have it")
                .isNull();
    }

    @Test
    void whatIsNeededTooRarelyForItsLoadIsNot() {
        took(PYTHON, LOAD);
        double time = pairs(PYTHON, 0, 100, 10);

        ReadinessScore score = best(look(time));
        assertThat(score)
                .as("one in ten slots does not spare a fifth of a wait")
                .isNull();
        took(BLENDER, 2);
        ReadinessScore quick = best(look(pairs(BLENDER, time, 100, 10)));
        assertThat(quick).as("but a fiftieth").isNotNull();
        assertThat(quick.environment()).isEqualTo(BLENDER);
        assertThat(quick.needed()).isCloseTo(0.1, within(0.02));
    }

    @Test
    void aMachineThatOthersWantMeanwhileIsLeftAlone() {
        took(PYTHON, LOAD);
        double time = pairs(PYTHON, 0, 20, 1);
        for (int slot = 0; slot < 20; slot++) {
            shadows.changed(6, time + slot * SLOT + LOAD / 2);
            for (double passed = LOAD; passed < SLOT; passed += LOAD) {
                shadows.pass(time + slot * SLOT + passed);
            }
            shadows.changed(-6, time + slot * SLOT + 110);
        }
        Shadows.Look look = look(pairs(PYTHON, time + 20 * SLOT, 1, 1));

        ReadinessScore scarce = look.best(idle("i"), 3, 10 * WAIT_PRICE);
        ReadinessScore plenty = look.best(idle("i"), 9, 10 * WAIT_PRICE);
        assertThat(scarce).isNotNull();
        assertThat(plenty).isNotNull();
        assertThat(scarce.missed())
                .as("they come in one of six turns as long as a load, where there were any")
                .isBetween(0.05, 0.17);
        assertThat(plenty.missed()).isZero();
        assertThat(plenty.value()).isGreaterThan(scarce.value());
    }

    @Test
    void nothingIsLoadedOfWhichNobodyKnowsThatItCanBe() {
        double time = pairs(PYTHON, 0, 20, 1);
        assertThat(best(look(time))).as("never loaded").isNull();

        took(PYTHON, LOAD);
        assertThat(best(look(time))).isNotNull();
        loads.told(new PastLoad(PYTHON, null));
        assertThat(best(look(time))).as("it failed the last time").isNull();
    }

    @Test
    void whatAWorkflowWillCertainlyNeedIsLoadedInTime() {
        took(PYTHON, LOAD);
        TaskSpec first = task(PYTHON);
        shadows.wanted(first, 1, 0);
        shadows.over(first.id(), 30);

        assertThat(best(look(60))).as("nothing is known of slots yet").isNull();
        Shadows.Look certain =
                shadows.new Look(List.of(), List.of(), 60, (environment, until) -> until >= 60 + LOAD ? 1 : 0);
        ReadinessScore score = certain.best(idle("i"), 1, WAIT_PRICE);
        assertThat(score).isNotNull();
        assertThat(score.needed()).isEqualTo(1);
    }

    @Test
    void whoHasLoadedWhatIsNeededIsTheLastToGo() {
        took(PYTHON, LOAD);
        took(BLENDER, LOAD);
        double time = pairs(PYTHON, 0, 20, 1);
        Instance needed = idle("a", PYTHON);
        Instance spare = idle("b", BLENDER);
        Shadows.Look look = look(time, needed, spare);

        assertThat(look.loss(needed)).isEqualTo(LOAD);
        assertThat(look.loss(spare)).as("nobody wants it").isZero();
        Shadows.Look three = look(time, idle("a", PYTHON), idle("c", PYTHON), idle("d", PYTHON));
        assertThat(three.loss(needed)).as("two of three are enough").isZero();
        three.goes(needed);
        assertThat(three.loss(needed)).isEqualTo(LOAD);
    }

    @Test
    void whatNobodyWantedForDaysIsForgotten() {
        double time = pairs(PYTHON, 0, 3, 1);
        assertThat(shadows.isEmpty()).isFalse();
        shadows.pass(time + 3 * 86_400);
        assertThat(shadows.isEmpty()).isTrue();
    }

    /** One machine, run by the policy, with one task. */
    private static TestCell busy(Ahead policy) {
        TenantProfile ann = Fixtures.tenant("ann", 1, Isolation.SHARED);
        TestCell cell = new TestCell(policy).offers(Fixtures.SMALL).has(ann);
        cell.decide(new Event.PoolPut(
                new PoolId(Fixtures.SMALL.id(), IsolationDomain.SHARED),
                new PoolSettings("ahead", Duration.ofHours(1), null, Duration.ZERO, 0, 10, PoolMode.ACTIVE)));
        cell.decide(new Event.EnvironmentPut(ann.id(), Fixtures.environment("python")));
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        return cell;
    }

    /** The whole way: a pool policy's wish, an idle machine that loads, a task that does not wait. */
    @Test
    void anIdleMachineLoadsAheadAndItsTaskStartsAtOnce() {
        Ahead policy = new Ahead();
        TestCell cell = busy(policy);
        cell.exits("t-1", 0);

        policy.environment = Fixtures.key("ann", "never-made");
        cell.after(1).tick();
        assertThat(cell.onlyInstance().state()).as("nobody made it").isEqualTo(InstanceState.HOT);

        policy.environment = PYTHON;
        cell.after(1).tick();
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.WARMING);
        assertThat(cell.onlyInstance().warming()).containsExactly(PYTHON);
        assertThat(cell.onlyInstance().cause()).as("who pays for it").isEqualTo(policy.cause);

        cell.after(7).decide(new Event.WarmUpFinished(cell.onlyInstance().id(), new TreeSet<>(List.of(PYTHON)), null));
        cell.after(1).submit(Fixtures.withEnvironment(Fixtures.task("ann", "t-2"), "python"));
        assertThat(cell.instanceOf("t-2").id()).isEqualTo(cell.onlyInstance().id());
        cell.after(1).tick();
        assertThat(policy.took).as("and how long it took is told").containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void aFailureIsToldAndATakenMachineIsNotAskedAgain() {
        Ahead policy = new Ahead();
        TestCell cell = busy(policy);
        policy.environment = PYTHON;
        cell.after(1).tick();
        assertThat(cell.onlyInstance().state()).as("it works").isEqualTo(InstanceState.BUSY);

        cell.exits("t-1", 0);
        cell.after(1).tick();
        cell.after(1)
                .decide(new Event.WarmUpFinished(
                        cell.onlyInstance().id(), Collections.emptySortedSet(), "ann/python: exit code 1"));
        policy.environment = null;
        cell.after(1).tick();
        assertThat(policy.failed).containsExactly(PYTHON);
        assertThat(cell.onlyInstance().state())
                .as("the machine is as good as before")
                .isEqualTo(InstanceState.HOT);
    }

    /** Launches what is wanted and has idle machines load one environment. */
    private static final class Ahead implements PoolPolicy, DemandListener {
        private final ReactivePolicy reactive = new ReactivePolicy();
        private final Cause cause =
                new Cause(new TenantId("ann"), Fixtures.task("ann", "t-0").id());
        private final List<Duration> took = new ArrayList<>();
        private final List<EnvironmentKey> failed = new ArrayList<>();
        private @Nullable EnvironmentKey environment;

        @Override
        public String name() {
            return "ahead";
        }

        @Override
        public List<Step> plan(PoolView pool, Instant now) {
            List<Step> steps = new ArrayList<>(reactive.plan(pool, now));
            steps.removeIf(Step.Terminate.class::isInstance);
            if (environment != null) {
                List<Instance> all = new ArrayList<>(pool.idle());
                all.addAll(pool.busy());
                for (Instance instance : all) {
                    steps.add(new Step.Specialise(
                            instance.id(), environment, cause, new Reason("environment-pays", "it does")));
                }
            }
            return steps;
        }

        @Override
        public void wanted(
                PoolId pool, dev.warmfront.domain.Offering offering, double share, TaskSpec task, Instant at) {
            // It knows what it wants.
        }

        @Override
        public void began(TaskSpec task, Instant at) {
            // As above.
        }

        @Override
        public void over(TaskSpec task, Instant at) {
            // As above.
        }

        @Override
        public void loaded(PastLoad load) {
            Duration time = load.took();
            if (time == null) {
                failed.add(load.environment());
            } else {
                took.add(time);
            }
        }
    }
}

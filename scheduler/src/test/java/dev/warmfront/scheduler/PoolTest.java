package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolTest {

    private static final TenantProfile ANN = Fixtures.tenant("ann", 1, Isolation.SHARED);

    private final TestCell cell = new TestCell();

    private static PoolSettings standby(Duration keepAlive, Duration standbyKeepAlive) {
        return new PoolSettings(
                "fixed-keep-alive", keepAlive, StandbyMode.STOPPED, standbyKeepAlive, 0, 10, PoolMode.ACTIVE);
    }

    /** Has so many machines, whatever anybody asks for. */
    private static PoolPolicy eager(int machines) {
        return new PoolPolicy() {
            @Override
            public String name() {
                return "eager";
            }

            @Override
            public List<Step> plan(PoolView pool, Instant now) {
                Reason reason = new Reason("ahead-of-demand", "somebody is going to come");
                int has =
                        pool.coming().size() + pool.idle().size() + pool.busy().size();
                return has < machines ? List.of(new Step.Launch(List.of(), null, true, reason)) : List.of();
            }
        };
    }

    private void runOnce(String task) {
        cell.submit(Fixtures.task("ann", task));
        cell.bringUp();
        cell.exits(task, 0);
    }

    @Test
    void demandFallsThroughToTheNextOfferingWhenOneIsOutOfStock() {
        cell.offers(Fixtures.SMALL, Fixtures.MEDIUM).has(ANN).submit(Fixtures.task("ann", "t-1"));
        Intent launch = cell.openIntent(Intent.Kind.LAUNCH);
        assertThat(launch.provider()).isEqualTo(Fixtures.PROVIDER);

        cell.answer(launch, new ProviderOutcome.InsufficientCapacity("z1", "small"));

        assertThat(cell.openIntent(Intent.Kind.LAUNCH).provider()).isEqualTo(Fixtures.OTHER_PROVIDER);
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.QUEUED);
        cell.bringUp();
        assertThat(cell.instanceOf("t-1").offering()).isEqualTo(Fixtures.MEDIUM);
    }

    @Test
    void anOfferingOutOfStockIsTriedAgainAfterAPause() {
        cell.offers(Fixtures.SMALL).has(ANN).submit(Fixtures.task("ann", "t-1"));
        cell.answer(cell.openIntent(Intent.Kind.LAUNCH), new ProviderOutcome.QuotaExceeded("instances"));

        cell.after(29).tick();
        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();
        cell.after(2).tick();

        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(1);
    }

    @Test
    void aPolicyThatIsOnlyListenedToSaysWhatItWouldDoAndDoesNothing() {
        PoolPolicy eager = eager(2);
        PoolId pool = new PoolId(Fixtures.SMALL.id(), IsolationDomain.SHARED);
        PoolSettings settings =
                new PoolSettings("eager", Duration.ofMinutes(1), null, Duration.ZERO, 0, 10, PoolMode.FORECAST_ONLY);
        TestCell listening = new TestCell(eager).offers(Fixtures.SMALL).has(ANN);
        listening.decide(new Event.PoolPut(pool, settings));

        List<Change> first = listening.tick().changes();
        assertThat(first)
                .containsExactly(new Change.PoolAdvised(
                        new PoolAdvice(pool, "eager", 1, 0, 0, 0, 0, "somebody is going to come")));
        assertThat(listening.after(1).tick().changes()).as("told once").isEmpty();

        listening.submit(Fixtures.task("ann", "t-1"));
        listening.bringUp();
        listening.exits("t-1", 0);
        assertThat(listening.onlyInstance().state()).isEqualTo(InstanceState.HOT);
        listening.after(61).tick();
        assertThat(listening.onlyInstance().state())
                .as("kept for its keep-alive")
                .isEqualTo(InstanceState.DRAINING);

        listening.decide(new Event.PoolPut(pool, settings.in(PoolMode.ACTIVE)));
        listening.tick();
        assertThat(listening.open(Intent.Kind.LAUNCH)).as("now it acts").hasSize(1);
    }

    @Test
    void aPoolWithSettingsOfItsOwnIsPlannedWhileItIsEmpty() {
        PoolPolicy eager = eager(1);
        TestCell ahead = new TestCell(eager);
        PoolSettings settings = new PoolSettings("eager", Duration.ZERO, null, Duration.ZERO, 0, 10, PoolMode.ACTIVE);
        ahead.offers(Fixtures.SMALL).has(ANN).tick();
        assertThat(ahead.open(Intent.Kind.LAUNCH)).isEmpty();

        ahead.decide(new Event.PoolPut(new PoolId(Fixtures.SMALL.id(), ANN.domain()), settings));
        ahead.tick();

        assertThat(ahead.open(Intent.Kind.LAUNCH)).hasSize(1);
    }

    @Test
    void reactiveEndsWhatIsIdleAtTheNextTick() {
        cell.offers(Fixtures.SMALL)
                .has(ANN)
                .runs(new PoolSettings("reactive", Duration.ZERO, null, Duration.ZERO, 0, 10, PoolMode.ACTIVE));
        runOnce("t-1");

        cell.after(1).tick();

        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.DRAINING);
        cell.answer(cell.openIntent(Intent.Kind.TERMINATE), new ProviderOutcome.NotFound());
        assertThat(cell.state.instances()).isEmpty();
    }

    @Test
    void fixedKeepAliveHoldsThenStopsThenEnds() {
        cell.offers(Fixtures.SMALL).has(ANN).runs(standby(Duration.ofMinutes(2), Duration.ofMinutes(5)));
        runOnce("t-1");

        cell.after(119).tick();
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.HOT);
        cell.after(1).tick();
        Intent stop = cell.openIntent(Intent.Kind.STOP);
        assertThat(stop.standbyMode()).isEqualTo(StandbyMode.STOPPED);
        cell.answer(stop, new ProviderOutcome.Accepted("m-" + stop.instance()));
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.STANDBY);

        cell.after(299).tick();
        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
        cell.after(1).tick();

        assertThat(cell.open(Intent.Kind.TERMINATE)).hasSize(1);
    }

    @Test
    void standbyIsWokenBeforeAnythingIsLaunched() {
        cell.offers(Fixtures.SMALL).has(ANN).runs(standby(Duration.ZERO, Duration.ofHours(1)));
        runOnce("t-1");
        cell.after(1).tick();
        cell.answer(cell.openIntent(Intent.Kind.STOP), new ProviderOutcome.Accepted("any"));

        cell.after(60).submit(Fixtures.task("ann", "t-2"));

        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();
        assertThat(cell.openIntent(Intent.Kind.START).standbyMode())
                .as("only a stop chooses how")
                .isNull();
        cell.after(5).bringUp();
        assertThat(cell.task("t-2").startKind()).isEqualTo(Tier.STANDBY);
    }

    @Test
    void aMachineThatCannotBeWokenIsReplacedByALaunch() {
        cell.offers(Fixtures.SMALL).has(ANN).runs(standby(Duration.ZERO, Duration.ofHours(1)));
        runOnce("t-1");
        cell.after(1).tick();
        cell.answer(cell.openIntent(Intent.Kind.STOP), new ProviderOutcome.Accepted("any"));
        cell.after(60).submit(Fixtures.task("ann", "t-2"));

        cell.answer(cell.openIntent(Intent.Kind.START), new ProviderOutcome.InsufficientCapacity("z1", "small"));

        assertThat(cell.has(InstanceState.STANDBY)).isTrue();
        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(1);
    }

    @Test
    void anOperatorsFloorIsHeldAtTheOperatorsCost() {
        cell.offers(Fixtures.SMALL).has(ANN);
        PoolId pool = new PoolId(Fixtures.SMALL.id(), ANN.domain());
        cell.decide(new Event.PoolPut(
                pool,
                new PoolSettings("fixed-keep-alive", Duration.ZERO, null, Duration.ZERO, 2, 10, PoolMode.ACTIVE)));

        cell.tick();
        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(2).allMatch(Intent::speculative);
        cell.bringUp();
        cell.after(3600).tick();

        assertThat(cell.state.instances()).hasSize(2).allMatch(instance -> instance.cause() == null);
        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
    }

    @Test
    void aPausedPoolServesWhatItHasAndLaunchesNothing() {
        cell.offers(Fixtures.SMALL)
                .has(ANN)
                .runs(new PoolSettings("reactive", Duration.ZERO, null, Duration.ZERO, 0, 10, PoolMode.PAUSED));

        cell.submit(Fixtures.task("ann", "t-1"));
        cell.after(60).tick();

        assertThat(cell.state.instances()).isEmpty();
    }

    @Test
    void aFullPoolLaunchesNoMore() {
        cell.offers(Fixtures.SMALL).has(ANN).runs(TestCell.keepAlive(Duration.ofHours(1), 3));
        IntStream.range(0, 20)
                .forEach(i -> cell.submit(Fixtures.task("ann", "t-" + i, Resources.of(2000, Fixtures.GIB))));

        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(3);
    }

    @Test
    void onlySoManySpeculativeCallsAreOpenAtOnce() {
        cell.offers(Fixtures.SMALL).has(ANN);
        cell.decide(new Event.PoolPut(
                new PoolId(Fixtures.SMALL.id(), ANN.domain()),
                new PoolSettings("fixed-keep-alive", Duration.ZERO, null, Duration.ZERO, 9, 10, PoolMode.ACTIVE)));

        cell.tick();

        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(Fixtures.SETTINGS.maxSpeculativeIntents());
    }

    @Test
    void aDrainingMachineFinishesWhatItRunsAndEnds() {
        cell.offers(Fixtures.SMALL).has(ANN).submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();

        cell.decide(new Event.DrainRequested(cell.onlyInstance().id()));
        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
        cell.exits("t-1", 0);

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.SUCCEEDED);
        assertThat(cell.open(Intent.Kind.TERMINATE)).hasSize(1);
    }

    @Test
    void anUnknownMachineWithOurTagsIsEndedOnce() {
        var ghost = new dev.warmfront.domain.InstanceId("i-c1-999");
        cell.decide(new Event.InstanceFound(Fixtures.PROVIDER, "m-ghost", ghost));
        cell.decide(new Event.InstanceFound(Fixtures.PROVIDER, "m-ghost", ghost));

        assertThat(cell.openIntent(Intent.Kind.TERMINATE).ref()).isEqualTo("m-ghost");
    }

    @Test
    void aMachineLostBeforeItsLaunchIsAnsweredIsEndedByTheNameInTheAnswer() {
        cell.offers(Fixtures.SMALL).has(ANN).submit(Fixtures.task("ann", "t-1"));
        Intent launch = cell.openIntent(Intent.Kind.LAUNCH);
        cell.after(200).tick();
        assertThat(cell.state.instance(launch.instance())).isNotNull();
        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();

        cell.answer(launch, new ProviderOutcome.Accepted("m-late"));

        assertThat(cell.openIntent(Intent.Kind.TERMINATE).ref()).isEqualTo("m-late");
    }

    @Test
    void anEnvironmentOfAnUnknownTenantIsRefused() {
        Decision decision = cell.decide(new Event.EnvironmentPut(ANN.id(), Fixtures.environment("python")));

        assertThat(decision.answer())
                .isEqualTo(new Answer.Refused(Answer.Refusal.UNKNOWN_TENANT, "tenant ann is not known to this cell"));
        assertThat(cell.state.environments()).isEmpty();
    }

    @Test
    void twoPoliciesOfOneNameAreRefused() {
        assertThatThrownBy(() -> new Scheduler(List.of(new ReactivePolicy(), new ReactivePolicy())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settingsThatNameNoPolicyAreRefusedBeforeAnythingChanges() {
        PoolSettings unknown =
                new PoolSettings("clairvoyant", Duration.ZERO, null, Duration.ZERO, 0, 10, PoolMode.ACTIVE);

        assertThat(cell.decide(new Event.PoolPut(null, unknown)).answer())
                .isEqualTo(new Answer.Refused(
                        Answer.Refusal.UNKNOWN_POLICY, "known pool policies are fixed-keep-alive, reactive"));
        assertThat(cell.state.poolSettings(new PoolId(Fixtures.SMALL.id(), ANN.domain())))
                .isEqualTo(PoolSettings.DEFAULT);
    }
}

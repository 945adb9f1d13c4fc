package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReclaimTest {

    private static final TenantProfile CAT = Fixtures.tenant("cat", 1, Isolation.DEDICATED);
    private static final TenantProfile DAN = Fixtures.tenant("dan", 1, Isolation.DEDICATED);
    private static final TenantProfile EVE = Fixtures.tenant("eve", 1, Isolation.DEDICATED);

    private static final ProviderOutcome NO_ROOM = new ProviderOutcome.InsufficientCapacity("z1", "small");

    /** As large as a small machine, so that one task fills it. */
    private static final Resources WHOLE = Resources.of(2000, Fixtures.GIB);

    /** Four cores, where the small ones are. */
    private static final Offering LARGE =
            Fixtures.offering(Fixtures.PROVIDER, "large", Resources.of(4000, 8 * Fixtures.GIB), "0.1");

    private final TestCell cell = new TestCell();

    private ReclaimTest() {
        cell.offers(Fixtures.SMALL).has(CAT, DAN, EVE).runs(TestCell.keepAlive(Duration.ofHours(9), 10));
    }

    private static PoolId poolOf(TenantProfile tenant) {
        return new PoolId(Fixtures.SMALL.id(), tenant.domain());
    }

    private void submit(String tenant, String... tasks) {
        for (String task : tasks) {
            cell.submit(Fixtures.task(tenant, task, WHOLE));
        }
    }

    private void refuseLaunches() {
        cell.open(Intent.Kind.LAUNCH).forEach(launch -> cell.answer(launch, NO_ROOM));
    }

    private void holdsIdle(String tenant, String... tasks) {
        submit(tenant, tasks);
        cell.bringUp();
        for (String task : tasks) {
            cell.after(1).exits(task, 0);
        }
    }

    private void confirmEnds() {
        cell.open(Intent.Kind.TERMINATE)
                .forEach(end -> cell.answer(end, new ProviderOutcome.Accepted("m-" + end.instance())));
    }

    private List<Instance> of(TenantProfile tenant, InstanceState state) {
        return cell.state.instances().stream()
                .filter(one -> one.domain().equals(tenant.domain()) && one.state() == state)
                .toList();
    }

    @Test
    void whatAnotherDomainKeepsIdleEndsForATaskAndItsPlaceIsTakenAtOnce() {
        holdsIdle("cat", "c-1");
        submit("dan", "d-1");

        Decision refused = cell.decide(
                new Event.IntentAnswered(cell.openIntent(Intent.Kind.LAUNCH).token(), NO_ROOM));

        assertThat(refused.changes())
                .filteredOn(Change.InstanceChanged.class::isInstance)
                .extracting(change -> ((Change.InstanceChanged) change).reason().code())
                .contains("reclaimed-for-demand");
        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();
        cell.after(2);
        confirmEnds();
        cell.bringUp();
        assertThat(cell.stateOf("d-1")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void onlyAsManyEndAsAreWantedAndLaterEventsEndNoMore() {
        holdsIdle("cat", "c-1", "c-2", "c-3", "c-4");
        submit("dan", "d-1", "d-2");
        refuseLaunches();
        assertThat(cell.open(Intent.Kind.TERMINATE)).hasSize(2);

        for (int i = 0; i < 20; i++) {
            cell.after(1).tick();
        }
        submit("cat", "c-5");

        assertThat(cell.open(Intent.Kind.TERMINATE)).hasSize(2);
        confirmEnds();
        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(2);
        cell.tick();
        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
    }

    @Test
    void standbyEndsBeforeWhatIsHotAndTheLongestIdleFirst() {
        holdsIdle("cat", "c-1", "c-2", "c-3");
        InstanceId oldest = Objects.requireNonNull(cell.task("c-1").instance());
        InstanceId newest = Objects.requireNonNull(cell.task("c-3").instance());
        cell.decide(new Event.PoolPut(
                poolOf(CAT),
                new PoolSettings(
                        "fixed-keep-alive",
                        Duration.ZERO,
                        StandbyMode.STOPPED,
                        Duration.ofHours(9),
                        2,
                        9,
                        PoolMode.ACTIVE)));
        cell.tick();
        Intent stop = cell.openIntent(Intent.Kind.STOP);
        cell.answer(stop, new ProviderOutcome.Accepted("any"));
        assertThat(stop.instance()).isEqualTo(oldest);

        submit("dan", "d-1", "d-2");
        refuseLaunches();

        assertThat(cell.open(Intent.Kind.TERMINATE))
                .extracting(Intent::instance)
                .contains(oldest);
        assertThat(of(CAT, InstanceState.HOT))
                .as("an operator's floor of two gives way")
                .extracting(Instance::id)
                .containsExactly(newest);
    }

    @Test
    void whatWorksAndWhatIsPausedIsLeftAlone() {
        holdsIdle("cat", "c-1");
        submit("eve", "e-1");
        cell.bringUp();
        cell.decide(new Event.PoolPut(
                poolOf(CAT), new PoolSettings("reactive", Duration.ZERO, null, Duration.ZERO, 0, 9, PoolMode.PAUSED)));

        submit("dan", "d-1");
        refuseLaunches();
        cell.after(5).tick();

        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
        assertThat(of(EVE, InstanceState.BUSY)).hasSize(1);
    }

    @Test
    void aRefusalForAnotherReasonEndsNothing() {
        holdsIdle("cat", "c-1");
        submit("dan", "d-1");

        cell.answer(cell.openIntent(Intent.Kind.LAUNCH), new ProviderOutcome.Invalid("no such image"));

        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
    }

    @Test
    void demandThatAnotherOfferingCanServeEndsNothing() {
        cell.offers(Fixtures.MEDIUM);
        holdsIdle("cat", "c-1");
        submit("dan", "d-1");

        refuseLaunches();

        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
        assertThat(cell.openIntent(Intent.Kind.LAUNCH).provider()).isEqualTo(Fixtures.OTHER_PROVIDER);
    }

    @Test
    void aLargerMachineNeedsSeveralSmallerOnesToEndAndTheLastOfThemDecides() {
        cell.offers(Fixtures.SMALL, LARGE);
        holdsIdle("cat", "c-1", "c-2", "c-3");
        cell.submit(Fixtures.task("dan", "d-1", Resources.of(4000, Fixtures.GIB)));

        refuseLaunches();

        List<Intent> ends = cell.open(Intent.Kind.TERMINATE);
        assertThat(ends).hasSize(2);
        cell.answer(ends.getFirst(), new ProviderOutcome.Accepted("any"));
        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();
        cell.answer(ends.getLast(), new ProviderOutcome.Accepted("any"));
        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(1);
    }

    @Test
    void machinesOfOtherTypesAreSparedMoreAndMoreWhereTheirEndsDoNotHelp() {
        cell.offers(Fixtures.SMALL, LARGE);
        holdsIdle("cat", "c-1", "c-2", "c-3", "c-4", "c-5", "c-6", "c-7", "c-8");
        cell.submit(Fixtures.task("dan", "d-1", Resources.of(4000, Fixtures.GIB)));
        int[] left = new int[5];
        for (int refusal = 0; refusal < left.length; refusal++) {
            refuseLaunches();
            left[refusal] = of(CAT, InstanceState.HOT).size();
            confirmEnds();
            if (cell.open(Intent.Kind.LAUNCH).isEmpty()) {
                cell.after(31).tick();
            }
        }

        assertThat(left).containsExactly(6, 4, 4, 2, 2);
    }

    @Test
    void anIdleMachineWithoutGpusIsNotEndedForATaskThatNeedsThem() {
        cell.offers(Fixtures.SMALL, Fixtures.GPU);
        holdsIdle("cat", "c-1");
        cell.submit(Fixtures.task("dan", "d-1", Fixtures.gpu(1000, 1000)));

        refuseLaunches();

        assertThat(cell.open(Intent.Kind.TERMINATE)).isEmpty();
    }

    @Test
    void aStockOutDoesNotKeepAPoolFromWakingWhatItHas() {
        cell.runs(new PoolSettings(
                "fixed-keep-alive", Duration.ZERO, StandbyMode.STOPPED, Duration.ofHours(9), 0, 10, PoolMode.ACTIVE));
        holdsIdle("cat", "c-1", "c-2");
        cell.tick();
        cell.open(Intent.Kind.STOP).forEach(stop -> cell.answer(stop, new ProviderOutcome.Accepted("any")));
        submit("dan", "d-1");
        refuseLaunches();
        assertThat(cell.open(Intent.Kind.TERMINATE)).hasSize(1);

        submit("cat", "c-3");

        assertThat(cell.open(Intent.Kind.START)).hasSize(1);
    }

    @Test
    void twoDomainsThatNeverRestTakeTurnsOnTheOnlyMachine() {
        Scarce scarce = new Scarce(cell, 1, 6);
        for (int second = 0; second < 1800; second++) {
            if (second % 10 == 0) {
                submit("cat", "c-" + second);
                submit("dan", "d-" + second);
            }
            scarce.second();
        }

        Map<String, Long> done = scarce.done();
        assertThat(done.getOrDefault("cat", 0L)).as("half of what fits").isBetween(110L, 150L);
        assertThat(done.getOrDefault("dan", 0L)).as("half of what fits").isBetween(110L, 150L);
        assertThat(scarce.launches())
                .as("at most one change of hands for each turn")
                .isLessThanOrEqualTo(1800 / 30);
    }

    @Test
    void aBacklogDoesNotShutOutTheOneTaskOfAnother() {
        for (int i = 0; i < 1000; i++) {
            submit("cat", "c-%03d".formatted(i));
        }
        Scarce scarce = new Scarce(cell, 2, 4);
        for (int second = 0; second < 60; second++) {
            scarce.second();
        }
        submit("dan", "d-1");
        for (int second = 0; second < 90 && cell.stateOf("d-1") != TaskState.SUCCEEDED; second++) {
            scarce.second();
        }

        assertThat(cell.stateOf("d-1")).isEqualTo(TaskState.SUCCEEDED);
    }
}

package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.Tier;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private static final TenantProfile ANN = Fixtures.tenant("ann", 1, Isolation.SHARED);
    private static final TenantProfile BOB = Fixtures.tenant("bob", 1, Isolation.SHARED);
    private static final TenantProfile BOB_TRIPLE = Fixtures.tenant("bob", 3, Isolation.SHARED);
    private static final TenantProfile CAT = Fixtures.tenant("cat", 1, Isolation.DEDICATED);

    private final TestCell cell = new TestCell();

    private static TaskSpec[] many(String tenant, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Fixtures.task(tenant, "%s-%02d".formatted(tenant, i)))
                .toArray(TaskSpec[]::new);
    }

    @Test
    void aTaskWithoutAMachineHasOneLaunchedAndStartsCold() {
        cell.offers(Fixtures.SMALL).has(ANN).submit(Fixtures.task("ann", "t-1"));

        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(1);
        cell.after(30).bringUp();

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.task("t-1").startKind()).isEqualTo(Tier.COLD);
        cell.exits("t-1", 0);
        cell.after(1).submit(Fixtures.task("ann", "t-2"));
        assertThat(cell.task("t-2").startKind()).isEqualTo(Tier.HOT);
        assertThat(cell.state.instances()).hasSize(1);
    }

    @Test
    void smallTasksShareALaunch() {
        cell.offers(Fixtures.MEDIUM).has(ANN).submit(many("ann", 20));

        assertThat(cell.open(Intent.Kind.LAUNCH))
                .as("20 cores on machines of 8")
                .hasSize(3);
    }

    @Test
    void equalTenantsShareEqually() {
        cell.offers(Fixtures.MEDIUM).has(ANN, BOB).runs(TestCell.keepAlive(Duration.ofHours(1), 1));
        cell.submit(many("ann", 20));
        cell.submit(many("bob", 20));

        cell.bringUp();

        assertThat(cell.held("ann")).isEqualTo(4);
        assertThat(cell.held("bob")).isEqualTo(4);
    }

    @Test
    void aTenantOfTripleWeightHoldsThreeTimesAsMuch() {
        cell.offers(Fixtures.MEDIUM).has(ANN, BOB_TRIPLE).runs(TestCell.keepAlive(Duration.ofHours(1), 1));
        cell.submit(many("ann", 20));
        cell.submit(many("bob", 20));

        cell.bringUp();

        assertThat(cell.held("ann")).isEqualTo(2);
        assertThat(cell.held("bob")).isEqualTo(6);
    }

    @Test
    void sharesAreOfTheResourceThatEachNeedsMost() {
        // The example of the DRF paper (§4.1) on 9 cores and 18 GiB: 1 core and 4 GiB against 3 cores and 1 GiB.
        var machine = Fixtures.offering(Fixtures.PROVIDER, "nine", Resources.of(9000, 18 * Fixtures.GIB), "1");
        cell.offers(machine).has(ANN, BOB).runs(TestCell.keepAlive(Duration.ofHours(1), 1));
        cell.submit(IntStream.range(0, 10)
                .mapToObj(i -> Fixtures.task("ann", "a-" + i, Resources.of(1000, 4 * Fixtures.GIB)))
                .toArray(TaskSpec[]::new));
        cell.submit(IntStream.range(0, 10)
                .mapToObj(i -> Fixtures.task("bob", "b-" + i, Resources.of(3000, Fixtures.GIB)))
                .toArray(TaskSpec[]::new));

        cell.bringUp();

        assertThat(cell.held("ann")).isEqualTo(3);
        assertThat(cell.held("bob")).isEqualTo(2);
    }

    @Test
    void higherPrioritiesGoFirst() {
        cell.offers(Fixtures.SMALL).has(ANN).runs(TestCell.keepAlive(Duration.ofHours(1), 1));
        cell.submit(
                Fixtures.task("ann", "t-1"),
                Fixtures.withPriority(Fixtures.task("ann", "t-2"), 9),
                Fixtures.withPriority(Fixtures.task("ann", "t-3"), 6));

        cell.bringUp();

        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.stateOf("t-3")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.QUEUED);
    }

    @Test
    void whatDoesNotFitBlocksNoOther() {
        cell.offers(Fixtures.SMALL).has(ANN, BOB).runs(TestCell.keepAlive(Duration.ofHours(1), 1));
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        cell.submit(Fixtures.withPriority(Fixtures.task("ann", "whole", Resources.of(2000, Fixtures.GIB)), 9));

        cell.submit(Fixtures.task("ann", "half"));

        assertThat(cell.stateOf("whole")).isEqualTo(TaskState.QUEUED);
        assertThat(cell.stateOf("half")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void theMostRecentlyUsedMachineIsTakenFirst() {
        cell.offers(Fixtures.SMALL).has(ANN);
        cell.submit(
                Fixtures.task("ann", "t-1", Resources.of(2000, Fixtures.GIB)),
                Fixtures.task("ann", "t-2", Resources.of(2000, Fixtures.GIB)));
        cell.bringUp();
        InstanceId first = cell.instanceOf("t-1").id();
        InstanceId second = cell.instanceOf("t-2").id();
        cell.after(1).exits("t-2", 0);
        cell.after(1).exits("t-1", 0);

        cell.after(1).submit(Fixtures.task("ann", "t-3"));

        assertThat(first).isNotEqualTo(second);
        assertThat(cell.task("t-3").instance()).isEqualTo(first);
    }

    @Test
    void aDedicatedTenantNeverMeetsAnother() {
        cell.offers(Fixtures.SMALL).has(ANN, CAT).submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        cell.exits("t-1", 0);

        cell.submit(Fixtures.task("cat", "t-2"));

        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.QUEUED);
        assertThat(cell.openIntent(Intent.Kind.LAUNCH).instance())
                .isNotEqualTo(cell.state.instances().iterator().next().id());
        cell.bringUp();
        assertThat(cell.instanceOf("t-2").domain()).isEqualTo(CAT.domain());
    }

    @Test
    void fractionsOfAGpuShareItUntilItIsFull() {
        cell.offers(Fixtures.SMALL, Fixtures.GPU).has(ANN).runs(TestCell.keepAlive(Duration.ofHours(1), 1));
        cell.submit(
                Fixtures.task("ann", "t-1", Fixtures.gpu(100, 500)),
                Fixtures.task("ann", "t-2", Fixtures.gpu(100, 500)),
                Fixtures.task("ann", "t-3", Fixtures.gpu(100, 750)),
                Fixtures.task("ann", "t-4", Fixtures.gpu(100, 500)),
                Fixtures.task("ann", "t-5", Fixtures.gpu(100, 250)));
        cell.bringUp();

        assertThat(List.of(cell.stateOf("t-1"), cell.stateOf("t-2"), cell.stateOf("t-3"), cell.stateOf("t-5")))
                .containsOnly(TaskState.ASSIGNED);
        assertThat(cell.stateOf("t-4")).as("500 of the 250 left").isEqualTo(TaskState.QUEUED);
        assertThat(cell.onlyInstance().offering()).isEqualTo(Fixtures.GPU);
    }

    @Test
    void aMachineThatHasTheEnvironmentIsPreferred() {
        cell.offers(Fixtures.SMALL).has(ANN);
        cell.decide(new Event.EnvironmentPut(ANN.id(), Fixtures.environment("python")));
        cell.submit(
                Fixtures.withEnvironment(Fixtures.task("ann", "t-1", Resources.of(2000, Fixtures.GIB)), "python"),
                Fixtures.task("ann", "t-2", Resources.of(2000, Fixtures.GIB)));
        cell.bringUp();
        InstanceId warm = cell.instanceOf("t-1").id();
        cell.after(1).exits("t-1", 0);
        cell.after(1).exits("t-2", 0);

        cell.after(1).submit(Fixtures.withEnvironment(Fixtures.task("ann", "t-3"), "python"));

        assertThat(cell.task("t-3").instance())
                .as("the warm one, though another was used later")
                .isEqualTo(warm);
        assertThat(cell.task("t-3").startKind()).isEqualTo(Tier.HOT);
    }

    @Test
    void anIdleMachineLearnsAnotherEnvironmentBeforeOneIsLaunched() {
        cell.offers(Fixtures.SMALL).has(ANN).submit(Fixtures.task("ann", "t-1"));
        cell.decide(new Event.EnvironmentPut(ANN.id(), Fixtures.environment("python")));
        cell.bringUp();
        cell.exits("t-1", 0);

        cell.submit(Fixtures.withEnvironment(Fixtures.task("ann", "t-2"), "python"));

        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.WARMING);
        assertThat(cell.onlyInstance().warming()).containsExactly(Fixtures.key("ann", "python"));
        cell.warmUp();
        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();
    }

    @Test
    void aLaneThatGrowsBeyondWhatIsLoadingIsTriedAgain() {
        cell.offers(Fixtures.SMALL).has(ANN);
        cell.decide(new Event.EnvironmentPut(ANN.id(), Fixtures.environment("python")));
        cell.submit(many("ann", 4));
        cell.bringUp();
        for (int i = 0; i < 4; i++) {
            cell.exits("ann-0" + i, 0);
        }
        cell.submit(Fixtures.withEnvironment(Fixtures.task("ann", "p-1"), "python"));
        cell.submit(Fixtures.withEnvironment(Fixtures.task("ann", "p-2"), "python"));
        assertThat(cell.state.instances())
                .as("one of two loads for both")
                .filteredOn(instance -> instance.state() == InstanceState.WARMING)
                .hasSize(1);

        cell.submit(Fixtures.withEnvironment(Fixtures.task("ann", "p-3"), "python"));

        assertThat(cell.state.instances()).hasSize(2).allMatch(one -> one.state() == InstanceState.WARMING);
        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();
    }

    @Test
    void aLateReportOfAFailedEnvironmentIsNotBlamedOnTheNextOne() {
        cell.offers(Fixtures.SMALL).has(ANN);
        cell.decide(new Event.EnvironmentPut(ANN.id(), Fixtures.environment("python")));
        cell.decide(new Event.EnvironmentPut(ANN.id(), Fixtures.environment("blender")));
        cell.submit(Fixtures.withEnvironment(Fixtures.task("ann", "t-1"), "python"));
        cell.acceptLaunches();
        cell.bootUp();
        Event failed = new Event.WarmUpFinished(
                cell.onlyInstance().id(),
                Collections.unmodifiableSortedSet(new TreeSet<>()),
                "ann/python: exit code 3");
        cell.decide(failed);
        cell.submit(Fixtures.withEnvironment(Fixtures.task("ann", "t-2"), "blender"));

        cell.decide(failed);

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.FAILED);
        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.QUEUED);
        cell.warmUp();
        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void tasksOfAnEnvironmentThatCannotBeLoadedFail() {
        cell.offers(Fixtures.SMALL).has(ANN);
        cell.decide(new Event.EnvironmentPut(ANN.id(), Fixtures.environment("python")));
        cell.submit(Fixtures.withEnvironment(Fixtures.task("ann", "t-1"), "python"));
        cell.acceptLaunches();
        InstanceId instance = cell.onlyInstance().id();
        cell.decide(new Event.AgentRegistered(instance));

        cell.decide(
                new Event.WarmUpFinished(instance, Collections.unmodifiableSortedSet(new TreeSet<>()), "exit code 3"));

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.FAILED);
        assertThat(cell.task("t-1").detail()).contains("python").contains("exit code 3");
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.HOT);
    }
}

package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tenants say on which machines their tasks may run. */
class MachineLimitsTest {

    private static final Offering FAR =
            Fixtures.offering(Fixtures.OTHER_PROVIDER, "small", Resources.of(2000, 4 * Fixtures.GIB), "0.08");

    private final TestCell cell =
            new TestCell().runs(TestCell.keepAlive(Duration.ofHours(1), 10)).offers(Fixtures.SMALL, FAR);

    /** A task that fills a machine. */
    private static TaskSpec whole(String tenant, String id) {
        return Fixtures.task(tenant, id, Resources.of(2000, Fixtures.GIB));
    }

    private Offering offeringOf(String task) {
        return cell.instanceOf(task).offering();
    }

    @Test
    void theCheapestOfferingInsideOfTheTenantsPlacementsIsLaunched() {
        cell.has(Fixtures.limited("ann", Isolation.SHARED, "far"), Fixtures.tenant("bob", 1, Isolation.SHARED));
        cell.submit(whole("ann", "t-1"));
        cell.submit(whole("bob", "t-2"));
        cell.bringUp();

        assertThat(offeringOf("t-1")).isEqualTo(FAR);
        assertThat(offeringOf("t-2")).isEqualTo(Fixtures.SMALL);
    }

    @Test
    void anIdleMachineOutsideIsLeftToOthers() {
        cell.has(Fixtures.tenant("bob", 1, Isolation.SHARED), Fixtures.limited("ann", Isolation.SHARED, "far/r1"));
        cell.submit(Fixtures.task("bob", "t-1"));
        cell.bringUp();
        cell.exits("t-1", 0);
        cell.submit(Fixtures.task("ann", "t-2"));

        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.QUEUED);
        cell.submit(Fixtures.task("bob", "t-3"));
        assertThat(offeringOf("t-3")).isEqualTo(Fixtures.SMALL);
        cell.bringUp();
        assertThat(offeringOf("t-2")).isEqualTo(FAR);
    }

    @Test
    void whatCanRunNowhereIsRefusedWithTheReason() {
        cell.has(Fixtures.limited("ann", Isolation.SHARED, "elsewhere"));

        Answer answer = cell.submit(Fixtures.task("ann", "t-1"));

        assertThat(answer)
                .isEqualTo(new Answer.Refused(
                        Answer.Refusal.NEVER_FITS,
                        "no machine type is large enough for 1000 millicores and 1073741824 bytes of memory"
                                + " among those that the tenant's settings permit: placements [elsewhere]"));
    }

    @Test
    void tasksThatRunStayAndThoseThatWaitFollowTheNewSetting() {
        cell.runs(TestCell.keepAlive(Duration.ofHours(1), 1)).has(Fixtures.limited("ann", Isolation.DEDICATED, "near"));
        cell.submit(Fixtures.task("ann", "t-1"), Fixtures.task("ann", "t-2"), Fixtures.task("ann", "t-3"));
        cell.bringUp();
        assertThat(cell.held("ann")).isEqualTo(2);

        cell.has(Fixtures.limited("ann", Isolation.DEDICATED, "far"));
        cell.tick();
        assertThat(offeringOf("t-1")).isEqualTo(Fixtures.SMALL);
        cell.exits("t-2", 0);
        assertThat(cell.stateOf("t-3")).as("though there is room").isEqualTo(TaskState.QUEUED);
        cell.bringUp();
        assertThat(offeringOf("t-3")).isEqualTo(FAR);

        cell.exits("t-1", 0);
        cell.tick();
        assertThat(cell.state.instances())
                .filteredOn(instance -> instance.offering().equals(Fixtures.SMALL))
                .as("nobody may use it any more")
                .allMatch(instance -> instance.state() == InstanceState.DRAINING);
    }

    @Test
    void anOperatorsFloorIsNotHeldWhereItsOnlyTenantMayNotRun() {
        TenantProfile ann = Fixtures.limited("ann", Isolation.DEDICATED, "far");
        cell.has(ann);
        PoolSettings floor =
                new PoolSettings("fixed-keep-alive", Duration.ZERO, null, Duration.ZERO, 1, 10, PoolMode.ACTIVE);
        for (Offering offering : List.of(Fixtures.SMALL, FAR)) {
            cell.decide(new Event.PoolPut(new PoolId(offering.id(), ann.domain()), floor));
        }
        cell.tick();
        assertThat(cell.onlyInstance().offering()).isEqualTo(FAR);

        cell.bringUp();
        cell.has(Fixtures.limited("ann", Isolation.DEDICATED, "near")).tick();
        assertThat(cell.state.instances())
                .extracting(Instance::offering, Instance::state)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(FAR, InstanceState.DRAINING),
                        org.assertj.core.groups.Tuple.tuple(Fixtures.SMALL, InstanceState.REQUESTED));
    }

    // ---- spot

    private static final int HALF = 500_000;

    /** Where spot is offered, too. */
    private final TestCell spotty = new TestCell()
            .runs(TestCell.keepAlive(Duration.ofHours(1), 10))
            .offers(Fixtures.SMALL, Fixtures.SMALL_SPOT);

    private static TaskSpec[] four(String tenant) {
        return IntStream.rangeClosed(1, 4)
                .mapToObj(i -> whole(tenant, "t-" + i))
                .toArray(TaskSpec[]::new);
    }

    private long running(Offering offering) {
        return spotty.state.instances().stream()
                .filter(instance -> instance.offering().equals(offering) && instance.state() == InstanceState.BUSY)
                .count();
    }

    private long launched(Offering offering) {
        return spotty.state.instances().stream()
                .filter(instance -> instance.offering().equals(offering))
                .count();
    }

    @Test
    void withoutASettingAllGoesToTheCheapest() {
        spotty.has(Fixtures.tenant("ann", 1, Isolation.SHARED)).submit(four("ann"));
        spotty.bringUp();

        assertThat(running(Fixtures.SMALL_SPOT)).isEqualTo(4);
    }

    @Test
    void aTenantThatWantsNoSpotIsNeverGivenAny() {
        spotty.has(Fixtures.tenant("bob", 1, Isolation.SHARED), Fixtures.limited("ann", Isolation.SHARED, 0));
        spotty.submit(whole("bob", "b-1"));
        spotty.bringUp();
        spotty.exits("b-1", 0);
        spotty.submit(four("ann"));
        spotty.bringUp();

        assertThat(running(Fixtures.SMALL)).isEqualTo(4);
        assertThat(launched(Fixtures.SMALL_SPOT)).as("bob's, idle").isEqualTo(1);
    }

    @Test
    void asMuchIsLaunchedOnSpotAsTheShareLetsBeThereWhenAllRun() {
        spotty.has(Fixtures.limited("ann", Isolation.SHARED, HALF)).submit(four("ann"));
        spotty.bringUp();
        spotty.tick();
        spotty.bringUp();

        assertThat(running(Fixtures.SMALL)).isEqualTo(2);
        assertThat(running(Fixtures.SMALL_SPOT)).isEqualTo(2);
        assertThat(spotty.state.instances()).hasSize(4);
    }

    @Test
    void aSpotMachineThatIsThereFirstWaitsForTheShareAndNoOtherIsLaunchedMeanwhile() {
        spotty.has(Fixtures.limited("ann", Isolation.SHARED, HALF)).submit(four("ann"));
        for (Intent intent : spotty.open(Intent.Kind.LAUNCH)) {
            Instance instance = Objects.requireNonNull(spotty.state.instance(intent.instance()));
            if (instance.offering().equals(Fixtures.SMALL_SPOT)) {
                spotty.answer(intent, new ProviderOutcome.Accepted("m-" + intent.instance()));
            }
        }
        spotty.bootUp();
        spotty.warmUp();
        spotty.tick();
        spotty.after(5).tick();

        assertThat(running(Fixtures.SMALL_SPOT)).isZero();
        assertThat(launched(Fixtures.SMALL_SPOT)).isEqualTo(2);
        spotty.bringUp();
        assertThat(running(Fixtures.SMALL_SPOT)).isEqualTo(2);
        assertThat(running(Fixtures.SMALL)).isEqualTo(2);
    }

    @Test
    void whereSpotIsRefusedMachinesThatStayAreLaunched() {
        spotty.has(Fixtures.limited("ann", Isolation.SHARED, HALF)).submit(four("ann"));
        for (Intent intent : spotty.open(Intent.Kind.LAUNCH)) {
            Instance instance = Objects.requireNonNull(spotty.state.instance(intent.instance()));
            boolean spot = instance.offering().equals(Fixtures.SMALL_SPOT);
            spotty.answer(
                    intent,
                    spot
                            ? new ProviderOutcome.InsufficientCapacity("z1", "small")
                            : new ProviderOutcome.Accepted("m-" + intent.instance()));
        }
        spotty.tick();
        spotty.bringUp();

        assertThat(running(Fixtures.SMALL)).isEqualTo(4);
    }

    @Test
    void whatRunsAloneIsNotOnSpotUnlessAllMayBe() {
        spotty.has(Fixtures.limited("ann", Isolation.SHARED, 999_999));
        spotty.submit(whole("ann", "t-1"));
        spotty.bringUp();
        assertThat(running(Fixtures.SMALL)).isEqualTo(1);

        TestCell spotOnly =
                new TestCell().offers(Fixtures.SMALL_SPOT).has(Fixtures.limited("ann", Isolation.SHARED, 999_999));
        assertThat(spotOnly.submit(whole("ann", "t-1")))
                .isInstanceOfSatisfying(Answer.Refused.class, refused -> assertThat(refused.detail())
                        .endsWith("permit: a share of spot below 1, so what comes first runs on demand"));
    }

    @Test
    void aShareIsCountedFromWhatRunsWhenItIsStated() {
        spotty.has(Fixtures.tenant("ann", 1, Isolation.SHARED));
        spotty.submit(whole("ann", "t-1"), whole("ann", "t-2"));
        spotty.bringUp();
        assertThat(running(Fixtures.SMALL_SPOT)).isEqualTo(2);

        spotty.has(Fixtures.limited("ann", Isolation.SHARED, HALF));
        spotty.submit(whole("ann", "t-3"), whole("ann", "t-4"));
        spotty.bringUp();
        assertThat(running(Fixtures.SMALL)).isEqualTo(2);
        assertThat(running(Fixtures.SMALL_SPOT)).as("they run on").isEqualTo(2);
        spotty.exits("t-1", 0);
        spotty.submit(whole("ann", "t-5"));
        assertThat(running(Fixtures.SMALL_SPOT)).as("half of four").isEqualTo(2);
    }
}

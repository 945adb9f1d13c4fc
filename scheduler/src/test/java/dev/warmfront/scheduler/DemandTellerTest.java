package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemandTellerTest {

    /** Launches as demand comes, and writes down what it is told. */
    private static final class Listening implements PoolPolicy, DemandListener {
        private final List<String> told = new ArrayList<>();
        private final List<Offering> homes = new ArrayList<>();
        private int toldWhenAsked;

        @Override
        public String name() {
            return "listening";
        }

        @Override
        public List<Step> plan(PoolView pool, Instant now) {
            toldWhenAsked = told.size();
            return DemandSteps.forWants(pool);
        }

        @Override
        public void wanted(PoolId pool, Offering offering, double share, TaskSpec task, Instant at) {
            homes.add(offering);
            told.add("wanted " + task.id() + " " + offering.machineType().name() + " " + pool.domain() + " " + share);
        }

        @Override
        public void began(TaskSpec task, Instant at) {
            told.add("began " + task.id());
        }

        @Override
        public void over(TaskSpec task, Instant at) {
            told.add("over " + task.id());
        }
    }

    private final Listening policy = new Listening();
    private final TestCell cell = new TestCell(policy)
            .runs(new PoolSettings(
                    "listening", java.time.Duration.ZERO, null, java.time.Duration.ZERO, 0, 10, PoolMode.ACTIVE))
            .offers(Fixtures.SMALL, Fixtures.MEDIUM)
            .has(Fixtures.tenant("ann", 1, Isolation.SHARED), Fixtures.tenant("bob", 1, Isolation.DEDICATED));

    /** All of it: a policy is told with the next plan. */
    private List<String> told() {
        cell.tick();
        return policy.told;
    }

    @Test
    void isToldOfTheCheapestThatTheTenantsSettingsPermit() {
        cell.has(Fixtures.limited("ann", Isolation.SHARED, "far"));
        cell.submit(Fixtures.task("ann", "a"));

        assertThat(told()).containsExactly("wanted a medium shared 0.125");
    }

    @Test
    void isToldOfAsMuchDemandForSpotAsTheTenantsShareLetsBeThere() {
        cell.offers(Fixtures.SMALL, Fixtures.SMALL_SPOT).has(Fixtures.limited("ann", Isolation.SHARED, 500_000));
        for (int i = 0; i < 4; i++) {
            cell.submit(Fixtures.task("ann", "t-" + i));
        }
        told();
        assertThat(policy.homes)
                .containsExactly(Fixtures.SMALL, Fixtures.SMALL_SPOT, Fixtures.SMALL, Fixtures.SMALL_SPOT);

        policy.homes.clear();
        cell.bringUp();
        for (int i = 0; i < 4; i++) {
            cell.exits("t-" + i, 0);
        }
        cell.submit(Fixtures.task("ann", "alone"));
        told();
        assertThat(policy.homes).as("one after the other").containsExactly(Fixtures.SMALL);
    }

    @Test
    void isToldOfEachTaskWhereItCouldRunForLeast() {
        Resources half = Resources.of(Fixtures.SMALL.machineType().capacity().cpuMillis() / 2, Fixtures.GIB / 4);
        cell.submit(Fixtures.task("ann", "a", half));
        cell.bringUp();
        cell.exits("a", 0);
        assertThat(told())
                .containsExactly(
                        "wanted a " + Fixtures.SMALL.machineType().name() + " "
                                + dev.warmfront.domain.IsolationDomain.SHARED + " 0.5",
                        "began a",
                        "over a");
    }

    @Test
    void isToldBeforeItIsAskedForAPlan() {
        cell.runs(new PoolSettings(
                "listening", java.time.Duration.ZERO, null, java.time.Duration.ZERO, 0, 10, PoolMode.ACTIVE));
        cell.submit(Fixtures.task("ann", "a"));
        assertThat(policy.toldWhenAsked).isEqualTo(1);
    }

    @Test
    void isToldOnceAndInOrderHoweverMuchThereIs() {
        cell.submit(Fixtures.task("ann", "first"));
        cell.bringUp();
        cell.exits("first", 0);
        int before = told().size();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            cell.submit(Fixtures.task("ann", "t-" + i));
            cell.exits("t-" + i, 0);
            expected.add("wanted t-" + i);
            expected.add("began t-" + i);
            expected.add("over t-" + i);
        }
        assertThat(policy.told.size() - before)
                .as("a buffer that is full is emptied")
                .isPositive();
        assertThat(told().stream().skip(before).map(line -> line.replaceAll(" small.*", "")))
                .containsExactlyElementsOf(expected);
        assertThat(told()).hasSize(before + expected.size());
    }

    @Test
    void isNotToldOfAPoolThatAnotherRuns() {
        cell.runs(PoolSettings.DEFAULT);
        cell.submit(Fixtures.task("ann", "a"));
        assertThat(told()).isEmpty();
    }

    @Test
    void aDedicatedTenantsDemandIsItsOwn() {
        cell.submit(Fixtures.task("bob", "b"));
        assertThat(told()).singleElement().asString().contains("bob");
    }

    @Test
    void aTaskWithParentsCountsWhenItCouldRun() {
        TaskSpec first = Fixtures.inWorkflow(Fixtures.task("ann", "first"), "w", List.of());
        TaskSpec then = Fixtures.inWorkflow(Fixtures.task("ann", "then"), "w", List.of(first.id()));
        cell.decide(new Event.WorkflowSubmitted(
                first.tenant(), new dev.warmfront.domain.WorkflowId("w"), "w", List.of(first, then)));
        assertThat(told()).hasSize(1);
        cell.bringUp();
        cell.exits("first", 0);
        assertThat(told()).anyMatch(line -> line.startsWith("wanted then"));
    }

    /** What a process that takes over reads from rows is what its predecessor was told. */
    @Test
    void whoComesLaterIsToldTheSame() {
        cell.submit(Fixtures.task("ann", "a"));
        cell.bringUp();
        cell.after(5).submit(Fixtures.task("bob", "b"));
        cell.after(1).exits("a", 0);
        cell.after(5).submit(Fixtures.task("ann", "c"));
        List<PastTask> past = new ArrayList<>();
        for (Task task : cell.database.tasks().values()) {
            past.add(new PastTask(
                    task.spec(),
                    java.util.Objects.requireNonNull(task.eligibleAt()),
                    task.assignedAt(),
                    task.finishedAt()));
        }
        java.util.Collections.reverse(past);
        Listening later = new Listening();
        new Scheduler(List.of(later)).recall(cell.state, past, List.of());
        assertThat(later.told).hasSizeGreaterThan(4).isEqualTo(told());
    }

    @Test
    void instancesAreCountedFromSharesWithoutALeftover() {
        Filled filled = new Filled();
        double[] sums = new double[2];
        Filled.Listener listener = new Filled.Listener() {
            @Override
            public void type(Calendar.Type type, double by) {
                sums[0] += by;
            }

            @Override
            public void whole(int by) {
                sums[1] += by;
            }
        };
        for (int i = 0; i < 30; i++) {
            filled.put(Fixtures.task("ann", "t-" + i), 1.0 / 3);
            filled.change(new TaskId("t-" + i), true, listener);
        }
        assertThat(sums[0]).isCloseTo(10, within(1e-4));
        assertThat(sums[1]).isEqualTo(10);
        for (int i = 0; i < 30; i++) {
            filled.change(new TaskId("t-" + i), false, listener);
            filled.remove(new TaskId("t-" + i));
        }
        assertThat(sums[0]).isCloseTo(0, within(1e-9));
        assertThat(sums[1]).isZero();
    }

    @Test
    void whoWantsMorePaysMoreOftenAndWhoLeftPaysNoMore() {
        Payers payers = new Payers();
        assertThat(payers.next()).as("nobody yet").isNull();
        for (int i = 0; i < 400; i++) {
            payers.wants(Fixtures.task(i % 4 == 0 ? "ann" : "bob", "t-" + i), 1);
        }
        assertThat(turns(payers, 100).get(new TenantId("bob"))).isBetween(73, 77);
        for (int i = 0; i < 4000; i++) {
            payers.wants(Fixtures.task("ann", "u-" + i), 1);
        }
        turns(payers, 10);
        assertThat(turns(payers, 100)).as("forgotten").isEqualTo(Map.of(new TenantId("ann"), 100));
        assertThat(java.util.Objects.requireNonNull(payers.next()).task()).isEqualTo(new TaskId("u-3999"));
    }

    private static Map<TenantId, Integer> turns(Payers payers, int count) {
        Map<TenantId, Integer> turns = new HashMap<>();
        for (int i = 0; i < count; i++) {
            turns.merge(java.util.Objects.requireNonNull(payers.next()).tenant(), 1, Integer::sum);
        }
        return turns;
    }
}

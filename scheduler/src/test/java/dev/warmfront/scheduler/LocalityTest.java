package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.Blob;
import dev.warmfront.domain.Endpoint;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.ServiceUse;
import dev.warmfront.domain.TaskData;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LocalityTest {

    private static final TenantProfile ANN = Fixtures.tenant("ann", 1, Isolation.SHARED);
    private static final TenantProfile BOB = Fixtures.tenant("bob", 1, Isolation.SHARED);
    private static final Resources WHOLE = Resources.of(2000, 4 * Fixtures.GIB);
    private static final long GIGABYTE = 1_000_000_000;
    private static final long FAST = 100_000_000;
    private static final Blob BIG = new Blob("a".repeat(64), GIGABYTE);

    private final TestCell cell = new TestCell();

    private static TaskSpec reads(String tenant, String id, Blob blob) {
        return Fixtures.withData(
                Fixtures.task(tenant, id, WHOLE),
                new TaskData(
                        List.of(new TaskInput.Dataset("big", "https://data.example/big", blob)),
                        Collections.emptySortedMap(),
                        List.of()));
    }

    /** So many machines, each of which one task fills. */
    private void machines(int count) {
        cell.offers(Fixtures.SMALL).has(ANN, BOB).runs(TestCell.keepAlive(Duration.ofHours(1), count));
        TaskSpec[] tasks = new TaskSpec[count];
        for (int i = 0; i < count; i++) {
            tasks[i] = Fixtures.task("ann", "first-" + i, WHOLE);
        }
        cell.submit(tasks);
        cell.bringUp();
        for (TaskSpec task : tasks) {
            cell.starts(task.id().value());
            cell.after(1).exits(task.id().value(), 0);
        }
        assertThat(cell.state.instances()).hasSize(count);
    }

    private InstanceId machine(int number) {
        return cell.state.instances().stream().toList().get(number).id();
    }

    private void holds(InstanceId instance, String tenant, Blob... blobs) {
        tells(instance, new TreeMap<>(Map.of(new TenantId(tenant), List.of(blobs))), new TreeMap<>());
    }

    private void tells(
            InstanceId instance, SortedMap<TenantId, List<Blob>> holds, SortedMap<String, Duration> roundTrips) {
        cell.decide(new Event.AgentTold(instance, new AgentView(10 * GIGABYTE, FAST, holds, roundTrips)));
    }

    @Test
    void aTaskRunsWhereItsDataLies() {
        machines(3);
        for (int i = 0; i < 3; i++) {
            holds(machine(1), "ann");
            holds(machine(i), "ann", BIG);
            cell.submit(reads("ann", "r-" + i, BIG));
            assertThat(cell.task("r-" + i).instance()).isEqualTo(machine(i));
            cell.starts("r-" + i);
            cell.exits("r-" + i, 0);
            for (int k = 0; k < 3; k++) {
                holds(machine(k), "ann");
            }
        }
    }

    @Test
    void whatAnotherTenantHoldsIsNotThere() {
        machines(2);
        holds(machine(0), "bob", BIG);

        cell.submit(reads("ann", "r", BIG));

        assertThat(cell.task("r").instance()).as("the most recently used").isEqualTo(machine(1));
    }

    /** Of two machines the first has the bytes and is busy with a task that reads them; one like it took so many seconds. */
    private void holderAtWork(Blob blob, int seconds) {
        machines(2);
        holds(machine(0), "ann", blob);
        holds(machine(1), "ann");
        cell.submit(reads("ann", "teacher", blob));
        cell.starts("teacher");
        cell.after(seconds).exits("teacher", 0);
        cell.submit(reads("ann", "holder", blob));
        cell.starts("holder");
    }

    @Test
    void aTaskWaitsForTheMachineWithItsDataAndNoLongerThanTheTransfer() {
        // Tasks of this type took a second; this one takes longer and longer.
        holderAtWork(BIG, 1);
        assertThat(cell.task("holder").instance()).isEqualTo(machine(0));

        cell.submit(reads("ann", "waiter", BIG), Fixtures.task("ann", "plain", WHOLE));

        assertThat(cell.stateOf("waiter")).as("ten seconds of transfer saved").isEqualTo(TaskState.QUEUED);
        assertThat(cell.task("plain").instance()).as("nobody waits behind it").isEqualTo(machine(1));
        cell.exits("plain", 0);
        int waited = 0;
        while (cell.stateOf("waiter") == TaskState.QUEUED) {
            cell.after(1).tick();
            waited++;
        }
        assertThat(waited).isBetween(2, 10);
        assertThat(cell.task("waiter").instance()).isEqualTo(machine(1));
    }

    @Test
    void aTaskThatWaitsGetsTheMachineAsSoonAsItIsFree() {
        holderAtWork(BIG, 2);
        cell.submit(reads("ann", "waiter", BIG));
        assertThat(cell.stateOf("waiter")).isEqualTo(TaskState.QUEUED);

        cell.after(2).exits("holder", 0);

        assertThat(cell.task("waiter").instance()).isEqualTo(machine(0));
    }

    @Test
    void nobodyEverWaitsLongerThanTheTransferThatItSaves() {
        Seeds.check(500, random -> {
            double here = random.nextDouble() * 100;
            double there = random.nextDouble() * 100;
            double waited = 0;
            double expected = random.nextDouble() * 20;
            // However wrong the expectation was: each second it is asked again.
            while (Locality.isWorthWaiting(waited, Math.max(1, expected), here, there)) {
                waited += 1;
                expected = random.nextDouble() * 20;
            }
            assertThat(waited).isLessThanOrEqualTo(Math.max(0, here - there));
        });
    }

    @Test
    void whateverWasExpectedATaskIsGivenOutBeforeTheTransferWouldHaveEnded() {
        Seeds.check(40, random -> {
            LocalityTest world = new LocalityTest();
            Blob blob = new Blob("c".repeat(64), random.nextLong(5 * GIGABYTE));
            world.holderAtWork(blob, random.nextInt(20));
            world.cell.after(random.nextInt(10));
            world.cell.submit(reads("ann", "waiter", blob));
            long waited = 0;
            // The holder never ends.
            while (world.cell.stateOf("waiter") == TaskState.QUEUED) {
                world.cell.after(1).tick();
                waited++;
            }
            assertThat(waited).isLessThanOrEqualTo(blob.bytes() / FAST);
        });
    }

    private static TaskSpec chained(String id, List<String> parents, TaskData data) {
        TaskSpec spec = Fixtures.withData(
                Fixtures.inWorkflow(
                        Fixtures.task("ann", id, WHOLE),
                        "w",
                        parents.stream().map(TaskId::new).toList()),
                data);
        return spec;
    }

    private static TaskData makes(String name) {
        return new TaskData(List.of(), new TreeMap<>(Map.of(name, name + ".bin")), List.of());
    }

    private static TaskData readsOutputOf(String parent, String name) {
        return new TaskData(
                List.of(new TaskInput.Output(name, new TaskId(parent), name)), Collections.emptySortedMap(), List.of());
    }

    private void leaves(String id, String name, Blob blob) {
        cell.ends(
                id,
                new AttemptResult(
                        AttemptResult.End.EXITED, 0, "", AttemptResult.Usage.NONE, new TreeMap<>(Map.of(name, blob))));
    }

    @Test
    void aChildRunsWhereItsParentLeftItsOutput() {
        machines(3);
        cell.decide(new Event.WorkflowSubmitted(
                ANN.id(),
                new WorkflowId("w"),
                "w",
                List.of(
                        chained("a", List.of(), makes("frames")),
                        chained("b", List.of(), TaskData.NONE),
                        chained("c", List.of("a", "b"), readsOutputOf("a", "frames")))));
        InstanceId made = Objects.requireNonNull(cell.task("a").instance());
        cell.starts("a");
        cell.starts("b");
        leaves("a", "frames", BIG);
        cell.after(5).exits("b", 0);

        assertThat(cell.task("c").instance()).isEqualTo(made);
        assertThat(cell.state.data().outputs().find(new TaskInput.Output("x", new TaskId("a"), "frames")))
                .isEqualTo(BIG);
        cell.starts("c");
        cell.exits("c", 0);
        assertThat(cell.state.data().outputs().madeAt(made))
                .as("nobody reads it any more")
                .isEmpty();
    }

    @Test
    void whatAnUnfinishedTaskWillReadOutlivesARestart() {
        machines(2);
        cell.decide(new Event.WorkflowSubmitted(
                ANN.id(),
                new WorkflowId("w"),
                "w",
                List.of(
                        chained("a", List.of(), makes("frames")),
                        chained("b", List.of("a"), readsOutputOf("a", "frames")))));
        cell.starts("a");
        leaves("a", "frames", BIG);

        CellState restored = CellState.restore(Fixtures.SETTINGS, cell.database.snapshot());

        assertThat(restored.data().outputs().find(new TaskInput.Output("x", new TaskId("a"), "frames")))
                .isEqualTo(BIG);
    }

    @Test
    void aTaskThatDoesNotLeaveWhatItDeclaredHasFailed() {
        machines(1);
        cell.decide(new Event.WorkflowSubmitted(
                ANN.id(), new WorkflowId("w"), "w", List.of(chained("a", List.of(), makes("frames")))));
        cell.starts("a");

        cell.exits("a", 0);

        assertThat(cell.stateOf("a")).isEqualTo(TaskState.FAILED);
    }

    @Test
    void theOnlyMachineWithAnOutputThatIsWantedIsKept() {
        cell.offers(Fixtures.SMALL)
                .has(ANN)
                .runs(new PoolSettings("reactive", Duration.ZERO, null, Duration.ZERO, 0, 2, PoolMode.ACTIVE));
        cell.decide(new Event.WorkflowSubmitted(
                ANN.id(),
                new WorkflowId("w"),
                "w",
                List.of(
                        chained("a", List.of(), makes("frames")),
                        chained("b", List.of(), TaskData.NONE),
                        chained("c", List.of("a", "b"), readsOutputOf("a", "frames")))));
        cell.bringUp();
        InstanceId made = Objects.requireNonNull(cell.task("a").instance());
        cell.starts("a");
        cell.starts("b");
        leaves("a", "frames", BIG);

        cell.after(60).tick();

        assertThat(Objects.requireNonNull(cell.state.instance(made)).state()).isEqualTo(InstanceState.HOT);
        cell.exits("b", 0);
        assertThat(cell.task("c").instance()).isEqualTo(made);
        cell.starts("c");
        cell.exits("c", 0);
        cell.after(60).tick();
        assertThat(cell.has(InstanceState.HOT)).isFalse();
    }

    @Test
    void whatTheNextTaskWillReadIsSentAhead() {
        machines(2);
        holds(machine(0), "ann");
        holds(machine(1), "ann");
        TaskData data = reads("ann", "x", BIG).data();

        Decision decision = cell.decide(new Event.WorkflowSubmitted(
                ANN.id(),
                new WorkflowId("w"),
                "w",
                List.of(chained("a", List.of(), TaskData.NONE), chained("b", List.of("a"), data))));

        InstanceId next = Objects.requireNonNull(cell.task("a").instance());
        assertThat(decision.changes())
                .contains(new Change.DataSentAhead(new SentAhead(
                        next,
                        ANN.id(),
                        new TaskId("b"),
                        List.of(new SentAhead.Item(BIG, "https://data.example/big")))));
        cell.starts("a");
        cell.exits("a", 0);
        assertThat(cell.task("b").instance()).isEqualTo(next);
    }

    @Test
    void whatOneParentLeftIsSentToWhereTheOtherStillRuns() {
        machines(2);
        holds(machine(0), "ann");
        holds(machine(1), "ann");
        cell.decide(new Event.WorkflowSubmitted(
                ANN.id(),
                new WorkflowId("w"),
                "w",
                List.of(
                        chained("a", List.of(), makes("frames")),
                        chained("b", List.of(), TaskData.NONE),
                        chained("c", List.of("a", "b"), readsOutputOf("a", "frames")))));
        cell.starts("a");
        cell.starts("b");
        InstanceId other = Objects.requireNonNull(cell.task("b").instance());

        // So that the other one is expected to run on for half as long again.
        cell.after(20);
        leaves("a", "frames", BIG);

        assertThat(cell.state.data().has(other, ANN.id(), BIG)).as("on its way").isTrue();
        cell.exits("b", 0);
        assertThat(cell.task("c").instance()).isEqualTo(other);
    }

    @Test
    void nothingIsSentAheadThatDoesNotPayOrDoesNotFit() {
        assertThat(Prefetch.pays(1, 10, Fixtures.rate("10"), Fixtures.rate("0.05"), GIGABYTE))
                .isTrue();
        assertThat(Prefetch.pays(1, 10, Fixtures.rate("1"), Fixtures.rate("0.05"), GIGABYTE))
                .as("to who minds less")
                .isFalse();
        assertThat(Prefetch.pays(0.1, 10, Fixtures.rate("10"), Fixtures.rate("0.05"), GIGABYTE))
                .isFalse();
        assertThat(Prefetch.pays(1, 1, Fixtures.rate("10"), Fixtures.rate("0.05"), GIGABYTE))
                .isFalse();

        machines(1);
        Blob huge = new Blob("b".repeat(64), 20 * GIGABYTE);
        holds(machine(0), "ann");
        Decision decision = cell.decide(new Event.WorkflowSubmitted(
                ANN.id(),
                new WorkflowId("w"),
                "w",
                List.of(
                        chained("a", List.of(), TaskData.NONE),
                        chained("b", List.of("a"), reads("ann", "x", huge).data()))));
        assertThat(decision.changes()).noneMatch(change -> change instanceof Change.DataSentAhead);
    }

    @Test
    void aTaskThatCallsAServiceRunsNearIt() {
        machines(2);
        Endpoint database = new Endpoint("db.example", 5432, null);
        tells(machine(0), new TreeMap<>(), new TreeMap<>(Map.of(database.address(), Duration.ofNanos(300_000))));
        tells(machine(1), new TreeMap<>(), new TreeMap<>(Map.of(database.address(), Duration.ofMillis(20))));

        cell.submit(Fixtures.withData(
                Fixtures.task("ann", "caller", WHOLE),
                new TaskData(
                        List.of(),
                        Collections.emptySortedMap(),
                        List.of(new ServiceUse("db", List.of(database), 1_000)))));

        assertThat(cell.task("caller").instance()).isEqualTo(machine(0));
    }
}

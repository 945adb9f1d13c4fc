package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReservationsTest {

    private static final long MIB = 1 << 20;

    private final TestCell cell = new TestCell();

    /** Machines of two cores and 4 GiB that reserve by curves. */
    private TestCell reserving(ResourceCurve curve) {
        cell.offers(Fixtures.SMALL)
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .runs(TestCell.keepAlive(Duration.ofHours(1), 10).reservingBy(ReserveBy.CURVE));
        cell.decide(Curves.of("ann", curve));
        return cell;
    }

    private static TaskSpec task(String id) {
        return Fixtures.task("ann", id, Resources.of(250, Fixtures.GIB));
    }

    private static TaskSpec[] many(int count) {
        return IntStream.range(0, count).mapToObj(i -> task("t-" + i)).toArray(TaskSpec[]::new);
    }

    private Resources held(String task) {
        return cell.instanceOf(task).allocations().stream()
                .filter(one -> one.attempt().task().value().equals(task))
                .findFirst()
                .orElseThrow()
                .resources();
    }

    private void uses(String id, long memoryMib) {
        Task task = cell.task(id);
        cell.decide(
                new Event.UseMeasured(Objects.requireNonNull(task.instance()), task.attemptId(), 100, memoryMib * MIB));
    }

    private Reservation reservation(String id) {
        return Objects.requireNonNull(cell.state.reservations().of(new TaskId(id)), id);
    }

    private Reservation last(String id) {
        return Objects.requireNonNull(cell.database.reservations().get(new TaskId(id)));
    }

    @Test
    void aPoolThatReservesByRequestKnowsNoReservations() {
        cell.offers(Fixtures.SMALL).has(Fixtures.tenant("ann", 1, Isolation.SHARED));
        cell.decide(Curves.of("ann", Curves.memory(100, 200, 0, 100)));
        cell.submit(many(1));
        cell.bringUp();

        assertThat(held("t-0")).isEqualTo(Resources.of(250, Fixtures.GIB));
        assertThat(cell.state.reservations().kept()).isEmpty();
        assertThat(cell.state.reservations().isActive()).isFalse();
    }

    @Test
    void tasksOfWhichTooLittleIsKnownGetWhatTheyAskFor() {
        cell.offers(Fixtures.SMALL)
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .runs(TestCell.keepAlive(Duration.ofHours(1), 10).reservingBy(ReserveBy.CURVE));
        cell.submit(many(1));
        cell.bringUp();

        assertThat(held("t-0")).isEqualTo(Resources.of(250, Fixtures.GIB));
        assertThat(reservation("t-0").curve().memory()).hasSize(1);
    }

    @Test
    void moreTasksFitByWhatTheyNeedThanByWhatTheyAskFor() {
        reserving(Curves.memory(100, 400, 30, 300)).submit(many(6));

        assertThat(cell.open(Intent.Kind.LAUNCH))
                .as("four by request, six by curve")
                .hasSize(1);
        cell.bringUp();
        assertThat(cell.onlyInstance().allocations()).hasSize(6);
        assertThat(held("t-0")).isEqualTo(Resources.of(250, 100 * MIB));
    }

    @Test
    void laterStepsAreSetAsideBeforeTheyAreNeeded() {
        reserving(Curves.memory(100, 1024, 30, 1000)).submit(many(4));
        cell.bringUp();
        cell.submit(task("t-9"));

        assertThat(cell.stateOf("t-9")).as("held now are 400 MiB of 4 GiB").isEqualTo(TaskState.QUEUED);
    }

    @Test
    void aStepThatComesLaterCountsOnceWhenItComes() {
        // Two of 1900 MiB fill the machine; 661 seconds are no boundary that the calendar knows.
        ResourceCurve steps = new ResourceCurve(
                List.of(Curves.rung(250, 0, 1000)),
                List.of(Curves.rung(1000 * MIB, 0, 1000), Curves.rung(1900 * MIB, 661, 1000)),
                Duration.ofMinutes(20),
                Duration.ofMinutes(20));
        InstanceCalendar calendar = new InstanceCalendar();
        Reservation one = Reservation.committed(
                new AttemptId(new TenantId("ann"), new TaskId("t"), 1),
                new InstanceId("i"),
                ReservationTrigger.GRANTED,
                steps,
                Fixtures.START);
        calendar.enter(one);

        assertThat(calendar.hasRoom(one, Resources.NONE, Resources.of(2000, 3800 * MIB)))
                .isTrue();
        assertThat(calendar.hasRoom(one, Resources.NONE, Resources.of(2000, 3800 * MIB - 1)))
                .isFalse();
        calendar.remove(one.task());
        assertThat(calendar.isEmpty()).isTrue();
    }

    @Test
    void useThatLeavesTheBandIsGivenTheNextStep() {
        reserving(Curves.memory(100, 400, 30, 300)).submit(many(1));
        cell.bringUp();
        cell.starts("t-0");
        uses("t-0", 90);
        assertThat(held("t-0").memoryBytes()).as("within the band").isEqualTo(100 * MIB);

        uses("t-0", 98);
        assertThat(held("t-0").memoryBytes()).as("before it is at its limit").isEqualTo(400 * MIB);
        uses("t-0", 399);
        assertThat(held("t-0").memoryBytes()).as("at last all it asked for").isEqualTo(1024 * MIB);
        cell.exits("t-0", 0);
        assertThat(last("t-0").state()).isEqualTo(ReservationState.RELEASED);
    }

    @Test
    void whereThereIsNoRoomTheYoungestOverItsCurveIsStoppedAndRunsAgainByItsRequest() {
        // It seems that hardly any needs more, and then all do.
        reserving(Curves.memory(500, 1024, 30, 1)).submit(many(7));
        cell.bringUp();
        assertThat(cell.onlyInstance().allocations()).hasSize(7);
        IntStream.range(0, 7).forEach(i -> cell.starts("t-" + i));
        cell.after(5);
        uses("t-0", 490);
        assertThat(held("t-0").memoryBytes()).isEqualTo(1024 * MIB);
        uses("t-1", 490);

        assertThat(last("t-1").trigger()).isEqualTo(ReservationTrigger.STOPPED);
        assertThat(cell.stateOf("t-1")).as("until the agent has ended it").isEqualTo(TaskState.RUNNING);
        cell.ends("t-1", new AttemptResult(AttemptResult.End.CANCELLED, null, "", AttemptResult.Usage.NONE));
        assertThat(cell.task("t-1").losses()).as("no fault of its machine").isZero();
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.QUEUED);
        cell.after(5).bringUp();
        assertThat(held("t-1").memoryBytes())
                .as("it has shown that it is different")
                .isEqualTo(1024 * MIB);
        assertThat(cell.instanceOf("t-1").id())
                .isNotEqualTo(cell.instanceOf("t-0").id());
    }

    @Test
    void whoLacksCpuKeepsOthersAwayUntilThereIsRoom() {
        ResourceCurve bursts = new ResourceCurve(
                List.of(Curves.rung(400, 0, 1000), Curves.rung(1000, 0, 1)),
                List.of(Curves.rung(MIB, 0, 1000)),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2));
        reserving(bursts)
                .submit(IntStream.range(0, 4)
                        .mapToObj(i -> Fixtures.task("ann", "t-" + i))
                        .toArray(TaskSpec[]::new));
        cell.bringUp();
        usesCpu("t-0", 399);
        assertThat(last("t-0").trigger()).isEqualTo(ReservationTrigger.REFUSED);
        assertThat(held("t-0").cpuMillis()).isEqualTo(400);
        cell.submit(Fixtures.task("ann", "t-8"));
        assertThat(cell.stateOf("t-8"))
                .as("400 thousandths are free, and wanted")
                .isEqualTo(TaskState.QUEUED);

        cell.exits("t-1", 0);

        assertThat(held("t-0").cpuMillis()).as("given as soon as there is room").isEqualTo(1000);
        usesCpu("t-2", 399);
        assertThat(last("t-2").trigger()).isEqualTo(ReservationTrigger.REFUSED);
        usesCpu("t-2", 10);
        assertThat(last("t-2").trigger()).isEqualTo(ReservationTrigger.EASED);
    }

    private void usesCpu(String id, long millis) {
        Task task = cell.task(id);
        cell.decide(new Event.UseMeasured(Objects.requireNonNull(task.instance()), task.attemptId(), millis, 1));
    }

    @Test
    void whatRunsLongerThanForeseenKeepsWhatItHasAndNoMoreIsSetAsideForIt() {
        reserving(Curves.memory(100, 1024, 30, 500)).submit(many(1));
        cell.bringUp();
        cell.after(121).tick();

        assertThat(reservation("t-0").trigger()).isEqualTo(ReservationTrigger.LAPSED);
        assertThat(held("t-0").memoryBytes()).isEqualTo(100 * MIB);
        uses("t-0", 99);
        assertThat(held("t-0").memoryBytes())
                .as("it is given more all the same")
                .isEqualTo(1024 * MIB);
    }

    private void chain() {
        TaskSpec parent = Fixtures.inWorkflow(task("p"), "w", List.of());
        TaskSpec child = Fixtures.inWorkflow(task("c"), "w", List.of(new TaskId("p")));
        cell.decide(new Event.WorkflowSubmitted(new TenantId("ann"), new WorkflowId("w"), "w", List.of(parent, child)));
        cell.bringUp();
    }

    @Test
    void roomIsSetAsideWhereTheParentRunsAndGivenWhenTheChildComes() {
        reserving(Curves.memory(600, 700, 0, 10));
        chain();
        assertThat(reservation("c").state()).isEqualTo(ReservationState.SOFT);
        assertThat(reservation("c").instance()).isEqualTo(cell.instanceOf("p").id());

        cell.starts("p");
        cell.after(20).exits("p", 0);

        assertThat(reservation("c").trigger()).isEqualTo(ReservationTrigger.ARRIVED);
        assertThat(reservation("c").state()).isEqualTo(ReservationState.COMMITTED);
    }

    @Test
    void whatIsForeseenExpires() {
        reserving(Curves.memory(600, 700, 0, 10));
        chain();
        cell.starts("p");
        cell.after(120).tick();
        assertThat(last("c").state()).isEqualTo(ReservationState.SOFT);

        cell.after(61).tick();

        assertThat(last("c").trigger()).isEqualTo(ReservationTrigger.EXPIRED);
        cell.exits("p", 0);
        assertThat(last("c").trigger()).as("it comes all the same").isEqualTo(ReservationTrigger.GRANTED);
    }

    @Test
    void whatIsForeseenIsTakenBackWithItsMachineAndWithItsTask() {
        reserving(Curves.memory(600, 700, 0, 10));
        chain();
        cell.decide(new Event.InstanceSilent(cell.onlyInstance().id()));
        assertThat(last("c").trigger()).isEqualTo(ReservationTrigger.TAKEN_BACK);
        assertThat(cell.has(InstanceState.LOST)).isTrue();
    }

    @Test
    void aRestoredCellHasTheSameReservations() {
        reserving(Curves.memory(500, 1024, 30, 1)).submit(many(3));
        cell.bringUp();
        cell.after(5);
        uses("t-1", 490);

        CellState restored = CellState.restore(Fixtures.SETTINGS, cell.database.snapshot());

        assertThat(restored.reservations().kept())
                .isEqualTo(cell.state.reservations().kept());
    }
}

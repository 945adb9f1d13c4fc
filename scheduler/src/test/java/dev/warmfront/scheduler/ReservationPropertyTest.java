package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Random histories of a pool that reserves by curves which are more or less wrong. */
class ReservationPropertyTest {

    private static final long MIB = 1 << 20;
    private static final int HISTORIES = 2_000;
    private static final int STEPS = 60;

    /** Rows of the table that some history travelled. */
    private final Set<TransitionTable.Transition<ReservationState, ReservationTrigger>> travelled = new HashSet<>();

    private final class History {
        private final RandomGenerator random;
        private final TestCell cell = new TestCell();
        private CellState replica = CellState.empty(Fixtures.SETTINGS);
        private final List<TaskId> submitted = new ArrayList<>();
        private int number;

        History(RandomGenerator random) {
            this.random = random;
            decide(new Event.OfferingsPut(Fixtures.PROVIDER, List.of(Fixtures.SMALL)));
            decide(new Event.TenantPut(Fixtures.tenant("ann", 1, Isolation.SHARED)));
            decide(new Event.PoolPut(
                    null, TestCell.keepAlive(Duration.ofMinutes(2), 4).reservingBy(ReserveBy.CURVE)));
            decide(Curves.of(
                    "ann", Curves.memory(200 + random.nextInt(300), 1000, random.nextInt(60), random.nextInt(300))));
        }

        void decide(Event event) {
            Decision decision = cell.decide(event);
            for (Change change : decision.changes()) {
                if (change instanceof Change.ReservationChanged(Reservation after)) {
                    Reservation before = replica.reservations().of(after.task());
                    travelled.add(new TransitionTable.Transition<>(
                            before == null ? null : before.state(), after.trigger(), after.state()));
                }
                replica.apply(change);
            }
            holds();
        }

        /** I5 at every moment, and the books agree with what the machines hold. */
        private void holds() {
            for (Instance instance : cell.state.instances()) {
                Resources used = Resources.NONE;
                for (Allocation allocation : instance.allocations()) {
                    used = used.plus(allocation.resources());
                    Reservation own =
                            cell.state.reservations().of(allocation.attempt().task());
                    boolean stopped = cell.state.reservations().isStopped(allocation.attempt());
                    assertThat(stopped || (own != null && own.amount().equals(allocation.resources())))
                            .as("%s is held by its reservation %s", allocation, own)
                            .isTrue();
                }
                assertThat(instance.offering().machineType().capacity().covers(used))
                        .as("I5: %s", instance)
                        .isTrue();
            }
            for (Reservation reservation : cell.state.reservations().kept()) {
                Instance instance = cell.state.instance(reservation.instance());
                assertThat(reservation.state() != ReservationState.COMMITTED
                                || (instance != null
                                        && instance.allocations().stream()
                                                .anyMatch(held -> reservation.isOf(held.attempt()))))
                        .as("an attempt holds %s", reservation)
                        .isTrue();
            }
        }

        private void submit() {
            TaskSpec first = Fixtures.task("ann", "t-" + number++);
            if (random.nextInt(3) > 0) {
                submitted.add(first.id());
                decide(new Event.TasksSubmitted(first.tenant(), List.of(first)));
                return;
            }
            String name = "w-" + number;
            TaskSpec parent = Fixtures.inWorkflow(first, name, List.of());
            TaskSpec child = Fixtures.inWorkflow(Fixtures.task("ann", "t-" + number++), name, List.of(first.id()));
            submitted.add(parent.id());
            submitted.add(child.id());
            decide(new Event.WorkflowSubmitted(first.tenant(), new WorkflowId(name), name, List.of(parent, child)));
        }

        private List<Task> live() {
            return cell.state.tasks().stream()
                    .filter(task -> task.instance() != null)
                    .toList();
        }

        void step() {
            cell.after(random.nextInt(20));
            List<Task> live = live();
            Task one = live.isEmpty() ? null : live.get(random.nextInt(live.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> submit();
                case 3, 4, 5 -> {
                    if (one != null) {
                        use(one);
                    }
                }
                case 6 -> {
                    if (one != null) {
                        end(one, AttemptResult.End.EXITED);
                    }
                }
                case 7 -> {
                    if (one != null && random.nextInt(4) == 0) {
                        decide(new Event.TaskCancelRequested(
                                new TenantId("ann"), one.spec().id()));
                    }
                }
                case 8 -> {
                    if (one != null && random.nextInt(6) == 0) {
                        decide(new Event.InstanceGone(Objects.requireNonNull(one.instance())));
                    }
                }
                default -> decide(new Event.Tick());
            }
            obey();
        }

        private void use(Task task) {
            decide(new Event.UseMeasured(
                    Objects.requireNonNull(task.instance()),
                    task.attemptId(),
                    random.nextInt(1_100),
                    random.nextLong(1_100) * MIB));
        }

        private void end(Task task, AttemptResult.End end) {
            decide(new Event.AttemptFinished(
                    Objects.requireNonNull(task.instance()),
                    task.attemptId(),
                    new AttemptResult(end, end == AttemptResult.End.EXITED ? 0 : null, "", AttemptResult.Usage.NONE)));
        }

        /** Machines come up, and agents end what they are told to end. */
        private void obey() {
            for (Intent intent : List.copyOf(cell.state.openIntents())) {
                decide(new Event.IntentAnswered(
                        intent.token(), new dev.warmfront.domain.ProviderOutcome.Accepted("m-" + intent.instance())));
                if (intent.kind() == Intent.Kind.TERMINATE) {
                    decide(new Event.InstanceGone(intent.instance()));
                }
            }
            for (Instance instance : List.copyOf(cell.state.instances())) {
                switch (instance.state()) {
                    case BOOTING, STARTING -> decide(new Event.AgentRegistered(instance.id()));
                    case WARMING -> decide(new Event.WarmUpFinished(instance.id(), instance.warming(), null));
                    default -> {
                        // It is there or leaves.
                    }
                }
            }
            for (Task task : live()) {
                if (task.state() == TaskState.ASSIGNED && random.nextInt(3) > 0) {
                    decide(new Event.AttemptStarted(Objects.requireNonNull(task.instance()), task.attemptId()));
                }
                if (task.state() == TaskState.CANCELLING
                        || cell.state.reservations().isStopped(task.attemptId())) {
                    end(task, AttemptResult.End.CANCELLED);
                }
            }
        }

        /** Whatever happened, everything ends: nothing waits for a promise, and nobody is lost. */
        void finish() {
            for (int i = 0; i < 400 && !cell.state.tasks().isEmpty(); i++) {
                cell.after(5);
                obey();
                live().stream().findFirst().ifPresent(task -> end(task, AttemptResult.End.EXITED));
                decide(new Event.Tick());
            }
            for (TaskId id : submitted) {
                assertThat(cell.task(id.value()).state().isFinal())
                        .as("%s is over", id)
                        .isTrue();
            }
            assertThat(cell.state.reservations().kept()).isEmpty();
        }
    }

    @Test
    void whatIsCommittedNeverExceedsAMachineAndEveryTaskEnds() {
        Seeds.check(HISTORIES, random -> {
            History history = new History(random);
            for (int i = 0; i < STEPS; i++) {
                history.step();
            }
            assertThat(history.replica.reservations().kept())
                    .isEqualTo(history.cell.state.reservations().kept());
            CellState restored = CellState.restore(Fixtures.SETTINGS, history.cell.database.snapshot());
            assertThat(restored.reservations().kept())
                    .isEqualTo(history.cell.state.reservations().kept());
            history.finish();
        });
        if (Long.getLong("warmfront.seed") == null) {
            assertThat(travelled).containsExactlyInAnyOrderElementsOf(ReservationLifecycle.TABLE.rows());
        }
    }
}

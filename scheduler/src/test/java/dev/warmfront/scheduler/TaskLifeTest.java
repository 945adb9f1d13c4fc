package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.WorkflowId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TaskLifeTest {

    private static final TenantProfile ANN = Fixtures.tenant("ann", 1, Isolation.SHARED);
    private static final TenantProfile BOB = Fixtures.tenant("bob", 1, Isolation.SHARED);

    private final TestCell cell = new TestCell();

    @BeforeEach
    void offer() {
        cell.offers(Fixtures.SMALL).has(ANN, BOB);
    }

    @Test
    void aFailedCommandIsTriedAgainAfterItsBackOff() {
        cell.submit(Fixtures.withRetry(Fixtures.task("ann", "t-1"), 3, Duration.ofSeconds(10)));
        cell.bringUp();
        cell.exits("t-1", 1);

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.QUEUED);
        assertThat(cell.task("t-1").notBefore()).isEqualTo(cell.now.plusSeconds(10));
        cell.after(9).tick();
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.QUEUED);
        cell.after(1).tick();
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.task("t-1").attempt()).isEqualTo(2);

        cell.exits("t-1", 1);
        assertThat(cell.task("t-1").notBefore()).isEqualTo(cell.now.plusSeconds(20));
        cell.after(20).tick();
        cell.exits("t-1", 7);

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.FAILED);
        assertThat(cell.task("t-1").failures()).isEqualTo(3);
        assertThat(cell.task("t-1").detail()).contains("exit code 7");
    }

    @Test
    void aReportOfAnOldAttemptChangesNothing() {
        cell.submit(Fixtures.withRetry(Fixtures.task("ann", "t-1"), 2, Duration.ZERO));
        cell.bringUp();
        var instance = cell.onlyInstance().id();
        cell.exits("t-1", 1);
        assertThat(cell.task("t-1").attempt()).isEqualTo(2);

        Decision late = cell.decide(new Event.AttemptFinished(
                instance,
                new AttemptId(new TenantId("ann"), new TaskId("t-1"), 1),
                new AttemptResult(AttemptResult.End.EXITED, 0, "", AttemptResult.Usage.NONE)));

        assertThat(late.answer()).isEqualTo(Answer.DONE);
        assertThat(late.changes()).isEmpty();
    }

    @Test
    void anEndThatOvertakesItsStartCounts() {
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();

        cell.exits("t-1", 0);
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.SUCCEEDED);
        cell.starts("t-1");

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.SUCCEEDED);
    }

    @Test
    void aQueuedTaskIsCancelledAtOnceAndARunningOneWhenItHasEnded() {
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        cell.starts("t-1");
        cell.submit(Fixtures.task("ann", "t-2", Resources.of(2000, Fixtures.GIB)));

        cell.decide(new Event.TaskCancelRequested(ANN.id(), new TaskId("t-1")));
        cell.decide(new Event.TaskCancelRequested(ANN.id(), new TaskId("t-2")));

        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.CANCELLED);
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.CANCELLING);
        cell.exits("t-1", 0);
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void nobodyCancelsAnothersTask() {
        cell.submit(Fixtures.task("ann", "t-1"));

        Decision decision = cell.decide(new Event.TaskCancelRequested(BOB.id(), new TaskId("t-1")));

        assertThat(decision.answer()).isInstanceOf(Answer.Refused.class);
        assertThat(decision.changes()).isEmpty();
    }

    @Test
    void aLostMachinesTasksWaitForItsEndBeforeTheyRunAgain() {
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        cell.starts("t-1");
        var lost = cell.onlyInstance().id();

        cell.decide(new Event.InstanceSilent(lost));

        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.LOST);
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.RUNNING);
        cell.answer(cell.openIntent(Intent.Kind.TERMINATE), new ProviderOutcome.Accepted("m-" + lost));
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.QUEUED);
        assertThat(cell.task("t-1").losses()).isEqualTo(1);
        cell.bringUp();
        assertThat(cell.task("t-1").attempt()).isEqualTo(2);
    }

    @Test
    void anEndThatIsNeverConfirmedHoldsTasksOnlyUntilTheFenceDeadline() {
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        cell.decide(new Event.InstanceSilent(cell.onlyInstance().id()));

        cell.after(120).tick();
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.ASSIGNED);
        cell.after(1).tick();

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.QUEUED);
        assertThat(cell.task("t-1").losses()).isEqualTo(1);
    }

    @Test
    void aTaskThatLosesTooManyMachinesFails() {
        cell.submit(Fixtures.task("ann", "t-1"));
        AttemptResult evicted = new AttemptResult(AttemptResult.End.EVICTED, null, "", AttemptResult.Usage.NONE);
        cell.bringUp();
        for (int i = 0; i < 20; i++) {
            cell.ends("t-1", evicted);
            assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.ASSIGNED);
        }

        cell.ends("t-1", evicted);

        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.FAILED);
        assertThat(cell.task("t-1").detail()).contains("21 times");
    }

    private static TaskSpec step(String id, String... parents) {
        List<TaskId> ids = new ArrayList<>();
        for (String parent : parents) {
            ids.add(new TaskId(parent));
        }
        return Fixtures.inWorkflow(Fixtures.task("ann", id), "w-1", ids);
    }

    private Answer submitWorkflow(List<TaskSpec> tasks) {
        return cell.decide(new Event.WorkflowSubmitted(ANN.id(), new WorkflowId("w-1"), "flow", tasks))
                .answer();
    }

    @Test
    void aStepRunsWhenAllItsParentsSucceeded() {
        submitWorkflow(List.of(step("a"), step("b"), step("c", "a", "b")));
        cell.bringUp();
        cell.exits("a", 0);
        assertThat(cell.stateOf("c")).isEqualTo(TaskState.PENDING);

        cell.after(5).exits("b", 0);

        assertThat(cell.stateOf("c")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.task("c").eligibleAt()).isEqualTo(cell.now);
    }

    @Test
    void aFailedStepCancelsAllThatWaitForItAndNoOther() {
        submitWorkflow(List.of(step("a"), step("b"), step("c", "a"), step("d", "c"), step("e", "b")));
        cell.bringUp();

        cell.exits("a", 1);

        assertThat(cell.stateOf("c")).isEqualTo(TaskState.CANCELLED);
        assertThat(cell.stateOf("d")).isEqualTo(TaskState.CANCELLED);
        assertThat(cell.task("c").detail()).contains("a");
        assertThat(cell.stateOf("e")).isEqualTo(TaskState.PENDING);
    }

    @Test
    void aCancelledWorkflowEndsAllItsTasks() {
        submitWorkflow(List.of(step("a"), step("b", "a"), step("c", "b")));
        cell.bringUp();

        cell.decide(new Event.WorkflowCancelRequested(ANN.id(), new WorkflowId("w-1")));

        assertThat(cell.stateOf("a")).isEqualTo(TaskState.CANCELLING);
        assertThat(cell.stateOf("b")).isEqualTo(TaskState.CANCELLED);
        assertThat(cell.stateOf("c")).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void cyclesUnknownParentsAndRepeatedIdsAreRefused() {
        List<List<TaskSpec>> invalid = List.of(
                List.of(step("a", "c"), step("b", "a"), step("c", "b")),
                List.of(step("a", "a")),
                List.of(step("a", "z")),
                List.of(step("a"), step("a")),
                List.of(step("a"), step("b", "a", "a")));
        for (List<TaskSpec> tasks : invalid) {
            assertThat(submitWorkflow(tasks))
                    .isInstanceOfSatisfying(Answer.Refused.class, refused -> assertThat(refused.refusal())
                            .isEqualTo(Answer.Refusal.INVALID_WORKFLOW));
        }
        assertThat(cell.state.tasks()).isEmpty();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void aChainOfAHundredThousandStepsIsTakenAndCancelledWithoutRecursion() {
        List<TaskSpec> chain = new ArrayList<>();
        chain.add(step("s-000000"));
        for (int i = 1; i < 100_000; i++) {
            chain.add(step("s-%06d".formatted(i), "s-%06d".formatted(i - 1)));
        }

        assertThat(submitWorkflow(chain)).isEqualTo(Answer.DONE);
        assertThat(cell.state.tasks()).hasSize(100_000);
        cell.bringUp();
        cell.exits("s-000000", 1);

        assertThat(cell.state.tasks()).isEmpty();
        chain.set(0, step("s-000000", "s-099999"));
        assertThat(submitWorkflow(chain)).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void whatCanNeverRunIsRefused() {
        assertThat(refusal(Fixtures.task("eve", "t-1"))).isEqualTo(Answer.Refusal.UNKNOWN_TENANT);
        assertThat(refusal(Fixtures.withEnvironment(Fixtures.task("ann", "t-1"), "cobol")))
                .isEqualTo(Answer.Refusal.UNKNOWN_ENVIRONMENT);
        assertThat(refusal(Fixtures.task("ann", "t-1", Resources.of(3000, Fixtures.GIB))))
                .isEqualTo(Answer.Refusal.NEVER_FITS);
        assertThat(refusal(Fixtures.task("ann", "t-1", Fixtures.gpu(1, 1)))).isEqualTo(Answer.Refusal.NEVER_FITS);
    }

    private Answer.Refusal refusal(TaskSpec task) {
        return ((Answer.Refused) Objects.requireNonNull(cell.submit(task))).refusal();
    }

    @Test
    void aRepeatedSubmissionIsTakenUpOnce() {
        cell.submit(Fixtures.task("ann", "t-1"));

        Decision again = cell.decide(new Event.TasksSubmitted(ANN.id(), List.of(Fixtures.task("ann", "t-1"))));

        assertThat(again.answer()).isEqualTo(Answer.DONE);
        assertThat(again.changes()).isEmpty();
    }
}

package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.WorkflowId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreTest {

    private static final TenantProfile ANN = Fixtures.tenant("ann", 1, Isolation.SHARED);

    @Test
    void aNewOwnerGoesOnWhereTheOldOneStopped() {
        TestCell cell = new TestCell();
        cell.offers(Fixtures.SMALL).has(ANN).runs(TestCell.keepAlive(Duration.ofHours(1), 1));
        WorkflowId workflow = new WorkflowId("w-1");
        cell.decide(new Event.WorkflowSubmitted(
                ANN.id(),
                workflow,
                "flow",
                List.of(
                        Fixtures.inWorkflow(Fixtures.task("ann", "a"), "w-1", List.of()),
                        Fixtures.inWorkflow(Fixtures.task("ann", "b"), "w-1", List.of()),
                        Fixtures.inWorkflow(
                                Fixtures.task("ann", "c"), "w-1", List.of(new TaskId("a"), new TaskId("b"))))));
        cell.submit(Fixtures.withRetry(Fixtures.task("ann", "r"), 2, Duration.ofSeconds(30)));
        cell.bringUp();
        cell.after(3).exits("a", 0);
        cell.after(1).exits("r", 1);
        cell.after(1).submit(Fixtures.task("ann", "q-1"), Fixtures.task("ann", "q-2"));
        StateView before = StateView.of(cell.state);

        cell.state = CellState.restore(Fixtures.SETTINGS, cell.database.snapshot());

        StateView.of(cell.state).assertIs(before, "restored");
        cell.exits("b", 0);
        cell.exits("q-1", 0);
        assertThat(cell.stateOf("c")).as("one parent ended before, one after").isEqualTo(TaskState.ASSIGNED);
        cell.after(30).exits("c", 0);
        cell.tick();
        assertThat(cell.stateOf("r")).as("its back-off was not forgotten").isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.task("r").attempt()).isEqualTo(2);
    }
}

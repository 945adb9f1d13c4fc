package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tables themselves; that every row of them is travelled is seen in {@link SchedulerPropertyTest}. */
class LifecycleTest {

    /** Set to write the diagrams anew: {@code -Dwarmfront.regenerate=true}. */
    private static final boolean REGENERATE = Boolean.getBoolean("warmfront.regenerate");

    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void movesThatTheTableLacksAreRefused() {
        assertThatThrownBy(() -> InstanceLifecycle.TABLE.check(
                        InstanceState.BUSY, InstanceTrigger.STOP_DECIDED, InstanceState.STOPPING, "i-1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BUSY -STOP_DECIDED-> STOPPING");
        assertThatThrownBy(() ->
                        TaskLifecycle.TABLE.check(TaskState.SUCCEEDED, TaskTrigger.REQUEUED, TaskState.QUEUED, "t-1"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> TaskLifecycle.TABLE.check(null, TaskTrigger.ASSIGNED, TaskState.ASSIGNED, "t-1"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothingLeavesAFinalState() {
        assertThat(InstanceLifecycle.TABLE.rows())
                .noneMatch(row -> row.from() != null && row.from().isFinal());
        assertThat(TaskLifecycle.TABLE.rows())
                .noneMatch(row -> row.from() != null && row.from().isFinal());
        assertThat(ReservationLifecycle.TABLE.rows())
                .noneMatch(row -> row.from() != null && row.from().isFinal());
    }

    @Test
    void theDiagramOfInstancesIsCurrent() throws IOException {
        isCurrent(
                "lifecycle-instance.md",
                "The life of an instance",
                "InstanceLifecycle",
                InstanceLifecycle.TABLE.toMermaid());
    }

    @Test
    void theDiagramOfTasksIsCurrent() throws IOException {
        isCurrent("lifecycle-task.md", "The life of a task", "TaskLifecycle", TaskLifecycle.TABLE.toMermaid());
    }

    @Test
    void theDiagramOfReservationsIsCurrent() throws IOException {
        isCurrent(
                "lifecycle-reservation.md",
                "The life of a reservation",
                "ReservationLifecycle",
                ReservationLifecycle.TABLE.toMermaid());
    }

    private static void isCurrent(String file, String title, String table, String diagram) throws IOException {
        String text = """
                # %s

                Made from the table in `scheduler`'s `%s`, which is what the scheduler obeys; a test fails when the two differ.
                Write it anew with `mvn -pl scheduler -am test -Dtest=LifecycleTest -Dwarmfront.regenerate=true
                -Dsurefire.failIfNoSpecifiedTests=false`.

                ```mermaid
                %s```
                """.formatted(title, table, diagram);
        Path path = DOCS.resolve(file);
        if (REGENERATE) {
            Files.writeString(path, text);
        }
        assertThat(path).hasContent(text);
    }
}

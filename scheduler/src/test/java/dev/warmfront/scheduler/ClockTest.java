package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.TaskId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockTest {

    @Test
    void timeStandsStillWhereTheClockStepsBack() {
        CellState cell = CellState.empty(Fixtures.SETTINGS);
        Scheduler scheduler = Scheduler.reacting();
        var ann = Fixtures.tenant("ann", 1, Isolation.SHARED);
        scheduler.decide(cell, new Event.TenantPut(ann), Fixtures.START);
        scheduler.decide(
                cell, new Event.TasksSubmitted(ann.id(), List.of(Fixtures.task("ann", "t-1"))), Fixtures.START);

        scheduler.decide(
                cell,
                new Event.TasksSubmitted(ann.id(), List.of(Fixtures.task("ann", "t-2"))),
                Fixtures.START.minus(Duration.ofHours(1)));

        Task late = cell.task(new TaskId("t-2"));
        assertThat(late).isNotNull();
        assertThat(late.submittedAt()).isEqualTo(Fixtures.START);
    }
}

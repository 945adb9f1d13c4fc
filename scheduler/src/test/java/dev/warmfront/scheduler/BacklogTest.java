package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final Calendar.Type SHORT = new Calendar.Type(new TenantId("ann"), "short");
    private static final Calendar.Type LONG = new Calendar.Type(new TenantId("ann"), "long");

    private int level;
    private final Backlog backlog = new Backlog((task, counts, time) -> level += counts ? 1 : -1);

    private void ran(String id, Calendar.Type type, double from, double until) {
        TaskId task = new TaskId(id);
        backlog.wanted(task, type, from);
        backlog.began(task, from);
        backlog.over(task, until);
    }

    /** A burst of half a second each that finds no machine is not as much demand as there are tasks in the queue. */
    @Test
    void countsWhatWaitsForAsLongAsTasksOfItsTypeRun() {
        for (int i = 0; i < 30; i++) {
            ran("s" + i, SHORT, 10 * i, 10 * i + 1);
            ran("l" + i, LONG, 10 * i + 1, 10 * i + 10);
        }
        backlog.wanted(new TaskId("a"), SHORT, 1000);
        backlog.wanted(new TaskId("b"), LONG, 1000);
        assertThat(level).isEqualTo(2);
        backlog.pass(1002);
        assertThat(level).as("one of a second would have ended").isEqualTo(1);
        backlog.pass(1010);
        assertThat(level).as("and one of nine").isZero();
        backlog.began(new TaskId("a"), 1020);
        backlog.pass(1040);
        assertThat(level)
                .as("it runs for as long as it waited, which nobody knew")
                .isEqualTo(1);
        backlog.over(new TaskId("a"), 1041);
        backlog.over(new TaskId("b"), 1041);
        assertThat(level).isZero();
    }

    @Test
    void takesTypesThatItDoesNotKnowForTheAverageOfAll() {
        ran("s", SHORT, 0, 2);
        ran("l", LONG, 2, 10);
        backlog.wanted(new TaskId("a"), new Calendar.Type(new TenantId("ann"), "other"), 100);
        backlog.pass(104);
        assertThat(level).isEqualTo(1);
        backlog.pass(105);
        assertThat(level).isZero();
    }

    @Test
    void countsWhatWaitsBeforeAnythingIsKnown() {
        backlog.wanted(new TaskId("a"), SHORT, 0);
        backlog.wanted(new TaskId("b"), SHORT, 0);
        backlog.began(new TaskId("b"), 50);
        backlog.pass(99);
        assertThat(level).isEqualTo(2);
        backlog.over(new TaskId("b"), 100);
        backlog.pass(101);
        assertThat(level).as("fifty seconds: the other would have ended, too").isZero();
    }
}

package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.WorkflowId;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Machines for tasks that follow others are launched while those before them still wait or run, between two looks at the pool, too. */
class WorkflowForesightTest {

    private static final long SECOND = 1_000_000;

    /** Of tasks that follow others, how many did not start at once, by run. */
    private static final class Late implements Watcher {
        private final Map<WorkflowId, Integer> byRun = new LinkedHashMap<>();

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            for (Change change : decision.changes()) {
                if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)
                        && trigger == TaskTrigger.ASSIGNED
                        && task.spec().workflow() != null
                        && !task.spec().parents().isEmpty()) {
                    boolean late = !String.valueOf(task.assignedAt()).equals(String.valueOf(task.eligibleAt()));
                    byRun.merge(task.spec().workflow(), late ? 1 : 0, Integer::sum);
                }
            }
        }
    }

    /** One task that runs for a while, then so many at once. */
    private static List<TraceTask> fan(long firstSeconds) {
        List<TraceTask> tasks = new ArrayList<>(List.of(new TraceTask("split", firstSeconds * SECOND, List.of())));
        tasks.addAll(Collections.nCopies(40, new TraceTask("work", 30 * SECOND, List.of(0))));
        return tasks;
    }

    /** The same workflow an hour and some seconds apart, so that it comes anywhere between two looks. */
    private static List<Integer> late(long firstSeconds) {
        List<Submission> runs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            runs.add(new Submission(i * 3_607L * SECOND, "ann", fan(firstSeconds)));
        }
        ReplayOptions options = ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(60), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withProtocol(0, Duration.ofDays(365), Duration.ofSeconds(10), 1);
        Late late = new Late();
        new Replay(new ListTrace("fan", runs, 0), options)
                .simulate(new WarmfrontFamily().at(1, options), "1", List.of(late));
        return List.copyOf(late.byRun.values());
    }

    @Test
    void theyStartAtOnceWhereTheFirstTaskWaitsForItsLaunchAndIsShort() {
        List<Integer> late = late(2);
        // One takes over the machine of the task before it.
        assertThat(late.getFirst()).isEqualTo(39);
        // Theirs are launched together with the first task's. Where that finds a machine, two seconds are too few for a
        // launch.
        assertThat(late.get(1)).isZero();
    }

    @Test
    void theyStartAtOnceWhereWhatIsBeforeThemIsLongerThanALaunch() {
        assertThat(late(200).subList(1, 6)).containsOnly(0);
    }
}

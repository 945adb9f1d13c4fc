package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that declares nothing: one task that runs for two hundred seconds, then forty at once; every hour. */
class UndeclaredTest {

    private static final long SECOND = 1_000_000;
    private static final int RUNS = 5;

    /** What happened, by run. */
    private static final class Seen implements Watcher {
        private final int[] atOnce = new int[RUNS];
        private final List<Integer> told = new ArrayList<>();
        private int declared;

        @Override
        public void decided(Event event, Decision decision, long nowMicros) {
            if (event instanceof Event.SuccessorsLearned) {
                told.add((int) (nowMicros / (3_600 * SECOND)));
            }
            for (Change change : decision.changes()) {
                if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)) {
                    declared += task.spec().workflow() == null
                                    && task.spec().parents().isEmpty()
                            ? 0
                            : 1;
                    boolean follows = task.spec().taskType().equals("work");
                    if (follows
                            && trigger == TaskTrigger.ASSIGNED
                            && String.valueOf(task.assignedAt()).equals(String.valueOf(task.eligibleAt()))) {
                        atOnce[(int) (nowMicros / (3_600 * SECOND))]++;
                    }
                }
            }
        }
    }

    private static Seen played(Edges edges) {
        List<TraceTask> fan = new ArrayList<>(List.of(new TraceTask("split", 200 * SECOND, List.of())));
        fan.addAll(Collections.nCopies(40, new TraceTask("work", 30 * SECOND, List.of(0))));
        List<Submission> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            runs.add(new Submission(i * 3_600L * SECOND, "ann", fan));
        }
        ReplayOptions options = ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(60), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withProtocol(0, Duration.ofDays(365), Duration.ofSeconds(10), 1)
                .withEdges(edges);
        Seen seen = new Seen();
        new Replay(new ListTrace("fan", runs, 0), options)
                .simulate(new WarmfrontFamily().at(1, options), "1", List.of(seen));
        assertThat(seen.declared).isZero();
        return seen;
    }

    @Test
    void theSecondRunStartsAtOnceWhereWhatFollowsIsMined() {
        Seen mined = played(Edges.MINED);
        Seen hidden = played(Edges.HIDDEN);

        // One takes over the machine of the task before it.
        assertThat(mined.atOnce[0]).isEqualTo(1);
        assertThat(hidden.atOnce[0]).isEqualTo(1);
        assertThat(mined.atOnce[1]).isEqualTo(40);
        assertThat(hidden.atOnce[1]).isLessThan(40);
        assertThat(mined.told).as("after the first run").isNotEmpty();
        assertThat(hidden.told).isEmpty();
    }

    @Test
    void theSameHistoryIsMinedTheSame() {
        assertThat(played(Edges.MINED).atOnce).isEqualTo(played(Edges.MINED).atOnce);
    }
}

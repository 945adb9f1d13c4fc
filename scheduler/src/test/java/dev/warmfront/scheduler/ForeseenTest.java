package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One type of tasks, {@code work}, of which some ran ten seconds. */
class ForeseenTest {

    private static final String POOL = "pool";

    private final Foreseen<String> foreseen = new Foreseen<>();

    private static TaskSpec task(String workflow, String id, String... parents) {
        return Fixtures.inWorkflow(
                Fixtures.task("ann", workflow + "-" + id),
                workflow,
                java.util.Arrays.stream(parents)
                        .map(parent -> new TaskId(workflow + "-" + parent))
                        .toList());
    }

    private void submit(TaskSpec... tasks) {
        for (TaskSpec task : tasks) {
            if (task.parents().isEmpty()) {
                foreseen.wanted(task, POOL, 1);
            } else {
                foreseen.expected(task, task.parents(), POOL, 1);
            }
        }
    }

    private void learnTenSeconds() {
        TaskSpec known = task("known", "a");
        submit(known);
        foreseen.began(known, 0);
        foreseen.over(known, 10);
    }

    @Test
    void aFanOutIsForeseenBeforeItsParentEnds() {
        learnTenSeconds();
        TaskSpec parent = task("w", "p");
        submit(parent, task("w", "a", "p"), task("w", "b", "p"), task("w", "c", "p"));
        foreseen.began(parent, 100);

        assertThat(foreseen.most(POOL, 101, 109)).as("too far").isZero();
        assertThat(foreseen.most(POOL, 101, 110))
                .as("three, of which one takes over")
                .isEqualTo(2);
        assertThat(foreseen.most("other", 101, 200)).isZero();
    }

    @Test
    void aChainNeedsNoMoreThanItHas() {
        learnTenSeconds();
        TaskSpec first = task("w", "1");
        submit(first, task("w", "2", "1"), task("w", "3", "2"), task("w", "4", "3"));
        foreseen.began(first, 100);
        assertThat(foreseen.most(POOL, 100, 500)).isZero();
    }

    @Test
    void severalGenerationsAreForeseenWhereALaunchTakesLonger() {
        learnTenSeconds();
        TaskSpec root = task("w", "r");
        submit(root, task("w", "a", "r"), task("w", "b", "a"), task("w", "c", "a"), task("w", "d", "a"));
        foreseen.began(root, 100);
        assertThat(foreseen.most(POOL, 100, 110)).isZero();
        assertThat(foreseen.most(POOL, 100, 120)).isEqualTo(2);
    }

    @Test
    void aJoinWaitsForItsLatestParent() {
        learnTenSeconds();
        TaskSpec early = task("w", "e");
        TaskSpec late = task("w", "l");
        submit(early, late, task("w", "x", "e", "l"), task("w", "y", "e", "l"), task("w", "z", "e", "l"));
        foreseen.began(early, 100);
        foreseen.began(late, 107);
        assertThat(foreseen.most(POOL, 108, 116)).isZero();
        assertThat(foreseen.most(POOL, 108, 117))
                .as("both parents' machines fall free")
                .isEqualTo(1);
        foreseen.over(early, 109);
        assertThat(foreseen.most(POOL, 110, 117))
                .as("one has fallen free before")
                .isEqualTo(2);
    }

    /** As a workflow may list them, and as tasks that are read back may come. */
    @Test
    void aChildMayBeToldOfBeforeItsParent() {
        learnTenSeconds();
        TaskSpec slow = Fixtures.ofType(task("known", "b"), "slow");
        submit(slow);
        foreseen.began(slow, 0);
        foreseen.over(slow, 500);
        TaskSpec parent = task("w", "p");
        submit(Fixtures.ofType(task("w", "a", "p"), "slow"), Fixtures.ofType(task("w", "b", "p"), "slow"), parent);
        foreseen.began(parent, 100);

        assertThat(foreseen.most(POOL, 101, 110))
                .as("when its parent's type would end, not its own")
                .isEqualTo(1);
    }

    @Test
    void nothingIsForeseenOfTypesThatNeverRan() {
        TaskSpec parent = task("w", "p");
        submit(parent, task("w", "a", "p"), task("w", "b", "p"));
        foreseen.began(parent, 100);
        assertThat(foreseen.most(POOL, 100, 1e9)).isZero();
    }

    @Test
    void whatRunsLongerThanAnyBeforeIsStillExpectedToEnd() {
        learnTenSeconds();
        TaskSpec parent = task("w", "p");
        submit(parent, task("w", "a", "p"), task("w", "b", "p"));
        foreseen.began(parent, 100);
        assertThat(foreseen.most(POOL, 140, 159)).isZero();
        assertThat(foreseen.most(POOL, 140, 160)).as("half as long again").isEqualTo(1);
    }

    @Test
    void nothingIsLeftOfWorkflowsThatAreOver() {
        learnTenSeconds();
        TaskSpec parent = task("w", "p");
        TaskSpec[] children =
                IntStream.range(0, 5).mapToObj(i -> task("w", "c" + i, "p")).toArray(TaskSpec[]::new);
        submit(parent);
        submit(children);
        foreseen.began(parent, 100);
        foreseen.over(parent, 104);
        for (TaskSpec child : children) {
            foreseen.wanted(child, POOL, 1);
        }
        assertThat(foreseen.most(POOL, 104, 1e9)).isZero();
        for (TaskSpec child : List.of(children)) {
            foreseen.began(child, 105);
            foreseen.over(child, 106);
        }
        assertThat(foreseen.isEmpty()).isTrue();
    }

    /** A parent fails: who waits for it is cancelled. */
    @Test
    void aCancelledTaskIsNotWaitedFor() {
        learnTenSeconds();
        TaskSpec parent = task("w", "p");
        TaskSpec a = task("w", "a", "p");
        TaskSpec b = task("w", "b", "p");
        submit(parent, a, b, task("w", "c", "p"));
        foreseen.began(parent, 100);
        foreseen.over(a, 103);
        foreseen.over(b, 103);
        assertThat(foreseen.most(POOL, 104, 1e9)).isZero();
    }
}

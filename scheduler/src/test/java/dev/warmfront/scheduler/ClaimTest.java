package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who has what it usually wants leaves others what they usually want, for a while. */
class ClaimTest {

    /** Ann usually wants one machine, all others two. */
    private static final class Claiming implements PoolPolicy, DemandListener {
        private final List<String> asked = new ArrayList<>();

        @Override
        public String name() {
            return "claiming";
        }

        @Override
        public List<Step> plan(PoolView pool, Instant now) {
            return DemandSteps.forWants(pool);
        }

        @Override
        public void wanted(PoolId pool, Offering offering, double share, TaskSpec task, Instant at) {
            // The claims do not change.
        }

        @Override
        public void began(TaskSpec task, Instant at) {
            // The claims do not change.
        }

        @Override
        public void over(TaskSpec task, Instant at) {
            // The claims do not change.
        }

        @Override
        public @Nullable Claim claim(PoolId pool, TaskSpec task) {
            asked.add(task.tenant().value());
            boolean ann = task.tenant().value().equals("ann");
            return ann ? new Claim(Fixtures.SMALL, 1, 2, Duration.ofMinutes(4)) : null;
        }
    }

    private final Claiming policy = new Claiming();
    private final TestCell cell = new TestCell(policy)
            .runs(new PoolSettings("claiming", Duration.ZERO, null, Duration.ZERO, 0, 10, PoolMode.ACTIVE))
            .offers(Fixtures.SMALL)
            .has(
                    Fixtures.tenant("ann", 1, Isolation.SHARED),
                    Fixtures.tenant("bob", 1, Isolation.SHARED),
                    Fixtures.tenant("cid", 1, Isolation.DEDICATED));

    private static TaskSpec whole(String tenant, String id) {
        return Fixtures.task(tenant, id, Fixtures.SMALL.machineType().capacity());
    }

    /** Four machines, all idle. */
    private void fourMachines() {
        cell.submit(whole("bob", "b1"), whole("bob", "b2"), whole("bob", "b3"), whole("bob", "b4"));
        cell.bringUp();
        for (String task : List.of("b1", "b2", "b3", "b4")) {
            cell.starts(task);
            cell.exits(task, 0);
        }
    }

    @Test
    void itLeavesWhatTheOthersUsuallyWantAndNoMore() {
        fourMachines();
        cell.submit(whole("ann", "a1"), whole("ann", "a2"), whole("ann", "a3"));
        assertThat(cell.stateOf("a1")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.stateOf("a2")).as("two are left").isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.stateOf("a3")).isEqualTo(TaskState.QUEUED);
        cell.submit(whole("bob", "b5"), whole("bob", "b6"));
        assertThat(cell.stateOf("b5")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.stateOf("b6")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void whatIsLaunchedForItIsItsOwn() {
        fourMachines();
        cell.submit(whole("ann", "a1"), whole("ann", "a2"), whole("ann", "a3"));
        assertThat(cell.open(Intent.Kind.LAUNCH)).as("though two are idle").hasSize(1);
        cell.bringUp();
        assertThat(cell.stateOf("a3")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void itWaitsForNoLongerThanItsPatience() {
        fourMachines();
        cell.submit(whole("ann", "a1"), whole("ann", "a2"), whole("ann", "a3"));
        cell.after(239).tick();
        assertThat(cell.stateOf("a3")).isEqualTo(TaskState.QUEUED);
        cell.after(2).tick();
        assertThat(cell.stateOf("a3")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void whatComesLaterAtAHigherPriorityHoldsUpNothingThatHasWaitedForLong() {
        fourMachines();
        cell.submit(whole("ann", "a1"), whole("ann", "a2"), whole("ann", "a3"));
        cell.after(239).tick();
        cell.submit(Fixtures.withPriority(whole("ann", "a4"), 9));
        cell.after(2).tick();
        assertThat(cell.stateOf("a4")).as("it still goes first").isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.stateOf("a3")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void oneShapeThatIsLeftToWaitHoldsUpNoOther() {
        fourMachines();
        cell.submit(whole("ann", "a1"), whole("ann", "a2"), Fixtures.task("ann", "a3"));
        cell.after(239).tick();
        cell.submit(Fixtures.withPriority(whole("ann", "a4"), 9));
        assertThat(cell.stateOf("a3")).isEqualTo(TaskState.QUEUED);
        cell.after(2).tick();
        assertThat(cell.stateOf("a4")).as("it came just now").isEqualTo(TaskState.QUEUED);
        assertThat(cell.stateOf("a3")).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void whoHasItsOwnMachinesIsNotAsked() {
        cell.submit(whole("cid", "c1"));
        cell.bringUp();
        assertThat(cell.stateOf("c1")).isEqualTo(TaskState.ASSIGNED);
        assertThat(policy.asked).doesNotContain("cid");
    }
}

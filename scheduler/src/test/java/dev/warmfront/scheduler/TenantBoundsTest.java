package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What tenants bound: what is spent in a month (I7), and how long machines are kept for them. */
class TenantBoundsTest {

    private static final TenantId ANN = new TenantId("ann");

    private final TestCell cell = new TestCell(ahead(new TenantId("ann"))).offers(Fixtures.SMALL);

    private static TenantProfile ann(@Nullable String dollars, long least, @Nullable Long most) {
        return new TenantProfile(
                ANN,
                1,
                Isolation.SHARED,
                new TenantSettings(
                        dollars == null ? null : Money.ofDollars(new BigDecimal(dollars)),
                        Duration.ofSeconds(least),
                        most == null ? null : Duration.ofSeconds(most),
                        Objective.NONE));
    }

    /** Wants one machine hot at any time, at the tenant's expense, and ends nothing. */
    private static PoolPolicy ahead(TenantId payer) {
        return new PoolPolicy() {
            @Override
            public String name() {
                return "ahead";
            }

            @Override
            public List<Step> plan(PoolView pool, Instant now) {
                if (!pool.wants().isEmpty()) {
                    return new ReactivePolicy().plan(pool, now);
                }
                Reason reason = new Reason("ahead-of-demand", "somebody is going to come");
                Cause cause = new Cause(payer, Fixtures.task("ann", "t-0").id());
                return pool.idle().size() + pool.coming().size() + pool.busy().size() > 0
                        ? List.of()
                        : List.of(new Step.Launch(List.of(), cause, true, reason));
            }
        };
    }

    private static PoolSettings run(String policy, Duration keepAlive) {
        return new PoolSettings(policy, keepAlive, null, Duration.ZERO, 0, 10, PoolMode.ACTIVE);
    }

    private TestCell spendUp() {
        cell.runs(run("fixed-keep-alive", Duration.ofHours(5))).has(ann("0.05", 0, null));
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        // A machine costs 0.05 $ an hour.
        return cell.after(3599);
    }

    @Test
    void whatRunsRunsToItsEndWhenTheBudgetIsSpentAndNothingElseBegins() {
        spendUp().tick();
        assertThat(cell.state.tenants().spent(ANN, cell.now).toDollars()).isLessThan(new BigDecimal("0.05"));

        cell.after(60).tick();
        cell.submit(Fixtures.task("ann", "t-2"));
        cell.tick();

        assertThat(cell.state.tenants().spent(ANN, cell.now).toDollars()).isGreaterThan(new BigDecimal("0.05"));
        assertThat(cell.stateOf("t-1")).isEqualTo(TaskState.ASSIGNED);
        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.QUEUED);
        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();

        cell.exits("t-1", 0);
        assertThat(cell.stateOf("t-2")).as("though a machine is free").isEqualTo(TaskState.QUEUED);
        cell.tick();
        assertThat(cell.onlyInstance().state()).as("and nobody holds it").isEqualTo(InstanceState.DRAINING);
    }

    @Test
    void anotherTenantGoesOnWhereOneHasSpentItsBudget() {
        spendUp().has(Fixtures.tenant("bob", 1, Isolation.SHARED)).after(60).tick();
        cell.exits("t-1", 0);
        cell.submit(Fixtures.task("ann", "t-2"));
        cell.submit(Fixtures.task("bob", "t-3"));

        assertThat(cell.stateOf("t-2")).isEqualTo(TaskState.QUEUED);
        assertThat(cell.stateOf("t-3")).isNotEqualTo(TaskState.QUEUED);
    }

    @Test
    void aHigherBudgetOrANewMonthLetsTasksBeginAgain() {
        spendUp().after(60).tick();
        cell.exits("t-1", 0);
        cell.tick();
        cell.submit(Fixtures.task("ann", "t-2"));
        cell.tick();
        assertThat(cell.open(Intent.Kind.LAUNCH)).isEmpty();

        cell.has(ann("0.2", 0, null));
        assertThat(cell.open(Intent.Kind.LAUNCH)).hasSize(1);
        cell.has(ann("0.05", 0, null));
        cell.submit(Fixtures.task("ann", "t-3"));
        cell.bringUp();
        assertThat(cell.stateOf("t-3")).isEqualTo(TaskState.QUEUED);

        cell.now = Instant.parse("2026-04-01T00:00:00Z");
        cell.tick();
        assertThat(cell.state.tenants().spent(ANN, cell.now)).isEqualTo(Money.ZERO);
        cell.bringUp();
        assertThat(cell.stateOf("t-2")).isNotEqualTo(TaskState.QUEUED);
    }

    @Test
    void speculationStopsBeforeTasksDo() {
        PoolId pool = new PoolId(Fixtures.SMALL.id(), ann(null, 0, null).domain());
        cell.has(ann("0.05", 0, null)).decide(new Event.PoolPut(pool, run("ahead", Duration.ZERO)));
        cell.tick();
        cell.bringUp();
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.HOT);
        cell.after(3300).tick();
        cell.decide(new Event.InstanceGone(cell.onlyInstance().id()));

        cell.after(1).tick();
        assertThat(cell.state.instances()).as("more than nine tenths are spent").isEmpty();

        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        assertThat(cell.stateOf("t-1")).isNotEqualTo(TaskState.QUEUED);
    }

    @Test
    void aTenantsLeastRetentionKeepsWhatThePoolWouldEnd() {
        cell.runs(run("fixed-keep-alive", Duration.ofSeconds(10))).has(ann(null, 100, null));
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        cell.exits("t-1", 0);

        cell.after(99).tick();
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.HOT);
        cell.after(2).tick();
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.DRAINING);
    }

    @Test
    void aTenantsMostRetentionEndsWhatThePoolWouldKeepAndNothingTakesItsPlace() {
        cell.runs(run("ahead", Duration.ofHours(5))).has(ann(null, 0, 100L));
        cell.submit(Fixtures.task("ann", "t-1"));
        cell.bringUp();
        cell.exits("t-1", 0);

        cell.after(99).tick();
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.HOT);
        cell.after(2).tick();
        assertThat(cell.onlyInstance().state()).isEqualTo(InstanceState.DRAINING);
        cell.decide(new Event.InstanceGone(cell.onlyInstance().id()));
        cell.after(1).tick();
        assertThat(cell.state.instances()).as("its last task is too long ago").isEmpty();
    }
}

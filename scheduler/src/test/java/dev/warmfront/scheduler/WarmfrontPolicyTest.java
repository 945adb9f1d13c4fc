package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmfrontPolicyTest {

    private static final PoolId POOL = new PoolId(Fixtures.SMALL.id(), IsolationDomain.SHARED);

    private int tasks;

    private static WarmfrontPolicy policy() {
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(30));
        return new WarmfrontPolicy(
                offering -> new TierEconomics(
                        TierPrices.allBilled(offering.hotRate(), Fixtures.rate("0.004"), leads), leads),
                WaitAim.priced(0.02, 100));
    }

    private static Instant at(long second) {
        return Fixtures.START.plusSeconds(second);
    }

    private static PoolView empty(int wants) {
        return new PoolView(
                POOL,
                Fixtures.SMALL,
                new PoolSettings(WarmfrontPolicy.NAME, Duration.ZERO, null, Duration.ZERO, 0, 100, PoolMode.ACTIVE),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Collections.nCopies(
                        wants,
                        new PoolView.Want(
                                new Cause(
                                        Fixtures.tenant("ann", 1, dev.warmfront.domain.Isolation.SHARED)
                                                .id(),
                                        new TaskId("t")),
                                List.of())),
                Map.of());
    }

    /** Ten tasks of half a minute at five past each hour, for as many hours, all starting at once. */
    private List<Integer> launchesPerMinute(WarmfrontPolicy policy, int hours) {
        List<Integer> launches = new ArrayList<>();
        List<TaskSpec> running = new ArrayList<>();
        for (long second = 0; second < hours * 3600L; second += 3) {
            long inHour = second % 3600;
            if (inHour == 300) {
                for (int i = 0; i < 10; i++) {
                    TaskSpec task = Fixtures.task("ann", "t-" + tasks++);
                    running.add(task);
                    policy.wanted(POOL, Fixtures.SMALL, 1, task, at(second));
                    policy.began(task, at(second));
                }
            }
            if (inHour == 330) {
                for (TaskSpec task : running) {
                    policy.over(task, at(second));
                }
                running.clear();
            }
            List<Step> steps = policy.plan(empty(0), at(second));
            if (second % 60 == 0) {
                launches.add((int)
                        steps.stream().filter(Step.Launch.class::isInstance).count());
                for (Step step : steps) {
                    if (step instanceof Step.Launch launch) {
                        assertThat(launch.cause())
                                .as("whose demand is expected")
                                .isNotNull();
                    }
                }
            }
        }
        return launches;
    }

    /** Not at once: a long keep-alive meets the target sooner, and is followed until foresight has made up its first misses. */
    @Test
    void launchesAheadOfWhatTimersDid() {
        List<Integer> launches = launchesPerMinute(policy(), 12);
        assertThat(launches.get(11 * 60 + 4))
                .as("a minute before the twelfth burst")
                .isGreaterThanOrEqualTo(10);
        assertThat(launches.get(11 * 60 + 40)).as("in the middle of nothing").isZero();
    }

    @Test
    void decidesTheSameFromTheSameHistory() {
        assertThat(launchesPerMinute(policy(), 3)).isEqualTo(new WarmfrontPolicyTest().launchesPerMinute(policy(), 3));
    }

    @Test
    void launchesForTasksThatWouldWaitLongerThanALaunch() {
        WarmfrontPolicy policy = policy();
        policy.wanted(POOL, Fixtures.SMALL, 1, Fixtures.task("ann", "a"), at(0));
        List<Step> steps = policy.plan(empty(1), at(0));
        assertThat(steps).hasSize(1).first().isInstanceOfSatisfying(Step.Launch.class, launch -> {
            assertThat(launch.speculative()).isFalse();
            assertThat(launch.cause()).isNotNull();
            assertThat(launch.reason().code()).isEqualTo("level-pays");
            assertThat(launch.reason().text()).contains("wanted now", "expected in", "waited");
        });
    }

    /** A task of a second every other second: so many end within a launch's time that one more may wait for them. */
    @Test
    void trustsInInstancesThatFallFreeUntilSomebodyHasWaitedForLongerThanALaunch() {
        WarmfrontPolicy policy = policy();
        TaskSpec running = Fixtures.task("ann", "r-0");
        for (int second = 0; second < 1200; second += 2) {
            policy.wanted(POOL, Fixtures.SMALL, 1, running, at(second));
            policy.began(running, at(second));
            policy.plan(empty(0), at(second));
            policy.over(running, at(second + 1));
            running = Fixtures.task("ann", "r-" + (second + 2));
        }
        TaskSpec waits = Fixtures.task("ann", "waits");
        policy.wanted(POOL, Fixtures.SMALL, 1, waits, at(1200));
        long atOnce = needed(policy.plan(empty(1), at(1200)));
        long overdue = needed(policy.plan(empty(1), at(1262)));
        assertThat(atOnce).as("thirty tasks end within a minute").isZero();
        assertThat(overdue).as("and this one had none of them").isEqualTo(1);
    }

    private static long needed(List<Step> steps) {
        return steps.stream()
                .filter(step -> step instanceof Step.Launch launch && !launch.speculative())
                .count();
    }

    @Test
    void refusesAimsThatMeanNothing() {
        assertThatThrownBy(() -> WaitAim.share(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WaitAim.share(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WaitAim.priced(0.02, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WaitAim.priced(0.02, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}

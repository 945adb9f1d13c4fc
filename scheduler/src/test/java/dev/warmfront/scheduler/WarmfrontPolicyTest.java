package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.Tier;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
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

    /** It once was: each stop was answered with a launch, for what is neither hot nor in standby yet was thought to be gone. */
    @Test
    void tellsOperatorsWhenDemandIsNoLongerWhatItWas() {
        WarmfrontPolicy policy = policy();
        for (long second = 0; second < 4 * 3600; second += 60) {
            together(policy, 1, second);
        }
        assertThat(policy.conditions()).as("one task a minute, as ever").isEmpty();

        for (long second = 4 * 3600; second < 4 * 3600 + 600; second += 60) {
            together(policy, 5 + (int) (second / 60 % 10) * 10, second);
        }
        assertThat(policy.conditions()).containsOnlyKeys(POOL);
        assertThat(policy.conditions().get(POOL)).contains("demand has drifted since");
    }

    /** So many tasks of half a minute, and a plan every ten seconds. */
    private void together(WarmfrontPolicy policy, int count, long second) {
        List<TaskSpec> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TaskSpec task = Fixtures.task("ann", "t-" + tasks++);
            running.add(task);
            policy.wanted(POOL, Fixtures.SMALL, 1, task, at(second));
            policy.began(task, at(second));
        }
        for (long tick = second; tick < second + 60; tick += 10) {
            if (tick == second + 30) {
                running.forEach(task -> policy.over(task, at(second + 30)));
            }
            policy.plan(empty(0), at(tick));
        }
    }

    @Test
    void launchesNothingInPlaceOfWhatIsOnItsWayToStandby() {
        int[] checked = {0};
        Seeds.check(12, random -> {
            StandbyPool pool = new StandbyPool(random);
            for (long second = 0; second < 3 * 3600; second += 5) {
                pool.demand(second);
                List<Step> steps = pool.plan(second);
                if (pool.isOnlyStopping(second)) {
                    checked[0]++;
                    assertThat(steps).as("at %d s", second).noneMatch(Step.Launch.class::isInstance);
                }
                pool.take(steps, second);
            }
        });
        assertThat(checked[0]).as("plans while something was on its way").isPositive();
    }

    /** A pool whose machines take ten minutes to launch, with bursts of tasks now and then. */
    private static final class StandbyPool {
        private static final long LAUNCH = 600;
        private static final long WAKE = 20;
        private static final long STOP = 30;

        private final RandomGenerator random;
        private final WarmfrontPolicy policy;
        private final Map<InstanceId, Long> hotAt = new LinkedHashMap<>();
        private final Map<InstanceId, Long> standbyAt = new LinkedHashMap<>();
        private final Map<TaskSpec, Long> running = new LinkedHashMap<>();
        private long lastStop = Long.MIN_VALUE / 2;
        private long lastTask;
        private int numbers;

        StandbyPool(RandomGenerator random) {
            LeadTimes leads =
                    new LeadTimes(Duration.ofSeconds(LAUNCH), Duration.ofSeconds(WAKE), Duration.ofSeconds(STOP));
            this.random = random;
            this.policy = new WarmfrontPolicy(
                    offering -> new TierEconomics(
                            TierPrices.allBilled(offering.hotRate(), Fixtures.rate("0.004"), leads), leads),
                    WaitAim.share(0.02));
        }

        void demand(long second) {
            for (Map.Entry<TaskSpec, Long> entry : List.copyOf(running.entrySet())) {
                if (entry.getValue() <= second) {
                    running.remove(entry.getKey());
                    policy.over(entry.getKey(), at(second));
                }
            }
            if (random.nextInt(60) == 0) {
                lastTask = second;
                for (int i = random.nextInt(1, 7); i > 0; i--) {
                    TaskSpec task = Fixtures.task("ann", "t-" + numbers++);
                    running.put(task, second + random.nextInt(30, 300));
                    policy.wanted(POOL, Fixtures.SMALL, 1, task, at(second));
                    policy.began(task, at(second));
                }
            }
        }

        List<Step> plan(long second) {
            List<Instance> hot = there(hotAt, second, InstanceState.HOT);
            int busy = Math.min(hot.size(), running.size());
            return policy.plan(
                    new PoolView(
                            POOL,
                            Fixtures.SMALL,
                            empty(0).settings(),
                            hot.subList(busy, hot.size()),
                            hot.subList(0, busy),
                            hotAt.entrySet().stream()
                                    .filter(entry -> entry.getValue() > second)
                                    .map(entry -> instance(entry.getKey(), InstanceState.WARMING))
                                    .toList(),
                            there(standbyAt, second, InstanceState.STANDBY),
                            List.of(),
                            List.of(),
                            Map.of()),
                    at(second));
        }

        /** Whether nothing has been asked for since something was told to stop, which it has not done yet. */
        boolean isOnlyStopping(long second) {
            return second < lastStop + STOP && lastTask < lastStop && running.isEmpty();
        }

        void take(List<Step> steps, long second) {
            for (Step step : steps) {
                switch (step) {
                    case Step.Launch launch -> hotAt.put(new InstanceId("i-" + numbers++), second + LAUNCH);
                    case Step.Start start -> {
                        standbyAt.remove(start.instance());
                        hotAt.put(start.instance(), second + WAKE);
                    }
                    case Step.Stop stop -> {
                        hotAt.remove(stop.instance());
                        standbyAt.put(stop.instance(), second + STOP);
                        lastStop = second;
                    }
                    case Step.Terminate end -> {
                        hotAt.remove(end.instance());
                        standbyAt.remove(end.instance());
                    }
                    case Step.Specialise load -> throw new AssertionError("nothing needs an environment");
                    case Step.CancelDrain cancel -> throw new AssertionError("nothing drains");
                }
            }
        }

        private static List<Instance> there(Map<InstanceId, Long> all, long second, InstanceState state) {
            return all.entrySet().stream()
                    .filter(entry -> entry.getValue() <= second)
                    .map(entry -> instance(entry.getKey(), state))
                    .toList();
        }

        private static Instance instance(InstanceId id, InstanceState state) {
            return new Instance(
                    id,
                    Fixtures.SMALL,
                    IsolationDomain.SHARED,
                    state,
                    Fixtures.START,
                    "ref",
                    Collections.emptySortedSet(),
                    Collections.emptySortedSet(),
                    List.of(),
                    state == InstanceState.STANDBY ? StandbyMode.STOPPED : null,
                    Tier.COLD,
                    Fixtures.START,
                    Fixtures.START,
                    0,
                    null,
                    null,
                    null,
                    Money.ZERO,
                    Fixtures.START);
        }
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

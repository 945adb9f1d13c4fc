package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.warmfront.testing.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The controller on demand whose best answer is plain to see. */
class LevelControllerTest {

    private static final double RUNTIME = 0.3;
    private static final double SPACING = 5;
    private static final double GAP = 60;

    /** A virtual machine on a host of one's own, as measured on real guests: 8.4 s to boot, 3 s to save, 1.4 s to wake. */
    private static final LevelPrices GUEST = new LevelPrices(8.4, 4.4, 0, 8.4, 1.4, 3);

    /** The same on a host where everything takes four times as long. */
    private static final LevelPrices SLOW_GUEST = new LevelPrices(33, 9, 0.05, 33, 2.8, 6);

    @Test
    void aMachineThatWakesSoonStandsByBetweenBurstsThatMayBeginLate() {
        standsBy(GUEST);
        standsBy(SLOW_GUEST);
    }

    /** A machine takes a minute to launch, and the pool is looked at every ten seconds; what is known comes every seven minutes. */
    @Test
    void whatIsSureToComeIsLaunchedForInTimeHoweverSeldomThePoolIsLookedAt() {
        LevelPrices prices = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 0, 0);
        Seeds.check(10, random -> {
            double period = 420;
            double odd = random.nextDouble(period);
            LevelController controller = new LevelController(
                    prices,
                    WaitAim.share(0.5),
                    0,
                    (from, until) -> Math.floor((until - odd) / period) > Math.floor((from - odd) / period) ? 1 : 0);
            double due = odd + period;
            int late = 0;
            for (double look = 0; look < 30 * period; look += 10) {
                controller.tick(look);
                // A launch at the next look would be done too late.
                boolean lastChance = look + prices.launchLead() <= due && look + 10 + prices.launchLead() > due;
                late += lastChance && controller.up() < 1 ? 1 : 0;
                due += look >= due ? period : 0;
            }
            assertThat(late).isZero();
        });
    }

    /** What settings would have done does not depend on the target: the same tasks are told to one controller that is never alarmed. */
    @Test
    void whoWaitedCountsHalfOnceDemandDrifts() {
        LevelPrices prices = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 0, 0);
        LevelController strict = new LevelController(prices, WaitAim.share(0.02), 0, (from, until) -> 0);
        LevelController calm = new LevelController(prices, WaitAim.share(0.9), 0, (from, until) -> 0);
        Candidate setting = strict.followed();
        Candidate same = calm.followed();
        int minutes = 0;
        while (strict.drifting().isEmpty()) {
            assertThat(minutes).as("two hours of single tasks, then bursts").isLessThan(180);
            assertThat(setting.waits().waits()).isEqualTo(same.waits().waits());
            int tasks = minutes < 120 ? 1 : 40;
            for (LevelController controller : List.of(strict, calm)) {
                changes(controller, tasks, 1, 60 * minutes);
                ticks(controller, 60 * minutes, 60 * minutes + 30);
                changes(controller, tasks, -1, 60 * minutes + 30);
                ticks(controller, 60 * minutes + 30, 60 * minutes + 60);
            }
            minutes++;
        }
        assertThat(minutes).isGreaterThan(120);
        assertThat(calm.drifting()).isEmpty();
        assertThat(same.waits().waits()).isPositive();
        assertThat(setting.waits().waits()).isCloseTo(same.waits().waits() / 2, withinPercentage(1e-9));
    }

    /** What was learned to follow: nothing before some time, then so many. */
    private static LevelController.Known learned(double from, double many) {
        return new LevelController.Known() {
            private double now;

            @Override
            public double most(double time, double until) {
                now = time;
                return 0;
            }

            @Override
            public double following(double time, double until) {
                return many;
            }

            @Override
            public boolean knowsFollowing() {
                return now >= from;
            }
        };
    }

    @Test
    void settingsThatCountOnWhatFollowsDoTheSameUntilSomethingDoes() {
        LevelPrices prices = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 0, 0);
        Seeds.check(5, random -> {
            LevelController without = new LevelController(prices, WaitAim.share(0.05), 0, (from, until) -> 0);
            LevelController with =
                    new LevelController(prices, WaitAim.share(0.05), 0, learned(random.nextDouble(5_000), 0));
            boolean counted = false;
            double time = 0;
            for (int burst = 0; burst < 60; burst++) {
                int tasks = 1 + random.nextInt(12);
                double length = 20 + random.nextDouble(100);
                for (LevelController controller : List.of(without, with)) {
                    changes(controller, tasks, 1, time);
                    ticks(controller, time, time + length);
                    changes(controller, tasks, -1, time + length);
                }
                double end = time + length;
                time = end + random.nextDouble(600);
                for (double at = Math.ceil(end); at < time; at++) {
                    without.tick(at);
                    with.tick(at);
                    counted |= with.followed().expectation().outlook().hasSuccessors();
                    assertThat(with.followed().paid())
                            .isEqualTo(without.followed().paid());
                    assertThat(List.of(with.up(), with.keep(), with.stock(), with.most()))
                            .isEqualTo(List.of(without.up(), without.keep(), without.stock(), without.most()));
                }
            }
            assertThat(counted).isTrue();
        });
    }

    /** Fifty are said to follow, always, and none does: held at first, and soon no more. */
    @Test
    void aGraphThatMisleadsIsNotFollowedForLong() {
        LevelPrices prices = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 0, 0);
        LevelController controller = new LevelController(prices, WaitAim.share(0.05), 0, learned(40_000, 50));
        LevelController without = new LevelController(prices, WaitAim.share(0.05), 0, (from, until) -> 0);
        double held = 0;
        for (int minute = 0; minute < 2_000; minute++) {
            for (LevelController each : List.of(controller, without)) {
                changes(each, 1, 1, 60 * minute);
                ticks(each, 60 * minute, 60 * minute + 30);
                changes(each, 1, -1, 60 * minute + 30);
                ticks(each, 60 * minute + 30, 60 * minute + 60);
            }
            held += controller.keep() > without.keep() + 40 ? 1 : 0;
            if (minute == 700) {
                assertThat(held).as("minutes in which it was believed").isBetween(1.0, 10.0);
            }
        }
        assertThat(held).as("and never again").isBetween(1.0, 10.0);
        assertThat(controller.keep()).isEqualTo(without.keep());
    }

    /**
     * Twenty tasks now and then, long foreseen and then no more: what counted on that has spent so little meanwhile that it could not
     * pay for what others hold all along.
     */
    @Test
    void whoCountedOnWhatFollowsWaitsNoLongerThanWhoNeverDid() {
        LevelPrices prices = new LevelPrices(300, Double.POSITIVE_INFINITY, 1, 300, 0, 0);
        double[] due = {0};
        boolean[] told = {true};
        LevelController with = new LevelController(prices, WaitAim.share(0.02), 0, new LevelController.Known() {
            @Override
            public double most(double time, double until) {
                return 0;
            }

            @Override
            public double following(double time, double until) {
                return told[0] && time < due[0] && until >= due[0] ? 20 : 0;
            }

            @Override
            public boolean knowsFollowing() {
                return true;
            }
        });
        LevelController without = new LevelController(prices, WaitAim.share(0.02), 0, (from, until) -> 0);
        int missing = 0;
        int foreseen = 0;
        double time = 0;
        for (int burst = 0; burst < 160; burst++) {
            told[0] = burst < 80;
            // No clock that could be learned.
            due[0] = time + 1_200 + 4_800 * ((burst * 0.618_034) % 1);
            for (LevelController controller : List.of(with, without)) {
                changes(controller, 20, 1, time);
                controller.tick(time);
                changes(controller, 20, -1, time + 30);
                for (double look = time + 30; look < due[0]; look += 15) {
                    controller.tick(look);
                }
            }
            time = due[0];
            foreseen += burst < 79 && with.followed().expectation().outlook().hasSuccessors() ? 1 : 0;
            missing += burst >= 100 && with.keep() < 20 && without.keep() >= 20 ? 1 : 0;
        }
        assertThat(foreseen).as("bursts for which it counted on what follows").isGreaterThan(20);
        assertThat(without.keep()).as("what is held all along").isGreaterThanOrEqualTo(20);
        assertThat(missing).as("bursts that find less, once it is over").isZero();
    }

    private static void changes(LevelController controller, int many, int by, double time) {
        for (int i = 0; i < many; i++) {
            controller.change(by, time, 30);
        }
    }

    private static void standsBy(LevelPrices prices) {
        LevelController controller = new LevelController(prices, WaitAim.share(0.4), 0, (from, until) -> 0);
        double time = 0;
        for (int burst = 0; burst < 40; burst++) {
            for (int i = 0; i < 8; i++) {
                controller.change(1, time, RUNTIME);
                controller.tick(time);
                controller.change(-1, time + RUNTIME, RUNTIME);
                time = ticks(controller, time + RUNTIME, time + SPACING);
            }
            if (burst >= 30) {
                assertThat(controller.keep()).as("hot while the burst lasts").isEqualTo(1);
            }
            time = ticks(controller, time, time + GAP);
            if (burst >= 30) {
                assertThat(controller.keep()).as("hot a minute after it").isZero();
                assertThat(controller.most()).as("hot or in standby then").isEqualTo(1);
            }
        }
    }

    private static double ticks(LevelController controller, double from, double until) {
        for (double time = Math.ceil(from); time < until; time++) {
            controller.tick(time);
        }
        return until;
    }
}

package dev.warmfront.simulator;

import static dev.warmfront.simulator.Pools.at;
import static dev.warmfront.simulator.Pools.ended;
import static dev.warmfront.simulator.Pools.launches;
import static dev.warmfront.simulator.Pools.stopped;
import static dev.warmfront.simulator.Pools.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each baseline's published rule, worked by hand. */
final class BaselinesTest {

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    /** So many tasks at work from here on. */
    private static void level(DemandPolicy policy, int change, double seconds) {
        for (int i = 0; i < Math.abs(change); i++) {
            if (change > 0) {
                policy.eligible(task("a"), at(seconds));
            } else {
                policy.ended(task("a"), at(seconds));
            }
        }
        policy.concurrency.pass(DemandPolicy.micros(at(seconds)));
    }

    @Test
    void utilisationScalesOutAfterThreeMinutesAboveTheTarget() {
        UtilisationPolicy policy = new UtilisationPolicy(0.5);
        level(policy, 3, 0);
        level(policy, 0, 2 * MINUTE);
        assertThat(policy.decide(4)).as("two minutes are not enough").isEqualTo(4);
        level(policy, 0, 3 * MINUTE);
        // 3 of 4 at work is above a half; 3 / 0.5 = 6 brings it there.
        assertThat(policy.decide(4)).isEqualTo(6);
        assertThat(policy.decide(6)).as("exactly at the target").isEqualTo(6);
    }

    @Test
    void utilisationScalesInAfterFifteenMinutesBelowNineTenthsOfTheTarget() {
        UtilisationPolicy policy = new UtilisationPolicy(0.5);
        level(policy, 2, 0);
        level(policy, 0, 14 * MINUTE);
        assertThat(policy.decide(10)).isEqualTo(10);
        level(policy, 0, 15 * MINUTE);
        // 2 of 10 is below 0.45; 2 / 0.5 = 4.
        assertThat(policy.decide(10)).isEqualTo(4);
        // 2 of 4.3 would be 0.465, between 0.45 and 0.5: no alarm. As whole machines: 0.46 = 23 of 50.
        UtilisationPolicy steady = new UtilisationPolicy(0.5);
        level(steady, 23, 0);
        level(steady, 0, 15 * MINUTE);
        assertThat(steady.decide(50)).isEqualTo(50);
    }

    @Test
    void utilisationHoldsItsHeadroom() {
        UtilisationPolicy policy = new UtilisationPolicy(0.5);
        level(policy, 3, 0);
        assertThat(launches(policy.plan(Pools.of(3, 0, 0, 0), at(3 * MINUTE)))).isEqualTo(3);
        assertThat(policy.plan(Pools.of(3, 3, 0, 0), at(4 * MINUTE))).isEmpty();
    }

    @Test
    void hybridHistogramReleasesAtOnceAndComesBackAtThePreWarmTime() {
        HybridHistogramPolicy policy = new HybridHistogramPolicy(240);
        double now = 0;
        for (int run = 0; run < 20; run++) {
            policy.eligible(task("a"), at(now));
            policy.ended(task("a"), at(now + 10));
            now += 10 + 30.5 * MINUTE;
        }
        double idleSince = now - 30.5 * MINUTE;
        // All in bin 30: ready from 30 · 0.9 = 27 minutes to 31 · 1.1 = 34.1 minutes after it fell idle.
        assertThat(ended(policy.plan(Pools.of(0, 1, 0, 0), at(idleSince + 1)))).containsExactly("idle-0");
        assertThat(policy.plan(Pools.of(0, 0, 0, 0), at(idleSince + 26.9 * MINUTE)))
                .as("not before its due time")
                .isEmpty();
        assertThat(launches(policy.plan(Pools.of(0, 0, 0, 0), at(idleSince + 27 * MINUTE))))
                .isEqualTo(1);
        assertThat(policy.plan(Pools.of(0, 1, 0, 0), at(idleSince + 34 * MINUTE)))
                .isEmpty();
        assertThat(ended(policy.plan(Pools.of(0, 1, 0, 0), at(idleSince + 34.2 * MINUTE))))
                .containsExactly("idle-0");
    }

    @Test
    void hybridHistogramKeepsAnUnknownApplicationForTheWholeRange() {
        HybridHistogramPolicy policy = new HybridHistogramPolicy(240);
        policy.eligible(task("a"), at(0));
        policy.eligible(task("a"), at(1));
        policy.ended(task("a"), at(5));
        policy.ended(task("a"), at(6));
        assertThat(policy.plan(Pools.of(0, 2, 0, 0), at(239 * MINUTE)))
                .as("as many as it used at once")
                .isEmpty();
        assertThat(ended(policy.plan(Pools.of(0, 2, 0, 0), at(6 + 240 * MINUTE))))
                .containsExactly("idle-1", "idle-0");
    }

    @Test
    void hybridHistogramLooksAtEachApplicationForItself() {
        HybridHistogramPolicy policy = new HybridHistogramPolicy(10);
        policy.eligible(task("a"), at(0));
        policy.eligible(task("b"), at(0));
        policy.ended(task("a"), at(60));
        policy.ended(task("b"), at(300));
        assertThat(policy.plan(Pools.of(0, 2, 0, 0), at(659))).isEmpty();
        assertThat(ended(policy.plan(Pools.of(0, 2, 0, 0), at(660)))).containsExactly("idle-1");
    }

    @Test
    void greedyDualEvictsTheLowestPriorityAboveItsCapacityAndAgesByIt() {
        GreedyDualPolicy policy = new GreedyDualPolicy(2, 10);
        policy.ran(new InstanceId("idle-0"), task("rare"));
        policy.ran(new InstanceId("idle-1"), task("often"));
        policy.ran(new InstanceId("idle-1"), task("often"));
        policy.ran(new InstanceId("idle-1"), task("often"));
        policy.ran(new InstanceId("idle-2"), task("rare"));
        // Priorities 0 + 1 · 10, 0 + 3 · 10, 0 + 2 · 10.
        assertThat(policy.plan(Pools.of(0, 2, 0, 0), at(1)))
                .as("two are within the capacity, however idle")
                .isEmpty();
        assertThat(ended(policy.plan(Pools.of(0, 3, 0, 0), at(1)))).containsExactly("idle-0");
        assertThat(policy.clock()).isEqualTo(10);
        // A newcomer starts from the clock: 10 + 10 = 20, no worse than what has been there for long.
        policy.ran(new InstanceId("idle-0"), task("new"));
        policy.ran(new InstanceId("idle-0"), task("new"));
        // 30, 30 and 20: the one that ran "rare" goes, and with its last machine its frequency.
        assertThat(ended(policy.plan(Pools.of(0, 3, 0, 0), at(2)))).containsExactly("idle-2");
        assertThat(policy.clock()).isEqualTo(20);
        policy.ran(new InstanceId("idle-2"), task("rare"));
        // 20 + 1 · 10 = 30, beside 30 and 30: now all are equal, and names decide.
        assertThat(ended(policy.plan(Pools.of(0, 3, 0, 0), at(3)))).containsExactly("idle-0");
        assertThat(policy.clock()).isEqualTo(30);
    }

    @Test
    void staticPoolRefillsWhatTasksTookAndEndsWhatIsTooMuch() {
        StaticPoolPolicy policy = new StaticPoolPolicy(3);
        assertThat(launches(policy.plan(Pools.of(0, 0, 0, 0), at(0)))).isEqualTo(3);
        assertThat(launches(policy.plan(Pools.of(2, 1, 1, 0), at(1)))).isEqualTo(1);
        assertThat(policy.plan(Pools.of(5, 3, 0, 0), at(2))).isEmpty();
        assertThat(ended(policy.plan(Pools.of(1, 5, 0, 0), at(3)))).containsExactly("idle-4", "idle-3");
        // Two that wait are served besides the three that stand ready.
        assertThat(launches(policy.plan(Pools.of(4, 0, 0, 2), at(4)))).isEqualTo(5);
    }

    @Test
    void staticPoolStandsEmptyAtHoursAtWhichNothingEverHappens() {
        StaticPoolPolicy policy = new StaticPoolPolicy(3);
        // Office hours for three days: ten at once from 9 to 17, one in the hour from 20.
        for (int day = 0; day < 3; day++) {
            double midnight = 24 * HOUR * day;
            level(policy, 10, midnight + 9 * HOUR);
            level(policy, -10, midnight + 17 * HOUR);
            level(policy, 1, midnight + 20 * HOUR);
            level(policy, -1, midnight + 21 * HOUR);
        }
        policy.plan(Pools.of(0, 0, 0, 0), at(72 * HOUR + 1));
        // 81 / 24 = 3.375 on average; an hour below 0.3375 is empty.
        assertThat(policy.readyAt(12)).isEqualTo(3);
        assertThat(policy.readyAt(20)).isEqualTo(3);
        assertThat(policy.readyAt(3)).isZero();
    }

    @Test
    void harmonicsContinueAWaveAndATrend() {
        int n = 64;
        double[] wave = new double[n];
        double[] line = new double[n];
        for (int i = 0; i < n; i++) {
            wave[i] = 5 + 3 * Math.cos(2 * Math.PI * 4 * (i - 31.5) / n);
            line[i] = 7 + 0.25 * i;
        }
        double[] waveAhead = HarmonicsPolicy.extrapolate(wave, 20);
        double[] lineAhead = HarmonicsPolicy.extrapolate(line, 20);
        for (int step = 0; step < 20; step++) {
            assertThat(waveAhead[step])
                    .isCloseTo(5 + 3 * Math.cos(2 * Math.PI * 4 * (n + step - 31.5) / n), within(1e-9));
            assertThat(lineAhead[step]).isCloseTo(7 + 0.25 * (n + step), within(1e-9));
        }
    }

    @Test
    void harmonicsKeepTheTenStrongest() {
        int n = 64;
        double[] series = new double[n];
        for (int i = 0; i < n; i++) {
            for (int k = 1; k <= 11; k++) {
                series[i] += (12 - k) * Math.cos(2 * Math.PI * k * (i - 31.5) / n);
            }
        }
        double expected = 0;
        for (int k = 1; k <= 10; k++) {
            expected += (12 - k) * Math.cos(2 * Math.PI * k * (n + 3 - 31.5) / n);
        }
        assertThat(HarmonicsPolicy.extrapolate(series, 4)[3]).isCloseTo(expected, within(1e-9));
    }

    @Test
    void harmonicsHoldTheLargestValueOfTheTimeThatALaunchTakes() {
        // 32 minutes of demand that swings between 2 and 6 with a period of 8 minutes, symmetric about its middle.
        HarmonicsPolicy policy = new HarmonicsPolicy(0.5, 8);
        int before = 0;
        for (int minute = 0; minute < 32; minute++) {
            int now = (int) Math.round(4 + 2 * Math.cos(2 * Math.PI * (minute - 15.5 + 0.5) / 8));
            level(policy, now - before, minute * MINUTE + 1);
            before = now;
        }
        // Within a period the wave comes to its crest of about 6, and half more is 9.
        long launched = launches(policy.plan(Pools.of(0, 0, 0, 0), at(32 * MINUTE)));
        assertThat(launched).isBetween(9L, 10L);
    }

    @Test
    void seasonalTakesTheQuantileOfTheSameHourOnEarlierDays() {
        SeasonalPolicy policy = new SeasonalPolicy(0.5, 0);
        SeasonalPolicy high = new SeasonalPolicy(1.0, 0);
        int[] peaks = {2, 8, 5};
        for (DemandPolicy each : List.of(policy, high)) {
            for (int day = 0; day < peaks.length; day++) {
                level(each, peaks[day], (24 * day + 9.5) * HOUR);
                level(each, -peaks[day], (24 * day + 9.6) * HOUR);
            }
            level(each, 0, 72 * HOUR);
        }
        assertThat(policy.forecast(72 + 9)).as("the middle one of 2, 5, 8").isEqualTo(5);
        assertThat(high.forecast(72 + 9)).isEqualTo(8);
        assertThat(policy.forecast(72 + 10)).isZero();
    }

    @Test
    void seasonalLaunchesAheadOfTheHourAndNeverScalesBelowItsForecast() {
        SeasonalPolicy policy = new SeasonalPolicy(1.0, Math.round(120 * 1e6));
        level(policy, 4, 9 * HOUR + 1);
        level(policy, -4, 10 * HOUR - 1);
        double nine = 33 * HOUR;
        assertThat(policy.plan(Pools.of(0, 0, 0, 0), at(nine - 121))).isEmpty();
        assertThat(launches(policy.plan(Pools.of(0, 0, 0, 0), at(nine - 119)))).isEqualTo(4);
        // Six are idle since long: the dynamic part ends two, the forecast keeps four.
        assertThat(ended(policy.plan(Pools.of(0, 6, 0, 0), at(nine + 60)))).containsExactly("idle-5", "idle-4");
        // Beyond the hour nothing keeps them but the ten minutes since they were used.
        Instance used = Pools.instance("used", InstanceState.HOT, at(nine + 3600 - 300));
        assertThat(policy.plan(Pools.of(0, List.of(used), 0, List.of(), 0), at(nine + 3600 + 1)))
                .isEmpty();
        assertThat(ended(policy.plan(Pools.of(0, List.of(used), 0, List.of(), 0), at(nine + 3600 + 300))))
                .containsExactly("used");
    }

    /** Hot 10, standby 1 µ$/s; launch 20, resume 3, stop 2 s, all billed: K_O = 200, A = 50 µ$. */
    private static TierEconomics economics() {
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofSeconds(2));
        return new TierEconomics(
                TierPrices.allBilled(new HourlyRate(10 * 3600 * 1000L), new HourlyRate(3600 * 1000L), leads), leads);
    }

    @Test
    void lowerEnvelopeGoesToStandbyAndEndsWhereTheLinesCross() {
        LowerEnvelopePolicy policy = new LowerEnvelopePolicy(economics(), HourlyRate.FREE);
        // Of a gap, 5 s pass on the way: 10 g = 50 + 1 (g − 5) at 5 s; 50 + 1 (g − 5) = 200 at 155 s.
        assertThat(policy.hotFor()).isEqualTo(Duration.ofSeconds(5));
        assertThat(policy.heldFor()).isEqualTo(Duration.ofSeconds(155));
        Instance idle = Pools.instance("a", InstanceState.HOT, at(100));
        assertThat(policy.plan(Pools.of(0, List.of(idle), 0, List.of(), 0), at(104.9)))
                .isEmpty();
        assertThat(stopped(policy.plan(Pools.of(0, List.of(idle), 0, List.of(), 0), at(105))))
                .containsExactly("a");
        Instance held = Pools.instance("a", InstanceState.STANDBY, at(100));
        assertThat(policy.plan(Pools.of(0, List.of(), 0, List.of(held), 0), at(254)))
                .isEmpty();
        assertThat(ended(policy.plan(Pools.of(0, List.of(), 0, List.of(held), 0), at(255))))
                .containsExactly("a");
        // What waits is served from standby first.
        List<Step> steps = policy.plan(Pools.of(0, List.of(), 0, List.of(held), 2), at(300));
        assertThat(steps).hasSize(2);
        assertThat(steps.getFirst()).isInstanceOf(Step.Start.class);
        assertThat(steps.getLast()).isInstanceOf(Step.Launch.class);
    }

    @Test
    void lowerEnvelopeNeverPaysMoreThanTwiceTheGapsLeastCost() {
        LowerEnvelopePolicy policy = new LowerEnvelopePolicy(economics(), HourlyRate.FREE);
        double hot = policy.hotFor().toNanos() / 1e9;
        double held = policy.heldFor().toNanos() / 1e9;
        for (double gap = 0; gap < 1000; gap += 0.25) {
            double paid = 10 * Math.min(gap, hot);
            if (gap > hot) {
                // Away and back, both billed hot, and what is left of the time in standby.
                paid += gap < held ? 50 + Math.max(0, gap - hot - 5) : 20 + (held - hot - 2) + 200;
            }
            // A stop of 2 s is paid in vain where the machine is ended after all.
            double least = economics()
                            .gap(Duration.ofMillis(Math.round(gap * 1000)))
                            .cost()
                            .nanos()
                    / 1000.0;
            assertThat(paid).as("gap of %s s", gap).isLessThanOrEqualTo(2 * least + (gap < held ? 0 : 20) + 1e-6);
        }
    }

    @Test
    void lowerEnvelopeLeavesStandbyOutWhereItIsNeverTheCheapest() {
        // A launch of two seconds: staying hot for 2 s costs as much, before standby's line is met.
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(2));
        TierEconomics quick = new TierEconomics(
                TierPrices.allBilled(new HourlyRate(36_000_000), new HourlyRate(3_600_000), leads), leads);
        LowerEnvelopePolicy policy = new LowerEnvelopePolicy(quick, HourlyRate.FREE);
        assertThat(policy.hotFor()).isEqualTo(Duration.ofSeconds(2));
        Instance idle = Pools.instance("a", InstanceState.HOT, at(0));
        assertThat(ended(policy.plan(Pools.of(0, List.of(idle), 0, List.of(), 0), at(2))))
                .containsExactly("a");
    }

    @Test
    void everyNameIsKnownOnceAndEachKnobMakesAPolicyOfThatName() {
        List<Contestant> all = Contestants.all();
        assertThat(all.stream().map(Contestant::name)).doesNotHaveDuplicates().contains("opt-window", "opt-react");
        for (PolicyFamily family : Baselines.all()) {
            for (double knob : family.sweep()) {
                PolicyFamily.Candidate candidate = family.at(knob, ReplayOptions.DEFAULT);
                assertThat(candidate.policy().name()).isEqualTo(family.name());
                assertThat(candidate.settings().policy()).isEqualTo(family.name());
            }
        }
        assertThat(Contestants.named(List.of("reactive", "opt-window"))).hasSize(2);
        assertThat(all.stream().map(Contestant::name))
                .as("what another module adds")
                .contains("one-ready");
    }
}

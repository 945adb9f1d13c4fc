package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.Tier;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The parts of the level controller, worked by hand or against brute force. */
class LevelsTest {

    private static final Calendar.Type TYPE = new Calendar.Type(new TenantId("ann"), "type");

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    /** A minute to launch, no standby. */
    private static final LevelPrices HOT_ONLY = new LevelPrices(60, Double.POSITIVE_INFINITY, 1, 60, 0, 0);

    private static TierEconomics economics(int standbyPercent, long launchSeconds) {
        LeadTimes leads =
                new LeadTimes(Duration.ofSeconds(launchSeconds), Duration.ofSeconds(20), Duration.ofSeconds(30));
        HourlyRate hot = new HourlyRate(360_000_000L);
        return new TierEconomics(TierPrices.allBilled(hot, new HourlyRate(3_600_000L * standbyPercent), leads), leads);
    }

    @Test
    void standbyIsTriedExactlyWhereTheBoundUsesIt() {
        int uses = 0;
        for (int percent = 1; percent <= 30; percent++) {
            for (long launch = 30; launch <= 900; launch += 10) {
                TierEconomics economics = economics(percent, launch);
                boolean bound = false;
                for (long gap = 50; gap <= 1000 && !bound; gap++) {
                    bound = economics.gap(Duration.ofSeconds(gap)).tier() == Tier.STANDBY;
                }
                assertThat(LevelPrices.of(economics).standbyPays())
                        .as("standby at %d %%, launch %d s", percent, launch)
                        .isEqualTo(bound);
                uses += bound ? 1 : 0;
            }
        }
        assertThat(uses).as("the crossover lies inside the sweep").isBetween(500, 2600);
    }

    @Test
    void pricesAreInSecondsOfAHotInstance() {
        LevelPrices prices = LevelPrices.of(economics(8, 600));
        assertThat(prices.launch()).isEqualTo(600, within(1e-6));
        assertThat(prices.trip()).isEqualTo(50, within(1e-6));
        assertThat(prices.held()).isEqualTo(0.08, within(1e-9));
        // (600 − 50) / 0.08
        assertThat(prices.endBreakEven()).isEqualTo(6875, within(1e-3));
    }

    @Test
    void aShareOfWaitsIsAsSureAsTheBurstsTheyCameInAreMany() {
        WaitRecord many = new WaitRecord(100);
        WaitRecord few = new WaitRecord(100);
        for (int i = 0; i < 10_000; i++) {
            many.arrived(i * 10, i % 100 == 0, 1);
            few.arrived(i * 10, i >= 5000 && i < 5100, 1);
        }
        assertThat(many.share()).isEqualTo(0.01);
        assertThat(few.share()).isEqualTo(0.01);
        // A hundred bursts of one: √100 of 10,000; one of a hundred: 100 of 10,000.
        assertThat(many.share(1, 0, 1)).isEqualTo(0.011, within(1e-9));
        assertThat(few.share(1, 0, 1)).isEqualTo(0.02, within(1e-9));
        assertThat(few.share(1, 1, 1)).as("the only burst forgiven").isEqualTo(0, within(1e-9));
        few.scale(0.5);
        assertThat(few.share(1, 0, 0.5)).as("weights are relative").isEqualTo(0.02, within(1e-9));
    }

    @Test
    void theSlidingMaximumIsTheMaximum() {
        Seeds.check(50, random -> {
            SlidingMax sliding = new SlidingMax();
            List<double[]> all = new ArrayList<>();
            double time = 0;
            for (int i = 0; i < 300; i++) {
                time += random.nextInt(4);
                double value = random.nextInt(20);
                sliding.add(time, value);
                all.add(new double[] {time, value});
                double from = time - random.nextInt(5, 40);
                sliding.forgetBefore(from);
                all.removeIf(one -> one[0] < from);
                double expected = all.stream().mapToDouble(one -> one[1]).max().orElseThrow();
                assertThat(sliding.max()).isEqualTo(expected);
            }
        });
    }

    @Test
    void timesComeOutAsTheyWentIn() {
        Times times = new Times();
        for (int i = 0; i < 100; i++) {
            times.add(i, 2 * i);
            if (i % 3 == 0) {
                times.take();
            }
        }
        assertThat(times.size()).isEqualTo(66);
        assertThat(times.next()).isEqualTo(34);
        assertThat(times.take()).isEqualTo(68);
        assertThat(new Times().next()).isInfinite();
    }

    @Test
    void whatTimersDidTwiceIsExpectedAgainAnHourLater() {
        Season season = Outlook.SeasonKind.HOURLY.begin();
        for (int minute = 0; minute < 130; minute++) {
            season.observe(minute * MINUTE, minute % 60 == 5 ? 40 : 11, 10);
            if (minute == 60) {
                assertThat(season.at(65 * MINUTE)).as("once is chance").isZero();
            }
        }
        assertThat(season.at(125 * MINUTE)).isEqualTo(30);
        assertThat(season.at(124 * MINUTE))
                .as("what does not stand out is no burst")
                .isZero();
        assertThat(season.most(120 * MINUTE, 126 * MINUTE)).isEqualTo(30);
        assertThat(season.most(126 * MINUTE, 130 * MINUTE)).isZero();
        // Not every hour: two of the last three count.
        for (int minute = 130; minute < 310; minute++) {
            season.observe(minute * MINUTE, 11, 10);
        }
        assertThat(season.at(305 * MINUTE)).as("three hours without").isZero();
    }

    @Test
    void anAverageBeginsWithWhatIsAndNotWithZero() {
        DemandTrack track = new DemandTrack(new double[] {HOUR}, MINUTE);
        track.tick(0);
        track.change(1, 0);
        track.change(1, 0);
        track.tick(MINUTE);
        assertThat(track.mean(0)).isEqualTo(2, within(1e-9));
        track.forget();
        track.change(1, MINUTE);
        track.tick(2 * MINUTE);
        assertThat(track.mean(0)).as("what was is forgotten").isEqualTo(3, within(1e-9));
    }

    @Test
    void aQueueIsNotDemandForAsManyInstances() {
        List<String> told = new ArrayList<>();
        Backlog backlog = new Backlog((task, counts, time) -> told.add((counts ? 1 : -1) + "@" + time));
        backlog.wanted(new TaskId("a"), TYPE, 0);
        backlog.began(new TaskId("a"), 0);
        backlog.over(new TaskId("a"), 10);
        assertThat(backlog.runtime()).isEqualTo(10);
        backlog.wanted(new TaskId("b"), TYPE, 100);
        backlog.pass(109);
        assertThat(told).containsExactly("1@0.0", "-1@10.0", "1@100.0");
        backlog.pass(111);
        assertThat(told).as("it would have ended by now").hasSize(4).last().isEqualTo("-1@111.0");
        backlog.began(new TaskId("b"), 500);
        backlog.over(new TaskId("b"), 510);
        assertThat(told).as("counted once").hasSize(4);
        backlog.over(new TaskId("unknown"), 520);
        assertThat(told).hasSize(4);
    }

    @Test
    void whatRunsLongerThanItWaitedIsDemandAgain() {
        List<String> told = new ArrayList<>();
        Backlog backlog = new Backlog((task, counts, time) -> told.add((counts ? 1 : -1) + "@" + time));
        backlog.wanted(new TaskId("a"), TYPE, 0);
        backlog.began(new TaskId("a"), 0);
        backlog.over(new TaskId("a"), 10);
        backlog.wanted(new TaskId("b"), TYPE, 100);
        backlog.began(new TaskId("b"), 130);
        assertThat(told).last().isEqualTo("-1@130.0");
        backlog.pass(159);
        assertThat(told).hasSize(4);
        backlog.pass(160);
        assertThat(told).hasSize(5).last().isEqualTo("1@160.0");
        backlog.over(new TaskId("b"), 1000);
        assertThat(told).hasSize(6).last().isEqualTo("-1@1000.0");
    }

    @Test
    void whoseTaskEndsInTheSameMomentDoesNotWait() {
        Tape tape = new Tape(0, 1);
        tape.change(1, 0, 10, 1);
        tape.change(-1, 10, 10, 1);
        tape.change(1, 10, 10, 1);
        tape.change(1, 10, 10, 1);
        assertThat(tape.asks(0)).as("nothing is there").isTrue();
        assertThat(tape.asks(2)).as("a chain goes on where it is").isFalse();
        assertThat(tape.asks(3)).as("one of two").isTrue();
    }

    @Test
    void workLeftUndoneKeepsInstancesBusyLater() {
        ShadowPool pool = new ShadowPool(HOT_ONLY);
        pool.pass(0, 1);
        pool.follow(1, 1, 1, 0, 1);
        pool.pass(60, 1);
        assertThat(pool.paid()).isEqualTo(60);
        assertThat(pool.wants(1, true, 10)).isFalse();
        assertThat(pool.wants(2, true, 10)).isTrue();
        pool.pass(70, 1);
        pool.wants(0, false, 10);
        assertThat(pool.isShort(10)).isFalse();
        pool.pass(90, 1);
        // Ten instance seconds lacked; of the next twenty only ten were idle.
        assertThat(pool.paid()).isEqualTo(70);
    }

    /** A setting that hears all at once, however much it is, comes to what one comes to that hears of each change by itself. */
    @Test
    void aSettingThatHearsLateHearsTheSame() {
        Seeds.check(30, random -> {
            LevelPrices prices = new LevelPrices(120, 50, 0.08, 120, 20, 30);
            List<Expectation> expected = List.of(
                    new Expectation(new Outlook(0, 0, Outlook.SeasonKind.NONE, false), 20, 25),
                    new Expectation(new Outlook(0, 0, Outlook.SeasonKind.NONE, false), 120, 60));
            int margin = random.nextInt(6);
            int reserve = random.nextBoolean() ? -1 : 2 * margin;
            Candidate atOnce = new Candidate(expected, reserve < 0 ? 1 : 0, 1, margin, reserve, prices);
            Candidate late = new Candidate(expected, reserve < 0 ? 1 : 0, 1, margin, reserve, prices);
            Tape one = new Tape(2, 1);
            Tape many = new Tape(2, 8);
            one.begin();
            many.begin();
            DemandView demand = new DemandView(120);
            double time = 0;
            double unit = 1;
            for (int tick = 0; tick < 400; tick++) {
                for (int i = random.nextInt(5); i > 0; i--) {
                    int by = random.nextInt(demand.all().level() + 5) < 4 ? 1 : -1;
                    double at = time + random.nextDouble() * 6 / (i + 1);
                    time = at;
                    unit *= 1.01;
                    demand.all().change(by, at);
                    for (Tape tape : List.of(one, many)) {
                        tape.change(by, at, 40, unit);
                    }
                    one.close();
                    atOnce.hearOut(one);
                    one.clear();
                }
                time = Math.ceil(time / 6) * 6;
                demand.all().tick(time);
                expected.get(0).tick(time, 6, demand, new Expectation.Ahead(0, 0, 0), true);
                expected.get(1).tick(time, 6, demand, new Expectation.Ahead(0, 0, 0), true);
                for (Tape tape : List.of(one, many)) {
                    tape.tick(time, unit, 0, false, expected);
                }
                atOnce.hearOut(one);
                one.clear();
                if (tick % 8 == 7) {
                    late.hearOut(many);
                    many.clear();
                    assertThat(late.paid()).isCloseTo(atOnce.paid(), within(1e-9 * unit * time));
                    assertThat(late.waits().share()).isCloseTo(atOnce.waits().share(), within(1e-9));
                    assertThat(late.up()).isEqualTo(atOnce.up());
                    assertThat(late.most()).isEqualTo(atOnce.most());
                }
            }
        });
    }

    /** Held until holding has cost what a launch costs: policy.md §5 with λ = 1, on random and on adversarial gaps. */
    @Test
    void aLevelHeldUntilItsBreakEvenNeverPaysMoreThanTwiceForRetention() {
        Seeds.check(40, random -> {
            double launch = random.nextInt(60, 600);
            LevelPrices prices = new LevelPrices(launch, Double.POSITIVE_INFINITY, 1, launch, 0, 0);
            Expectation held =
                    new Expectation(new Outlook(Outlook.NOW, launch, Outlook.SeasonKind.NONE, false), launch, 0);
            Candidate robust = new Candidate(List.of(held), 0, 0, 0, -1, prices);
            Tape tape = new Tape(1, 1);
            tape.begin();
            DemandView demand = new DemandView(launch);
            DemandTrack track = demand.all();
            double step = 1;
            double time = 0;
            double optimum = 0;
            int uses = 200;
            double nextUse = 3 * launch;
            boolean adversary = random.nextBoolean();
            for (int use = 0; use < uses; use++) {
                time = tick(time, nextUse, demand, held, robust, tape);
                track.change(1, nextUse);
                tape.change(1, nextUse, 1, 1);
                // Long enough for a launch to arrive: only gaps count here.
                double end = Math.ceil(nextUse + launch + 5);
                time = tick(time, end, demand, held, robust, tape);
                track.change(-1, end);
                tape.change(-1, end, 1, 1);
                double gap = adversary ? launch + 2 * step + random.nextDouble() : random.nextDouble() * 4 * launch;
                nextUse = end + gap;
                optimum += Math.min(gap, launch);
            }
            // Each use may meet a boundary of the one-second grid; the first launch is nobody's retention; a hot
            // instance that came while its task ran is busy.
            assertThat(robust.paid()).isLessThanOrEqualTo(2 * optimum + launch + uses * 4 * step);
        });
    }

    private static double tick(
            double from, double until, DemandView demand, Expectation held, Candidate robust, Tape tape) {
        double time = from;
        for (; time < until; time++) {
            demand.tick(time);
            held.tick(time, 1, demand, new Expectation.Ahead(0, 0, 0), true);
            tape.tick(time, 1, demand.all().level(), false, List.of(held));
            robust.hearOut(tape);
            tape.clear();
        }
        return time;
    }
}

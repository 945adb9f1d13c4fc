package dev.warmfront.cost;

import static dev.warmfront.cost.Economies.billed;
import static dev.warmfront.cost.Economies.leads;
import static dev.warmfront.cost.Economies.micro;
import static dev.warmfront.cost.Economies.rate;
import static dev.warmfront.cost.Economies.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import dev.warmfront.testing.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Bound (a) and its companions, by hand, as properties, and on the recorded traces. */
final class ClosedFormBoundTest {

    /** K_O = 1000, A = 300 µ$; hot 10, standby 1 µ$/s; launch 100, resume 10, stop 20 s. */
    private static final TierEconomics ECONOMICS = billed(10, 1L, leads(100, 10, 20));

    @Test
    void noTasksCostNothing() {
        Bound bound = ClosedFormBound.of(Runs.builder().build(), ECONOMICS);
        assertThat(bound.spend()).isEqualTo(Money.ZERO);
        assertThat(bound.launches()).isZero();
    }

    @Test
    void oneTaskPaysItsLaunchAndItsTime() {
        Bound bound = ClosedFormBound.of(runs(0, 50), ECONOMICS);
        assertThat(bound.spend()).isEqualTo(micro(1000 + 500));
        assertThat(bound.overhead()).isEqualTo(micro(1000));
    }

    @Test
    void shortGapsStayHotLongerOnesGoToStandbyAndLongOnesAreLaunchedAnew() {
        // Gaps of 20 s (hot, 200), 100 s (standby, 300 + 70) and 1000 s (cold, 1000).
        Bound bound = ClosedFormBound.of(runs(0, 50, 70, 30, 200, 10, 1210, 5), ECONOMICS);
        assertThat(bound.launches()).isEqualTo(2);
        assertThat(bound.resumes()).isEqualTo(1);
        assertThat(bound.idleHot()).isEqualTo(seconds(20));
        assertThat(bound.standby()).isEqualTo(seconds(70));
        assertThat(bound.busy()).isEqualTo(micro(950));
        assertThat(bound.overhead()).isEqualTo(micro(1000 + 200 + 370 + 1000));
    }

    @Test
    void theLatestInstanceIsTakenFirst() {
        // Ends at 10 and 100; starts at 101 and 130. LIFO pairs 100–101 (10) with 10–130 (300 + 90 = 390), together
        // 400; crossed they would be 10–101 (300 + 61 = 361) and 100–130 (300), together 661.
        Bound bound = ClosedFormBound.of(runs(0, 10, 0, 100, 101, 50, 130, 5), ECONOMICS);
        assertThat(bound.overhead()).isEqualTo(micro(2 * 1000 + 400));
    }

    @Test
    void anInstanceIsTakenOverAtTheMomentItIsGivenBack() {
        Bound bound = ClosedFormBound.of(runs(0, 10, 10, 10, 20, 0, 20, 0, 20, 5), ECONOMICS);
        assertThat(bound.launches()).isEqualTo(1);
        assertThat(bound.overhead()).isEqualTo(micro(1000));
    }

    @Test
    void refusesWhereNestedPairingMayNotBeOptimal() {
        TierPrices free = new TierPrices(
                rate(10), rate(1), Money.ZERO, Money.ZERO, Money.ZERO, seconds(100), Duration.ZERO, Duration.ZERO);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClosedFormBound.of(runs(0, 10), new TierEconomics(free, leads(100, 10, 20))))
                .withMessageContaining("circulation");
    }

    @Test
    void whoMayNotForeseeAnArrivalMakesItsTaskWait() {
        // Two tiers, w = 6: b = (1000 + 600)/10 = 160 s. Gaps of 150 s (hot, 1500) and 170 s (cold, waits again).
        TierEconomics twoTiers = billed(10, null, leads(100, 0, 0));
        Bound react = ClosedFormBound.react(runs(0, 10, 160, 10, 340, 10), twoTiers, rate(6));
        assertThat(react.overhead()).isEqualTo(micro(1000 + 1500 + 1000));
        assertThat(react.waits()).isEqualTo(2);
        assertThat(react.waiting()).isEqualTo(seconds(200));
        // With a standby that waits 10 s: 300 + 60 + (150 − 20) beats 1500; only the stop has to fit into the gap.
        Bound three = ClosedFormBound.react(runs(0, 10, 160, 10), ECONOMICS, rate(6));
        assertThat(three.overhead()).isEqualTo(micro(1000 + 300 + 130));
        assertThat(three.waiting()).isEqualTo(seconds(110));
    }

    @Test
    void aWindowLiesBetweenReactingAndKnowingAll() {
        Runs runs = runs(0, 10, 20, 10, 60, 10, 500, 10);
        // Nothing in sight: every task is launched when it arrives and waits for all of it.
        Bound blind = ClosedFormBound.window(runs, ECONOMICS, Duration.ZERO);
        assertThat(blind.launches()).isEqualTo(4);
        assertThat(blind.waiting()).isEqualTo(seconds(400));
        // 30 s: the gaps of 10 s (hot) and 30 s (hot) are seen, that of 430 s is not; launches come 70 s late.
        Bound some = ClosedFormBound.window(runs, ECONOMICS, seconds(30));
        assertThat(some.overhead()).isEqualTo(micro(1000 + 100 + 300 + 1000));
        assertThat(some.waiting()).isEqualTo(seconds(140));
        assertThat(ClosedFormBound.window(runs, ECONOMICS, Duration.ofDays(99_999)))
                .isEqualTo(ClosedFormBound.of(runs, ECONOMICS));
    }

    @Test
    void aLongerWindowNeverCostsMore() {
        Seeds.check(200, random -> {
            TierEconomics economics = concave(random);
            Runs runs = randomRuns(random);
            Bound last = ClosedFormBound.window(runs, economics, Duration.ZERO);
            for (int window = 1; window < 60; window += 3) {
                Bound next = ClosedFormBound.window(runs, economics, seconds(window));
                assertThat(next.spend()).isLessThanOrEqualTo(last.spend());
                assertThat(next.waiting()).isLessThanOrEqualTo(last.waiting());
                last = next;
            }
            assertThat(last.spend())
                    .isGreaterThanOrEqualTo(ClosedFormBound.of(runs, economics).spend());
        });
    }

    @Test
    void dearerAndSlowerMachinesNeverCostLess() {
        Seeds.check(500, random -> {
            TierEconomics economics = concave(random);
            Runs runs = randomRuns(random);
            TierPrices p = economics.prices();
            LeadTimes l = economics.leads();
            HourlyRate standby = p.standby();
            int what = random.nextInt(4);
            TierPrices dearer = new TierPrices(
                    what == 0 ? new HourlyRate(p.hot().nanosPerHour() + 5_000_000) : p.hot(),
                    standby == null || what != 1 ? standby : new HourlyRate(standby.nanosPerHour() + 5_000_000),
                    what == 2 ? p.launchCharge().plus(micro(3)) : p.launchCharge(),
                    p.resumeCharge(),
                    p.stopCharge(),
                    what == 3 ? p.billedLaunch().plusSeconds(2) : p.billedLaunch(),
                    what == 3 ? p.billedResume().plusSeconds(2) : p.billedResume(),
                    what == 3 ? p.billedStop().plusSeconds(2) : p.billedStop());
            LeadTimes slower = what == 3
                    ? new LeadTimes(
                            l.launch().plusSeconds(2),
                            l.resume().plusSeconds(2),
                            l.stop().plusSeconds(2))
                    : l;
            TierEconomics changed = new TierEconomics(dearer, slower);
            if (changed.isConcave()) {
                assertThat(ClosedFormBound.of(runs, changed).spend())
                        .isGreaterThanOrEqualTo(
                                ClosedFormBound.of(runs, economics).spend());
            }
        });
    }

    @Test
    void noSimplePolicyPaysLess() {
        Seeds.check(300, random -> {
            TierEconomics economics = concave(random);
            Runs runs = randomRuns(random);
            Bound bound = ClosedFormBound.of(runs, economics);
            if (!economics.hasStandby()) {
                // With standby, resuming on arrival saves what the bound pays to resume in time.
                assertThat(ClosedFormBound.react(runs, economics, rate(random.nextInt(5)))
                                .spend())
                        .isGreaterThanOrEqualTo(bound.spend());
            }
            assertThat(ClosedFormBound.window(runs, economics, seconds(random.nextInt(40)))
                            .spend())
                    .isGreaterThanOrEqualTo(bound.spend());
        });
    }

    @Test
    void theRecordedTracesTakeSeconds() throws IOException {
        Path folder = Traces.folder("arrivals");
        TierEconomics economics =
                new TierEconomics(TierPrices.allBilled(rate(100), rate(8), leads(60, 20, 30)), leads(60, 20, 30));
        for (String name : List.of("surf-lisa-2022", "azure-functions-2019-derived", "philly-vc-2017")) {
            Runs runs = read(folder.resolve(name + ".csv.gz"));
            long began = System.nanoTime();
            Bound bound = ClosedFormBound.of(runs, economics);
            Bound react = ClosedFormBound.react(runs, economics, rate(100));
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            System.out.printf(
                    "bound (a) on %s: %d tasks, spend %s, overhead %s, OPT-react overhead %s, %d ms for both%n",
                    name, runs.size(), bound.spend(), bound.overhead(), react.overhead(), took.toMillis());
            assertThat(bound.tasks()).isGreaterThan(5_000);
            assertThat(bound.overhead().nanos()).isPositive();
            assertThat(took).isLessThan(Duration.ofSeconds(20));
        }
    }

    private static TierEconomics concave(RandomGenerator random) {
        TierEconomics economics = Economies.random(random, 8);
        return economics.isConcave() ? economics : concave(random);
    }

    private static Runs randomRuns(RandomGenerator random) {
        Runs.Builder runs = Runs.builder();
        for (int i = random.nextInt(12); i > 0; i--) {
            runs.add(seconds(random.nextInt(60)), seconds(random.nextInt(15)));
        }
        return runs.build();
    }

    /** Pairs of start and runtime in seconds. */
    private static Runs runs(long... startsAndRuntimes) {
        Runs.Builder runs = Runs.builder();
        for (int i = 0; i < startsAndRuntimes.length; i += 2) {
            runs.add(seconds(startsAndRuntimes[i]), seconds(startsAndRuntimes[i + 1]));
        }
        return runs.build();
    }

    /** The columns submit_s and runtime_s; rows without runtime are left out. */
    private static Runs read(Path file) throws IOException {
        Runs.Builder runs = Runs.builder();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            in.lines()
                    .skip(1)
                    .map(line -> line.split(",", -1))
                    .filter(row -> !row[3].isEmpty())
                    .forEach(row -> {
                        runs.add(nanos(row[2]), nanos(row[3]));
                    });
        }
        return runs.build();
    }

    private static long nanos(String seconds) {
        return new BigDecimal(seconds).movePointRight(9).longValue();
    }
}

package dev.warmfront.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.cost.BoundSolver;
import dev.warmfront.cost.Circulation;
import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.Runs;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.cost.WaitingProgram;
import dev.warmfront.cost.WaitingProgram.Job;
import dev.warmfront.cost.WaitingProgram.Optimum;
import dev.warmfront.cost.WaitingProgram.Waiting;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Bound (c): by hand, against (b), against feasible policies, and against its integer form. */
final class WaitingProgramTest {

    private static final BoundSolver SOLVER = new OrToolsSolver();
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final double TOLERANCE_USD = 1e-9;

    /** Hot 10, standby 1 µ$/s; launch 20, resume 3, stop 2 s, all billed: K_O = 200, A = 50 µ$. */
    private static final TierEconomics ECONOMICS = allBilled(20, 3, 2);

    @Test
    void waitingLetsOneInstanceServeTwoTasks() {
        List<Job> jobs = List.of(job(0, 10), job(5, 10));
        // Nobody waits: two launches. At 1 µ$/s the second waits 5 s for the first's instance.
        assertThat(whole(jobs, Waiting.none()).spendUsd()).isCloseTo(600e-6, within(TOLERANCE_USD));
        Optimum priced = whole(jobs, Waiting.priced(Instances.rate(1), Duration.ofSeconds(30)));
        assertThat(priced.spendUsd()).isCloseTo(400e-6, within(TOLERANCE_USD));
        assertThat(priced.objectiveUsd()).isCloseTo(405e-6, within(TOLERANCE_USD));
        assertThat(priced.waitSeconds()).isCloseTo(5, within(1e-6));
        // At 50 µ$/s waiting costs 250, more than a launch.
        assertThat(whole(jobs, Waiting.priced(Instances.rate(50), Duration.ofSeconds(30)))
                        .waitSeconds())
                .isCloseTo(0, within(1e-6));
    }

    @Test
    void aPercentileTargetLetsSoManyTasksWait() {
        List<Job> jobs = List.of(job(0, 10), job(1, 10), job(2, 10));
        Duration longest = Duration.ofSeconds(40);
        assertThat(whole(jobs, Waiting.atMost(Duration.ZERO, 0, longest)).spendUsd())
                .isCloseTo(900e-6, within(TOLERANCE_USD));
        assertThat(whole(jobs, Waiting.atMost(Duration.ZERO, 1, longest)).spendUsd())
                .isCloseTo(700e-6, within(TOLERANCE_USD));
        assertThat(whole(jobs, Waiting.atMost(Duration.ofSeconds(9), 1, longest))
                        .spendUsd())
                .as("one within the limit of 9 s, one beyond: 18 s")
                .isCloseTo(500e-6, within(TOLERANCE_USD));
    }

    @Test
    void aMeanTargetBoundsTheSumOfWaits() {
        List<Job> jobs = List.of(job(0, 10), job(5, 10));
        Waiting half = new Waiting(HourlyRate.FREE, Duration.ofSeconds(30), null, 0, Duration.ofMillis(2_500));
        Waiting less = new Waiting(HourlyRate.FREE, Duration.ofSeconds(30), null, 0, Duration.ofSeconds(2));
        assertThat(whole(jobs, half).spendUsd()).isCloseTo(400e-6, within(TOLERANCE_USD));
        assertThat(whole(jobs, less).spendUsd()).isCloseTo(600e-6, within(TOLERANCE_USD));
    }

    @Test
    void aChildStartsWhenItsParentsHaveEnded() {
        // 0 (5 s) before 1 (5 s) and 2 (5 s), both before 3: one instance serves 0, one more runs beside it for 5 s.
        List<Job> jobs = List.of(
                job(0, 5),
                new Job(0, Duration.ofSeconds(5).toNanos(), List.of(0)),
                new Job(0, Duration.ofSeconds(5).toNanos(), List.of(0)),
                new Job(0, Duration.ofSeconds(5).toNanos(), List.of(1, 2)));
        assertThat(whole(jobs, Waiting.none()).spendUsd()).isCloseTo(600e-6, within(TOLERANCE_USD));
        // If children may be late, one instance does all in turn.
        assertThat(whole(jobs, Waiting.priced(HourlyRate.FREE, Duration.ofSeconds(10)))
                        .spendUsd())
                .isCloseTo(400e-6, within(TOLERANCE_USD));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> relaxed(List.of(new Job(0, 1, List.of(0))), Waiting.none()))
                .withMessageContaining("parent");
    }

    @Test
    void withoutWaitingItEqualsTheCirculation() {
        Seeds.check(200, random -> {
            TierEconomics economics = Instances.economics(random, 6);
            List<Job> jobs = jobs(random, 8, 30, SECOND);
            Runs.Builder runs = Runs.builder();
            jobs.forEach(job -> runs.add(job.arrivalNanos(), job.runtimeNanos()));
            if (economics.oscillates() || tooCoarse(economics, SECOND)) {
                return;
            }
            double exact = Circulation.of(runs.build(), economics, SOLVER)
                    .spend()
                    .toDollars()
                    .doubleValue();
            assertThat(WaitingProgram.relaxed(jobs, economics, Waiting.none(), SECOND, SOLVER)
                            .spendUsd())
                    .isCloseTo(exact, within(TOLERANCE_USD));
        });
    }

    @Test
    void noSimplePolicyPaysLessWhateverTheSlot() {
        Seeds.check(300, random -> {
            boolean aligned = random.nextBoolean();
            TierEconomics economics = Instances.economics(random, 6);
            List<Job> jobs = jobs(random, 8, 30, aligned ? SECOND : Duration.ofMillis(10));
            HourlyRate price = Instances.rate(random.nextInt(4));
            long keepHot = random.nextInt(3) == 0 ? 0 : random.nextLong(15_000_000_000L);
            long keepStandby = random.nextBoolean() ? 0 : random.nextLong(30_000_000_000L);
            SimplePolicy.Outcome policy = SimplePolicy.run(jobs, economics, keepHot, keepStandby);
            Duration slot = aligned || random.nextBoolean() ? SECOND : Duration.ofMillis(700);
            if (tooCoarse(economics, slot)) {
                return;
            }
            Duration longest = economics.leads().launch().plus(economics.leads().resume());
            double objective = policy.spend() + price.nanosPerHour() * policy.waited() / 3.6e12;
            assertThat(WaitingProgram.relaxed(jobs, economics, Waiting.priced(price, longest), slot, SOLVER)
                            .objectiveUsd())
                    .isLessThanOrEqualTo(usd(objective) + TOLERANCE_USD);
            Duration limit = Duration.ofMillis(random.nextInt(6_000));
            Waiting target = Waiting.atMost(limit, policy.exceeding(limit.toNanos()), longest);
            assertThat(WaitingProgram.relaxed(jobs, economics, target, slot, SOLVER)
                            .spendUsd())
                    .isLessThanOrEqualTo(usd(policy.spend()) + TOLERANCE_USD);
        });
    }

    @Test
    void wholeTasksCostNoLessThanSplitOnes() {
        double[] worst = {0};
        double[] sum = {0};
        int cases = 15;
        Seeds.check(cases, random -> {
            TierEconomics economics = ECONOMICS;
            List<Job> jobs = jobs(random, 10, 25, SECOND);
            Waiting target = Waiting.atMost(Duration.ofSeconds(1), 1, Duration.ofSeconds(8));
            double split = WaitingProgram.relaxed(jobs, economics, target, SECOND, SOLVER)
                    .spendUsd();
            double whole = WaitingProgram.integral(jobs, economics, target, SECOND, SOLVER)
                    .spendUsd();
            assertThat(whole).isGreaterThanOrEqualTo(split - TOLERANCE_USD);
            double gap = split == 0 ? 0 : whole / split - 1;
            worst[0] = Math.max(worst[0], gap);
            sum[0] += gap;
        });
        System.out.printf(
                "bound (c): whole tasks cost %.2f %% more than split ones on average of %d toys, at most %.2f %%%n",
                100 * sum[0] / cases, cases, 100 * worst[0]);
    }

    @Test
    void unmeetableTargetsAndCoarseSlotsAreRefused() {
        List<Job> jobs = List.of(job(0, 10));
        Waiting impossible = new Waiting(HourlyRate.FREE, Duration.ZERO, Duration.ZERO, -1, null);
        assertThatExceptionOfType(BoundSolver.UnsolvedException.class).isThrownBy(() -> relaxed(jobs, impossible));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> WaitingProgram.relaxed(jobs, ECONOMICS, Waiting.none(), Duration.ofSeconds(21), SOLVER))
                .withMessageContaining("slot");
    }

    @Test
    void aDayOfTasksTakesSeconds() {
        RandomGenerator random = Seeds.generator(7);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 4_711; i++) {
            jobs.add(new Job(
                    random.nextLong(Duration.ofDays(1).toNanos()),
                    (long) (Duration.ofMinutes(5).toNanos() * random.nextExponential()),
                    List.of()));
        }
        long began = System.nanoTime();
        Optimum optimum = WaitingProgram.relaxed(
                jobs,
                allBilled(600, 120, 60),
                Waiting.atMost(Duration.ZERO, 94, Duration.ofMinutes(15)),
                Duration.ofMinutes(1),
                SOLVER);
        System.out.printf(
                "bound (c) on a day of %d tasks: %d variables, %d rows, %.2f USD, %d ms%n",
                jobs.size(),
                optimum.variables(),
                optimum.rows(),
                optimum.spendUsd(),
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        assertThat(optimum.spendUsd()).isPositive();
    }

    private static Optimum relaxed(List<Job> jobs, Waiting waiting) {
        return WaitingProgram.relaxed(jobs, ECONOMICS, waiting, SECOND, SOLVER);
    }

    private static Optimum whole(List<Job> jobs, Waiting waiting) {
        return WaitingProgram.integral(jobs, ECONOMICS, waiting, SECOND, SOLVER);
    }

    private static boolean tooCoarse(TierEconomics economics, Duration slot) {
        return economics.launchCost().compareTo(economics.prices().hot().costOf(slot)) < 0;
    }

    private static TierEconomics allBilled(long launch, long resume, long stop) {
        LeadTimes leads =
                new LeadTimes(Duration.ofSeconds(launch), Duration.ofSeconds(resume), Duration.ofSeconds(stop));
        return new TierEconomics(TierPrices.allBilled(Instances.rate(10), Instances.rate(1), leads), leads);
    }

    private static Job job(long arrivalSeconds, long runtimeSeconds) {
        return Job.of(Duration.ofSeconds(arrivalSeconds), Duration.ofSeconds(runtimeSeconds));
    }

    /** Up to so many tasks of at least one step, at multiples of the step. */
    private static List<Job> jobs(RandomGenerator random, int most, int horizonSeconds, Duration step) {
        List<Job> jobs = new ArrayList<>();
        long steps = Duration.ofSeconds(1).dividedBy(step);
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            jobs.add(Job.of(
                    step.multipliedBy(random.nextLong(horizonSeconds * steps)),
                    step.multipliedBy(1 + random.nextLong(10 * steps))));
        }
        return jobs;
    }

    private static double usd(double nanos) {
        return nanos / 1e9;
    }
}

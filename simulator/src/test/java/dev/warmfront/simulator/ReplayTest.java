package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.cost.Bound;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.scheduler.FixedKeepAlivePolicy;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class ReplayTest {

    private static final long SECOND = 1_000_000;

    /** Nothing to learn on, a look at the pool each second. */
    private static final ReplayOptions OPTIONS =
            ReplayOptions.DEFAULT.withProtocol(0, Duration.ofDays(3650), Duration.ofSeconds(1), 1);

    static ListTrace random(long seed, int tasks, int gapSeconds) {
        RandomGenerator random = Seeds.generator(seed);
        List<Submission> submissions = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < tasks; i++) {
            at += random.nextLong(2L * gapSeconds * SECOND);
            submissions.add(Submission.of(
                    at, "t" + random.nextInt(3), "type" + random.nextInt(4), random.nextLong(300 * SECOND)));
        }
        return new ListTrace("random", submissions, 0);
    }

    @Test
    void countsALoneTaskAsOneLaunchOneWaitAndItsRuntime() {
        ListTrace trace = new ListTrace("one", List.of(Submission.of(0, "", "a", 600 * SECOND)), 3);
        Replay replay = new Replay(trace, OPTIONS);
        Scores scores = replay.score(Baselines.reactive(), 0);
        // 120 s to launch and 600 s of work at m7i.large's price.
        assertThat(scores.spendUsd().doubleValue())
                .isCloseTo(OPTIONS.price().toDollars().doubleValue() * 720 / 3600, within(1e-8));
        assertThat(scores.rhoSpend()).isCloseTo(1, within(1e-6));
        assertThat(scores.rhoOverhead()).isCloseTo(1, within(1e-6));
        assertThat(scores.launches()).isEqualTo(1);
        assertThat(replay.skipped()).isEqualTo(3);
    }

    @Test
    void billsEachStartForAtLeastTheMinimum() {
        // Resumed for ten seconds of work each, with 20 s to resume and 30 s to stop.
        List<Submission> tasks = List.of(
                Submission.of(0, "", "a", 10 * SECOND),
                Submission.of(1000 * SECOND, "", "a", 10 * SECOND),
                Submission.of(2000 * SECOND, "", "a", 10 * SECOND));
        ListTrace trace = new ListTrace("three", tasks, 0);
        ReplayOptions ticking = OPTIONS.withProtocol(0, Duration.ofDays(3650), Duration.ofSeconds(1), 1);
        double perSecond = OPTIONS.price().toDollars().doubleValue() / 3600;
        ReplayOptions plain = ticking.withStopBilled(false);
        Scores free = new Replay(trace, plain).simulate(standing(), "", List.of());
        assertThat(free.launches()).isEqualTo(1);
        assertThat(free.resumes()).isEqualTo(2);
        // The launch is billed for 120 + 10 + 1 s, idle until the tick after a second: more than 100 s. A resume is
        // billed for
        // 20 + 10 + 1 s, so 69 s are missing; the second has not been given back when the last task ends: 70 s.
        Replay least = new Replay(trace, plain.withMinimumBilled(Duration.ofSeconds(100)));
        Scores billed = least.simulate(standing(), "", List.of());
        assertThat(billed.resumes()).isEqualTo(2);
        assertThat(billed.spendUsd().subtract(free.spendUsd()).doubleValue())
                .isCloseTo(perSecond * (69 + 70), within(perSecond * 2));
        assertThat(least.bound()).isEqualTo(new Replay(trace, plain).bound());
        assertThat(least.isBoundExact()).isFalse();
        // 20 s to resume and 10 s of work are as many as 30.
        assertThat(new Replay(trace, plain.withMinimumBilled(Duration.ofSeconds(30))).isBoundExact())
                .isTrue();
    }

    @Test
    void keepsAMachineForTheNextTaskAsLongAsThePolicySays() {
        List<Submission> tasks = List.of(
                Submission.of(0, "", "a", 10 * SECOND),
                Submission.of(400 * SECOND, "", "a", 10 * SECOND),
                Submission.of(1000 * SECOND, "", "a", 10 * SECOND));
        Replay replay = new Replay(new ListTrace("three", tasks, 0), OPTIONS);
        Scores kept = replay.score(Baselines.fixedKeepAlive(), 5);
        // Ready at 120, ends at 130, idle until 400, ends at 410, given up at 710; launched again at 1000.
        assertThat(kept.launches()).isEqualTo(2);
        assertThat(kept.waitingShare()).isCloseTo(0.5, within(1e-9));
        assertThat(kept.waits().max()).isCloseTo(120, within(1e-6));
        assertThat(kept.idleHotHours() * 3600).isCloseTo(270 + 300, within(1.5));
        assertThat(replay.score(Baselines.fixedKeepAlive(), 10).launches()).isEqualTo(1);
    }

    @Test
    void submitsChildrenOfAWorkflowWhenTheirParentsEnd() {
        Submission workflow = new Submission(
                0,
                "",
                List.of(
                        new TraceTask("a", 10 * SECOND, List.of()),
                        new TraceTask("b", 10 * SECOND, List.of(0)),
                        new TraceTask("c", 10 * SECOND, List.of(0)),
                        new TraceTask("d", 10 * SECOND, List.of(1, 2))));
        Replay replay = new Replay(new ListTrace("diamond", List.of(workflow), 0), OPTIONS);
        Bound bound = replay.bound();
        assertThat(bound.launches()).isEqualTo(2);
        Scores scores = replay.score(Baselines.fixedKeepAlive(), 5);
        assertThat(scores.launches()).isEqualTo(2);
        // a at 120; b at 130 takes the warm machine and ends at 140, c takes it over then, d begins at 150.
        assertThat(scores.idleHotHours() * 3600).isLessThan(30);
    }

    @Test
    void neverSpendsLessThanTheClairvoyantWhenNobodyWaits() {
        ReplayOptions options = OPTIONS.withProtocol(0, Duration.ofDays(3650), Duration.ofSeconds(15), 1);
        for (long seed = 1; seed <= 3; seed++) {
            Replay replay = new Replay(random(seed, 100, 60), options);
            for (PolicyFamily family : Baselines.all()) {
                for (double knob : family.sweep()) {
                    Scores scores = replay.score(family, knob);
                    if (scores.waitingShare() == 0) {
                        assertThat(scores.rhoSpend()).isGreaterThanOrEqualTo(1 - 1e-9);
                    }
                }
            }
        }
    }

    @Test
    void givesTheSameFiguresForTheSameSeed() {
        ReplayOptions options = OPTIONS.withLeads(Lead.parse("60:180"), Lead.parse("15:45"), Lead.parse("30"))
                .withProtocol(0.3, Duration.ofDays(3650), Duration.ofSeconds(10), 42);
        assertThat(json(options)).isEqualTo(json(options));
    }

    private static String json(ReplayOptions options) {
        Replay replay = new Replay(random(3, 150, 60), options);
        return ReplayJson.of(replay, replay.run(Contestants.all(), (done, total, what) -> {}), false)
                .toString();
    }

    @Test
    void looksCloserWhereAKnobBeginsToMeetTheTarget() {
        // A task every 25 minutes for a day and a half: what is kept for 20 minutes is kept in vain, 30 are too many.
        List<Submission> tasks = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            tasks.add(Submission.of(i * (1500 * SECOND), "", "a", 10 * SECOND));
        }
        Replay replay = new Replay(new ListTrace("steady", tasks, 0), OPTIONS);
        Replay.PolicyResult result = replay.run(List.of(Baselines.fixedKeepAlive()), (done, total, what) -> {})
                .getFirst();
        assertThat(result.atTarget()).isPresent();
        assertThat(Double.parseDouble(result.best().knob())).isBetween(24.8, 26.0);
        assertThat(result.frontier().stream().map(Scores::knob)).contains("20", "30");
    }

    @Test
    void showsTheFrozenKnobEvenWhereAnotherWouldHaveBeenCheaperOrMissesNot() {
        Replay replay = new Replay(random(7, 120, 90), OPTIONS);
        List<Replay.PolicyResult> results =
                replay.run(Contestants.named(List.of("warmfront", "fixed-keep-alive")), (done, total, what) -> {});
        Replay.PolicyResult ours = results.getFirst();
        assertThat(ours.frozen()).contains(ours.best());
        assertThat(ours.best().knob()).isEqualTo("1");
        assertThat(ours.frontier().stream().map(Scores::knob)).contains("2", "1");
        assertThat(ours.atTarget().isPresent()).isEqualTo(ours.best().waitingShare() <= OPTIONS.waitingShare());
        assertThat(results.getLast().frozen()).isEmpty();
    }

    @Test
    void takesTheCirculationWhereTheWayIntoStandbyIsNotBilled() {
        ReplayOptions unbilled = OPTIONS.withStopBilled(false)
                .withLeads(Lead.ofSeconds(600), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withPrices(0.08, 0.02, OPTIONS.waitPrice());
        ListTrace trace = random(5, 100, 120);
        Replay replay = new Replay(trace, unbilled);
        Replay billed = new Replay(trace, unbilled.withStopBilled(true));
        assertThat(billed.method()).isEqualTo(Replay.Method.CLOSED_FORM);
        assertThat(replay.method()).isEqualTo(Replay.Method.CIRCULATION);
        assertThat(replay.bound().spend()).isLessThan(billed.bound().spend());
        assertThat(ReplayJson.of(replay, List.of(), false).at("/bound/method").asText())
                .isEqualTo("circulation");
        // The same decisions cost less by what the provider does not bill of each stop.
        Scores cheap = replay.simulate(standing(), "", List.of());
        Scores dear = billed.simulate(standing(), "", List.of());
        assertThat(cheap.stops()).isEqualTo(dear.stops()).isPositive();
        double each = OPTIONS.price().toDollars().doubleValue() * 0.92 * 30 / 3600;
        assertThat(dear.spendUsd().subtract(cheap.spendUsd()).doubleValue())
                .isCloseTo(cheap.stops() * each, within(each));
    }

    /** Puts into standby at once what is idle, and keeps it there for a long time. */
    private static PolicyFamily.Candidate standing() {
        return new PolicyFamily.Candidate(
                new FixedKeepAlivePolicy(),
                new PoolSettings(
                        "fixed-keep-alive",
                        Duration.ofSeconds(1),
                        StandbyMode.STOPPED,
                        Duration.ofHours(5),
                        0,
                        1_000,
                        PoolMode.ACTIVE));
    }
}

package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Train on a prefix, freeze, score on the suffix; nobody sees the future. */
final class ProtocolTest {

    private static final long SECOND = 1_000_000;

    private static final ReplayOptions OPTIONS =
            ReplayOptions.DEFAULT.withProtocol(0.4, Duration.ofDays(3650), Duration.ofSeconds(20), 7);

    /** Writes down what it is told. */
    private static final class Diary implements DemandObserver {
        private final List<String> lines = new ArrayList<>();

        private void write(String what, TaskSpec task, Instant at) {
            lines.add(what + " " + task.taskType() + " " + DemandPolicy.micros(at) / SECOND);
        }

        @Override
        public void submitted(TaskSpec task, Instant at) {
            write("submitted", task, at);
        }

        @Override
        public void eligible(TaskSpec task, Instant at) {
            write("eligible", task, at);
        }

        @Override
        public void began(TaskSpec task, Instant at) {
            write("began", task, at);
        }

        @Override
        public void ended(TaskSpec task, Instant at) {
            write("ended", task, at);
        }
    }

    private static List<String> told(List<Submission> submissions, long untilSeconds) {
        Diary diary = new Diary();
        TaskMaker maker = new TaskMaker(ReplayOptions.wholeMachine(), RetryPolicy.NONE, false);
        try (Trace.Cursor cursor = new ListTrace("prefix", submissions, 0).open()) {
            new Learning.Training(diary, maker).tell(cursor, untilSeconds * SECOND);
        }
        return diary.lines;
    }

    @Test
    void tellsThePrefixInTheOrderOfTime() {
        Submission chain = new Submission(
                2 * SECOND,
                "",
                List.of(new TraceTask("first", 3 * SECOND, List.of()), new TraceTask("second", SECOND, List.of(0))));
        assertThat(told(List.of(Submission.of(0, "", "a", 4 * SECOND), chain), 100))
                .containsExactly(
                        "submitted a 0",
                        "eligible a 0",
                        "began a 0",
                        "submitted first 2",
                        "submitted second 2",
                        "eligible first 2",
                        "began first 2",
                        "ended a 4",
                        "ended first 5",
                        "eligible second 5",
                        "began second 5",
                        "ended second 6");
    }

    @Test
    void endsATaskWithoutLengthAfterItsBeginning() {
        assertThat(told(List.of(Submission.of(SECOND, "", "a", 0), Submission.of(SECOND, "", "b", 0)), 10))
                .containsExactly(
                        "submitted a 1",
                        "submitted b 1",
                        "eligible a 1",
                        "began a 1",
                        "ended a 1",
                        "eligible b 1",
                        "began b 1",
                        "ended b 1");
    }

    @Test
    void endsAtThePrefixesEndWhatStillRunsThere() {
        // What follows does not have it, and a policy that went on counting it would hold a machine for ever.
        assertThat(told(List.of(Submission.of(0, "", "long", 1000 * SECOND)), 60))
                .containsExactly("submitted long 0", "eligible long 0", "began long 0", "ended long 60");
    }

    /** A task of a second each minute. */
    private static ListTrace steady(int minutes) {
        List<Submission> tasks = new ArrayList<>();
        for (int i = 0; i <= minutes; i++) {
            tasks.add(Submission.of(i * (60 * SECOND), "", "a", SECOND));
        }
        return new ListTrace("steady", tasks, 0);
    }

    @Test
    void scoresOnlyWhatComesAfterThePrefix() {
        Replay replay = new Replay(steady(100), OPTIONS);
        assertThat(replay.tasks()).isEqualTo(61);
        assertThat(replay.bound().tasks()).isEqualTo(61);
        assertThat(replay.score(Baselines.reactive(), 0).tasks()).isEqualTo(61);
        ReplayOptions halfAnHour = OPTIONS.withProtocol(0.4, Duration.ofMinutes(30), Duration.ofSeconds(5), 1);
        assertThat(new Replay(steady(100), halfAnHour).tasks()).isEqualTo(30);
    }

    @Test
    void leavesOutWaitsOfAPoolThatHadNoTimeToFill() {
        ReplayOptions untaught = OPTIONS.withProtocol(0, Duration.ofDays(1), Duration.ofSeconds(5), 1);
        assertThat(new Replay(steady(100), untaught)
                        .score(Baselines.reactive(), 0)
                        .tasks())
                .as("not those of the first 2·L_O: 0, 60, 120 and 180 s")
                .isEqualTo(97);
    }

    @Test
    void beginsToScoreWithThePoolAsThePolicyKeepsItAndChargesItsLaunches() {
        // Kept for two minutes and used each minute, one machine serves all. It was launched in the prefix; a launch is
        // charged for it when scoring begins, as for the clairvoyant's.
        Replay replay = new Replay(steady(100), OPTIONS);
        Scores scores = replay.score(Baselines.fixedKeepAlive(), 2);
        assertThat(scores.launches()).isZero();
        assertThat(scores.waitingShare()).isZero();
        // An hour from the first scored task to the end of the last, 61 s of it at work.
        double price = OPTIONS.price().toDollars().doubleValue() / 3600;
        assertThat(scores.spendUsd().doubleValue()).isCloseTo((3601 + 120) * price, within(1e-8));
        assertThat(scores.idleHotHours() * 3600).isCloseTo(3601 - 61, within(1e-3));
    }

    @Test
    void carriesOverWhatStillRunsWithWhatIsLeftOfIt() {
        Submission chain = new Submission(
                1000 * SECOND,
                "",
                List.of(
                        new TraceTask("over", 1000 * SECOND, List.of()),
                        new TraceTask("runs", 60_000 * SECOND, List.of(0)),
                        new TraceTask("waits", 500 * SECOND, List.of(1))));
        ListTrace trace = new ListTrace(
                "long",
                List.of(Submission.of(0, "", "a", SECOND), chain, Submission.of(100_000 * SECOND, "", "a", SECOND)),
                0);
        // The simulation begins 150 minutes before 40,000 s, at 31,000 s; 31,000 s of the second task are left then,
        // and
        // 22,000 s when scoring begins.
        Protocol protocol = new Protocol(trace, OPTIONS, Shift.NONE);
        try (Trace.Cursor cursor = protocol.played().open()) {
            assertThat(cursor.next())
                    .isEqualTo(new Submission(
                            31_000 * SECOND,
                            "",
                            List.of(
                                    new TraceTask("runs", 31_000 * SECOND, List.of()),
                                    new TraceTask("waits", 500 * SECOND, List.of(0)))));
            assertThat(cursor.next()).isEqualTo(Submission.of(100_000 * SECOND, "", "a", SECOND));
            assertThat(cursor.next()).isNull();
        }
        assertThat(protocol.runs().size()).isEqualTo(3);
        assertThat(protocol.runs().busy()).isEqualTo(Duration.ofSeconds(22_000 + 500 + 1));
        assertThat(protocol.tasks()).isEqualTo(1);
    }

    /** Everything that was decided up to a moment, bit for bit. */
    private static List<Object> decisions(ListTrace trace, PolicyFamily family, double knob, long untilMicros) {
        List<Object> decided = new ArrayList<>();
        Watcher watcher = (event, decision, now) -> {
            if (now < untilMicros) {
                record Decided(long now, Object event, Decision decision) {}
                decided.add(new Decided(now, event, decision));
            }
        };
        new Replay(trace, OPTIONS).simulate(family.at(knob, OPTIONS), "", List.of(watcher));
        return decided;
    }

    /** The same up to a moment; then other arrivals, and other runtimes of what still runs. */
    private static ListTrace otherFuture(ListTrace trace, long fromMicros, RandomGenerator random) {
        List<Submission> past = new ArrayList<>();
        List<Submission> future = new ArrayList<>();
        long last = trace.submissions().getLast().submitMicros();
        for (Submission submission : trace.submissions()) {
            TraceTask task = submission.tasks().getFirst();
            if (submission.submitMicros() < fromMicros) {
                boolean over = submission.submitMicros() + task.runtimeMicros() < fromMicros;
                long runtime = over ? task.runtimeMicros() : task.runtimeMicros() + random.nextLong(900 * SECOND);
                past.add(Submission.of(submission.submitMicros(), submission.tenant(), task.type(), runtime));
            } else {
                long at = submission.submitMicros() == last ? last : random.nextLong(fromMicros, last);
                future.add(Submission.of(
                        at, "new" + random.nextInt(3), "new" + random.nextInt(9), random.nextLong(SECOND)));
            }
        }
        future.sort(Comparator.comparingLong(Submission::submitMicros));
        past.addAll(future);
        return new ListTrace(trace.name(), past, 0);
    }

    @Test
    void permutingTheFutureLeavesEarlierDecisionsBitIdentical() {
        ListTrace trace = ReplayTest.random(11, 300, 60);
        long first = trace.submissions().getFirst().submitMicros();
        long last = trace.submissions().getLast().submitMicros();
        long moment = first + (last - first) * 7 / 10;
        ListTrace other = otherFuture(trace, moment, Seeds.generator(5));
        assertThat(other).isNotEqualTo(trace);
        for (PolicyFamily family : Baselines.all()) {
            List<Double> sweep = family.sweep();
            for (double knob : List.of(sweep.getFirst(), sweep.get(sweep.size() / 2), sweep.getLast())) {
                List<Object> decided = decisions(trace, family, knob, moment);
                assertThat(decided).as("%s at %s", family.name(), knob).hasSizeGreaterThan(300);
                assertThat(decisions(other, family, knob, moment)).isEqualTo(decided);
            }
        }
    }

    @Test
    void theCanaryIsAlive() {
        ListTrace trace = ReplayTest.random(11, 300, 60);
        long end = trace.submissions().getLast().submitMicros();
        ListTrace other = otherFuture(trace, end * 7 / 10, Seeds.generator(5));
        assertThat(decisions(other, Baselines.fixedKeepAlive(), 10, end))
                .as("where the futures differ, so do the decisions")
                .isNotEqualTo(decisions(trace, Baselines.fixedKeepAlive(), 10, end));
    }

    @Test
    void foresightPaysTheBoundWhereItSeesFarEnoughAndWaitsWhereItDoesNot() {
        Replay replay = new Replay(
                new ListTrace(
                        "two",
                        List.of(Submission.of(0, "", "a", SECOND), Submission.of(60 * SECOND, "", "a", SECOND)),
                        0),
                ReplayOptions.DEFAULT.withProtocol(0, Duration.ofDays(1), Duration.ZERO, 1));
        Scores far = Foresight.window().scored(replay, 3600);
        assertThat(far.rhoOverhead()).isCloseTo(1, within(1e-9));
        assertThat(far.waitingShare()).isZero();
        // 30 s are too short for the gap of 59 s and, by 90 s, for a launch of 120 s: both launch and wait.
        Scores near = Foresight.window().scored(replay, 30);
        assertThat(near.launches()).isEqualTo(2);
        assertThat(near.waitingShare()).isEqualTo(1);
        assertThat(near.waits()).isEqualTo(new Scores.Waits(90, 90, 90, 90));
        // Launched for the first, kept for the second.
        Scores reacts = Foresight.reacting().scored(replay, 0);
        assertThat(reacts.waitingShare()).isEqualTo(0.5);
        assertThat(reacts.waits()).isEqualTo(new Scores.Waits(0, 120, 120, 120));
    }
}

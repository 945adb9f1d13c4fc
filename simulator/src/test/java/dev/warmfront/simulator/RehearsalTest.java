package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.cost.LeadTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    private static final long SECOND = 1_000_000;
    private static final RandomGenerator RANDOM = Randomness.generator(1);

    private static List<Rehearsal.Work> hourly(int tasks, long seconds) {
        List<Rehearsal.Work> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(new Rehearsal.Work("t", i * 3_600L * SECOND, seconds * SECOND));
        }
        return all;
    }

    private static Rehearsal.Measured reacting(
            List<Rehearsal.Work> came,
            List<Rehearsal.Took> accepted,
            List<Rehearsal.Took> launched,
            List<Rehearsal.Took> ended) {
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(1));
        return new Rehearsal.Measured(
                "reactive",
                0,
                hourly(5, 100),
                came,
                accepted,
                launched,
                ended,
                List.of(new Rehearsal.Planned(0, leads)),
                10,
                1);
    }

    private static List<Rehearsal.Took> each(long seconds) {
        return hourly(5, 100).stream()
                .map(task -> new Rehearsal.Took(task.atMicros(), seconds * SECOND))
                .toList();
    }

    @Test
    void whatWasAsPredictedChangesNothing() {
        List<Rehearsal.Said> said = Rehearsal.of(reacting(hourly(5, 100), each(0), each(10), List.of()));
        assertThat(said).allSatisfy(one -> {
            assertThat(one.waiting().mean()).isEqualTo(1);
            assertThat(one.spendPerBusy().mean()).isCloseTo(1.1, within(0.02));
        });
    }

    @Test
    void eachStepChangesWhatItIsAbout() {
        // Four seconds of each launch are not billed; agents add ten to each task; each end takes twenty.
        List<Rehearsal.Said> said = Rehearsal.of(reacting(hourly(5, 110), each(4), each(6), each(20)));
        List<Double> spend = said.stream().map(one -> one.spendPerBusy().mean()).toList();
        assertThat(spend.get(3)).as("drawn").isCloseTo(1.1, within(0.02));
        assertThat(spend.get(4)).as("billed from when it was taken up").isCloseTo(1.06, within(0.02));
        assertThat(spend.get(6)).as("as they came").isCloseTo(1.06, within(0.02));
        assertThat(spend.get(7)).as("agents").isCloseTo(1.16, within(0.02));
        // The last machine's end is after the last task's.
        assertThat(spend.get(8)).as("ends").isCloseTo(1.32, within(0.02));
    }

    @Test
    void aWaitCountsFromHalfALaunchOn() {
        List<Rehearsal.Work> twoAtOnce =
                List.of(new Rehearsal.Work("t", 0, 60 * SECOND), new Rehearsal.Work("t", 66 * SECOND, 60 * SECOND));
        LeadTimes leads = new LeadTimes(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(1));
        List<Rehearsal.Took> launches = List.of(new Rehearsal.Took(0, 10 * SECOND));
        List<Rehearsal.Said> said = Rehearsal.of(new Rehearsal.Measured(
                "fixed-keep-alive",
                1,
                twoAtOnce,
                twoAtOnce,
                List.of(new Rehearsal.Took(0, 0)),
                launches,
                List.of(),
                List.of(new Rehearsal.Planned(0, leads)),
                1,
                1));
        assertThat(said.get(0).waiting().mean()).isEqualTo(1);
        assertThat(said.get(1).waiting().mean())
                .as("four seconds for the first's machine")
                .isEqualTo(0.5);
        assertThat(said.getLast().waiting().mean()).isEqualTo(0.5);
    }

    @Test
    void whatWasRecordedIsAsLongAsWhatBeganNearest() {
        Lead recorded = new Lead.Recorded(new long[] {100, 0}, new long[] {7, 3});
        assertThat(recorded.draw(RANDOM, 0)).isEqualTo(3);
        assertThat(recorded.draw(RANDOM, 49)).isEqualTo(3);
        assertThat(recorded.draw(RANDOM, 51)).isEqualTo(7);
        assertThat(recorded.draw(RANDOM, 1_000)).isEqualTo(7);
        assertThat(recorded.medianMicros()).isEqualTo(3);
    }

    /** What is learned late must be as good as what was known from the beginning. */
    @Test
    void aRenewedPolicyKnowsAllThatWas() {
        LeadTimes right = new LeadTimes(Duration.ofSeconds(120), Duration.ofSeconds(20), Duration.ofSeconds(30));
        LeadTimes wrong = new LeadTimes(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(30));
        assertThat(busyTrace(List.of(new Rehearsal.Planned(0, wrong), new Rehearsal.Planned(0, right))))
                .isEqualTo(busyTrace(List.of(new Rehearsal.Planned(0, right))));
        assertThat(busyTrace(List.of(new Rehearsal.Planned(0, wrong))))
                .isNotEqualTo(busyTrace(List.of(new Rehearsal.Planned(0, right))));
    }

    private static Rehearsal.Figure busyTrace(List<Rehearsal.Planned> planned) {
        List<Rehearsal.Work> work = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            work.add(new Rehearsal.Work("t", 40L * i * SECOND, (60 + 30L * (i % 7)) * SECOND));
        }
        List<Rehearsal.Took> none = List.of(new Rehearsal.Took(0, 0));
        List<Rehearsal.Took> launches = List.of(new Rehearsal.Took(0, 120 * SECOND));
        return Rehearsal.of(
                        new Rehearsal.Measured("warmfront", 1, work, work, none, launches, List.of(), planned, 100, 1))
                .getLast()
                .spendPerBusy();
    }
}

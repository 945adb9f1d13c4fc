package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShiftTest {

    private static final long MINUTE = 60_000_000;

    /** A busy tenant each ten minutes, a quiet one each hour, for ten hours. */
    private static List<Submission> work() {
        List<Submission> all = new ArrayList<>();
        for (int i = 0; i <= 60; i++) {
            all.add(Submission.of(i * (10 * MINUTE), "busy", "a", MINUTE));
            if (i % 6 == 0) {
                all.add(Submission.of(i * (10 * MINUTE), "quiet", "b", MINUTE));
            }
        }
        return all;
    }

    private static List<Submission> under(Shift shift) {
        return shift.apply(work(), 0, 3);
    }

    private static long count(List<Submission> submissions, String tenant, long fromMinute, long untilMinute) {
        return submissions.stream()
                .filter(one -> one.tenant().equals(tenant)
                        && one.submitMicros() >= fromMinute * MINUTE
                        && one.submitMicros() < untilMinute * MINUTE)
                .count();
    }

    @Test
    void movesTheCalendarBySevenMinutes() {
        assertThat(under(Shift.CALENDAR))
                .hasSameSizeAs(work())
                .first()
                .isEqualTo(Submission.of(7 * MINUTE, "busy", "a", MINUTE));
    }

    @Test
    void shufflesGapsAndKeepsHowMuchThereIs() {
        List<Submission> shuffled = under(Shift.SHUFFLED);
        assertThat(shuffled).hasSameSizeAs(work()).isNotEqualTo(work());
        assertThat(shuffled.getLast().submitMicros()).isEqualTo(work().getLast().submitMicros());
        assertThat(shuffled).isEqualTo(under(Shift.SHUFFLED));
    }

    @Test
    void surgesThreefoldForASixthOfTheTime() {
        List<Submission> surged = under(Shift.SURGE);
        assertThat(count(surged, "busy", 0, 300)).isEqualTo(30);
        assertThat(count(surged, "busy", 300, 400)).isEqualTo(30);
        assertThat(count(surged, "busy", 400, 1000)).isEqualTo(21);
    }

    @Test
    void letsADoubleOfTheBusiestTenantArriveAndTheBusiestLeave() {
        List<Submission> arrived = under(Shift.TENANT_ARRIVES);
        assertThat(count(arrived, "new/busy", 0, 300)).isZero();
        assertThat(count(arrived, "new/busy", 300, 1000)).isEqualTo(31);
        List<Submission> left = under(Shift.TENANT_LEAVES);
        assertThat(count(left, "busy", 300, 1000)).isZero();
        assertThat(count(left, "busy", 0, 300)).isEqualTo(30);
        assertThat(count(left, "quiet", 0, 1000)).isEqualTo(11);
    }

    @Test
    void isKnownByItsLabel() {
        for (Shift shift : Shift.values()) {
            assertThat(Shift.named(shift.label())).isEqualTo(shift);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shift.named("moon"))
                .withMessageContaining("zone-outage");
    }

    private static ShiftSuite.Result suffer(Shift shift) {
        ReplayOptions options = ReplayOptions.DEFAULT.withProtocol(0, Duration.ofDays(100), Duration.ofSeconds(5), 1);
        List<Submission> work = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            work.add(Submission.of(i * (4 * MINUTE), "a", "a", 10 * MINUTE));
        }
        ListTrace trace = new ListTrace("steady", work, 0);
        List<Contestant> contestants = List.of(Baselines.fixedKeepAlive(), Foresight.reacting());
        List<Replay.PolicyResult> before = new Replay(trace, options).run(contestants, (done, total, what) -> {});
        ShiftSuite.Result result = ShiftSuite.run(
                        trace, options, List.of(shift), contestants, before, (done, total, what) -> {})
                .getFirst();
        assertThat(result.entries()).hasSize(1);
        assertThat(result.entries().getFirst().scores().knob())
                .isEqualTo(before.getFirst().best().knob());
        return result;
    }

    @Test
    void aZoneOutageCostsRelaunchesAndIsOvercome() {
        ShiftSuite.Entry outage = suffer(Shift.ZONE_OUTAGE).entries().getFirst();
        ShiftSuite.Entry usual = suffer(Shift.NONE).entries().getFirst();
        assertThat(outage.scores().launches()).isGreaterThan(usual.scores().launches());
        assertThat(outage.scores().tasks()).isEqualTo(usual.scores().tasks());
        assertThat(outage.slots()).isPresent();
        assertThat(outage.slots().getAsLong()).isBetween(0L, 60L);
    }

    @Test
    void spotLossesAreRelaunchedAndNoTaskIsLost() {
        ShiftSuite.Entry spot = suffer(Shift.SPOT_LOSS).entries().getFirst();
        ShiftSuite.Entry usual = suffer(Shift.NONE).entries().getFirst();
        assertThat(spot.scores().launches()).isGreaterThan(usual.scores().launches());
        assertThat(spot.scores().tasks()).isEqualTo(usual.scores().tasks());
        assertThat(spot.rhoReact()).isGreaterThan(usual.rhoReact());
    }

    /** One task a minute for so many minutes after the shift, of which those of the given ones wait. */
    private static Recovery recovery(int minutes, int firstWaiting, int lastWaiting) {
        Recovery recovery = new Recovery(0);
        for (int i = 0; i < minutes; i++) {
            recovery.count(i * MINUTE, i >= firstWaiting && i <= lastWaiting);
        }
        return recovery;
    }

    @Test
    void isOverWhenAnHourBeginsThatMeetsTheTarget() {
        assertThat(recovery(300, 0, 24).slots(0)).hasValue(25);
        assertThat(recovery(300, 0, 24).slots(0.1)).hasValue(19);
        assertThat(recovery(300, 100, 110).slots(0)).hasValue(0);
        assertThat(recovery(300, 40, 110).slots(0)).hasValue(111);
    }

    @Test
    void isOverWhereHalfAnHourMeetsTheTargetBeforeTheEnd() {
        assertThat(recovery(75, 0, 24).slots(0)).hasValue(25);
        assertThat(recovery(75, 0, 44).slots(0)).hasValue(45);
        assertThat(recovery(75, 0, 45).slots(0)).isEmpty();
        assertThat(recovery(10, 0, 0).slots(0)).isEmpty();
        assertThat(recovery(10, 0, 0).slots(0.1)).hasValue(0);
    }
}

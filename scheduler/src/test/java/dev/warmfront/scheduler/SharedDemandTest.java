package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.TenantId;
import dev.warmfront.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedDemandTest {

    private static final double LAUNCH = 120;
    private static final TenantId ANN = new TenantId("ann");
    private static final TenantId BOB = new TenantId("bob");

    @Test
    void nineInTenSlotsDoNotGoBeyondTheUsual() {
        Seeds.check(50, random -> {
            UsualPeak usual = new UsualPeak(1);
            List<Integer> peaks = new ArrayList<>();
            for (int i = 0; i < 20 + random.nextInt(200); i++) {
                int peak = random.nextInt(1 + random.nextInt(30));
                peaks.add(peak);
                usual.add(peak);
            }
            int expected = (int) usual.usual();
            assertThat(peaks.stream().filter(peak -> peak > expected).count() * 10)
                    .isLessThanOrEqualTo(peaks.size());
            assertThat(expected == 0
                            || peaks.stream()
                                                    .filter(peak -> peak > expected - 1)
                                                    .count()
                                            * 10
                                    > peaks.size())
                    .as("a lower one would do")
                    .isTrue();
        });
    }

    @Test
    void whatOthersWantAtOnceIsWhatAllWantedLessOnesOwnAtEachMoment() {
        Seeds.check(50, random -> {
            SharedDemand shared = new SharedDemand(LAUNCH);
            List<TenantId> tenants = List.of(ANN, BOB, new TenantId("cid"));
            int[] levels = new int[3];
            UsualPeak others = new UsualPeak(Math.exp(-LAUNCH / 86_400));
            // Everybody is known from the first slot on.
            tenants.forEach(tenant -> shared.change(tenant, 0, true, 0));
            int slots = 15 + random.nextInt(30);
            for (int slot = 0; slot < slots; slot++) {
                int most = levels[1] + levels[2];
                for (double time = slot * LAUNCH + random.nextDouble(30);
                        time < (slot + 1) * LAUNCH;
                        time += 0.1 + random.nextDouble(30)) {
                    int who = random.nextInt(3);
                    int by = levels[who] > 0 && random.nextBoolean() ? -1 : 1;
                    shared.change(tenants.get(who), by, true, time);
                    levels[who] += by;
                    most = Math.max(most, levels[1] + levels[2]);
                }
                if (slot >= 3) {
                    others.add(most);
                }
            }
            shared.pass(slots * LAUNCH);
            assertThat(shared.isKnown(ANN)).isEqualTo(others.isKnown());
            assertThat(shared.usualOfOthers(ANN)).isEqualTo(others.usual());
        });
    }

    /** Ann has five and Bob has three, from the beginning. */
    private static SharedDemand steady(double seconds) {
        SharedDemand shared = new SharedDemand(LAUNCH);
        shared.change(ANN, 5, true, 0);
        shared.change(BOB, 3, true, 0);
        shared.pass(seconds);
        return shared;
    }

    @Test
    void aSurgeThatLastsWantsItsMachinesBesideWhatTheOthersUsuallyWant() {
        SharedDemand shared = steady(4 * 3600);
        assertThat(shared.wanted(4 * 3600)).isZero();
        shared.change(ANN, 4, true, 4 * 3600);
        assertThat(shared.wanted(4 * 3600 + 10)).as("it may be over soon").isZero();
        assertThat(shared.wanted(4 * 3600 + 40)).isEqualTo(9 + 3);
        shared.change(ANN, -4, true, 4 * 3600 + 50);
        assertThat(shared.wanted(4 * 3600 + 60)).isZero();
    }

    @Test
    void whatWillSoonBeOverIsNoSurge() {
        SharedDemand shared = steady(4 * 3600);
        shared.change(ANN, 4, false, 4 * 3600);
        assertThat(shared.wanted(4 * 3600 + 40)).isZero();
    }

    @Test
    void aSurgeBecomesTheUsualInTheEnd() {
        SharedDemand shared = steady(4 * 3600);
        shared.change(ANN, 4, true, 4 * 3600);
        assertThat(shared.wanted(4 * 3600 + 600)).isPositive();
        shared.pass(24 * 3600);
        assertThat(shared.usual(ANN)).isEqualTo(9);
        assertThat(shared.wanted(24 * 3600)).isZero();
    }

    @Test
    void nothingIsUsualOfWhoIsNewOrAlone() {
        assertThat(steady(600).isKnown(ANN)).as("new").isFalse();
        SharedDemand alone = new SharedDemand(LAUNCH);
        alone.change(ANN, 5, true, 0);
        alone.pass(4 * 3600);
        alone.change(ANN, 9, true, 4 * 3600);
        assertThat(alone.isKnown(ANN)).isFalse();
        assertThat(alone.wanted(4 * 3600 + 600)).isZero();
    }

    @Test
    void whoWantedNothingForADayIsForgotten() {
        SharedDemand shared = steady(4 * 3600);
        shared.change(BOB, -3, true, 4 * 3600);
        shared.pass(27 * 3600);
        assertThat(shared.isKnown(BOB)).isTrue();
        shared.pass(29 * 3600);
        assertThat(shared.isKnown(BOB)).isFalse();
        assertThat(shared.isKnown(ANN)).as("who is alone again minds nobody").isFalse();
    }
}

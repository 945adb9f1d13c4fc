package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.cost.LeadTimes;
import dev.warmfront.cost.TierEconomics;
import dev.warmfront.cost.TierPrices;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What a pool aims at for several tenants' sake. A launch takes a minute, waking twenty seconds. */
class WaitControlTest {

    private static final TenantId ANN = new TenantId("ann");
    private static final TenantId BOB = new TenantId("bob");
    private static final long RATE = 1_000_000_000;
    private static final WaitAim STANDARD = WaitAim.share(0.02);

    private final WaitControl control = new WaitControl(
            LevelPrices.of(new TierEconomics(
                    TierPrices.allBilled(new HourlyRate(RATE), new HourlyRate(RATE / 10), leads()), leads())),
            STANDARD);

    private double time;

    private static LeadTimes leads() {
        return new LeadTimes(Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(30));
    }

    private void began(TenantId tenant, int times, double wait) {
        for (int i = 0; i < times; i++) {
            control.began(tenant, wait, time++);
        }
    }

    private WaitAim aim(Map<TenantId, Objective> objectives) {
        return control.aim(objectives, RATE, time);
    }

    private static Objective within(long seconds) {
        return new Objective(Duration.ofSeconds(seconds), null);
    }

    private static Objective worth(long ratesPerHour) {
        return new Objective(null, new HourlyRate(ratesPerHour * RATE));
    }

    @Test
    void whereNobodySaysAnythingTheOperatorsAimHolds() {
        began(ANN, 10, 5);

        assertThat(aim(Map.of())).isEqualTo(STANDARD);
        assertThat(aim(Map.of(BOB, within(1))))
                .as("who is not there has no say")
                .extracting(WaitAim::waiting)
                .isEqualTo(0.02);
    }

    @Test
    void theStrictestTargetHoldsForAll() {
        began(ANN, 10, 0);
        began(BOB, 10, 0);

        double strict = aim(Map.of(ANN, within(1), BOB, within(300))).waiting();
        double lax = aim(Map.of(ANN, within(300), BOB, within(300))).waiting();

        assertThat(strict).isLessThan(0.2);
        assertThat(lax).isEqualTo(0.5);
    }

    @Test
    void whoIsLateTooOftenMakesThePoolStricterAndWhoIsInTimeLaxer() {
        began(ANN, 1000, 0);
        double inTime = aim(Map.of(ANN, within(10))).waiting();
        began(ANN, 200, 60);
        double late = aim(Map.of(ANN, within(10))).waiting();

        assertThat(inTime).isEqualTo(2 * 0.05, Offset.offset(1e-9));
        assertThat(late).isBetween(0.001, 0.02);
    }

    @Test
    void whatIsBorneIsNotLate() {
        began(ANN, 800, 0);
        began(ANN, 200, 8);

        double borne = aim(Map.of(ANN, within(30))).waiting();
        double late = aim(Map.of(ANN, within(5))).waiting();

        assertThat(borne).isGreaterThan(10 * late);
    }

    @Test
    void pricesAreAveragedByHowManyTasksEachBrings() {
        began(ANN, 300, 0);
        began(BOB, 100, 0);

        double one = aim(Map.of(ANN, worth(4))).instanceSeconds().orElseThrow();
        double both =
                aim(Map.of(ANN, worth(4), BOB, worth(4))).instanceSeconds().orElseThrow();

        assertThat(both).as("a wait of a launch's time at four machines' price").isEqualTo(240, Offset.offset(1e-6));
        assertThat(one / both).isBetween(0.7, 0.8);
    }

    @Test
    void aPriceCountsForAsLongAsTasksReallyWait() {
        began(ANN, 1000, 6);

        assertThat(aim(Map.of(ANN, worth(1))).instanceSeconds().orElseThrow()).isBetween(6.0, 9.0);
    }

    @Test
    void whoHasBeenGoneForAWeekHasNoSay() {
        began(ANN, 10, 0);
        time += 8 * 86_400;
        began(BOB, 10, 0);

        assertThat(aim(Map.of(ANN, within(0), BOB, within(300))).waiting()).isEqualTo(0.5);
    }

    @Test
    void noWaitIsTooLongAndNoPriceTooHigh() {
        began(ANN, 3, 1e9);

        WaitAim aim = aim(Map.of(ANN, new Objective(Duration.ZERO, new HourlyRate(Long.MAX_VALUE))));

        assertThat(aim.waiting()).isEqualTo(0.001, Offset.offset(0.01));
        assertThat(aim.instanceSeconds().orElseThrow()).isFinite();
    }
}

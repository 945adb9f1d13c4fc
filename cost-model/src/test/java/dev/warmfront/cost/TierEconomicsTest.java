package dev.warmfront.cost;

import static dev.warmfront.cost.Economies.billed;
import static dev.warmfront.cost.Economies.leads;
import static dev.warmfront.cost.Economies.micro;
import static dev.warmfront.cost.Economies.rate;
import static dev.warmfront.cost.Economies.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.warmfront.cost.TierEconomics.Gap;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Tier;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The closed forms of policy.md §1, §2a and §5, by hand and as properties. */
final class TierEconomicsTest {

    /**
     * c_H = 10, c_S = 1 µ$/s; L_O = 100, L_S = 10, L_h = 20 s, all billed. So K_O = 1000, A = 10·30 = 300 µ$.
     */
    private static final TierEconomics ECONOMICS = billed(10, 1L, leads(100, 10, 20));

    @Test
    void aLaunchAndAStandbyCostTheirChargesAndTheirBilledTime() {
        assertThat(ECONOMICS.launchCost()).isEqualTo(micro(1000));
        assertThat(ECONOMICS.standbyCost()).isEqualTo(micro(300));

        TierPrices partly =
                new TierPrices(rate(10), rate(1), micro(7), micro(3), micro(2), seconds(95), seconds(5), Duration.ZERO);
        TierEconomics economics = new TierEconomics(partly, leads(100, 10, 20));
        assertThat(economics.launchCost()).isEqualTo(micro(957));
        assertThat(economics.standbyCost()).isEqualTo(micro(2 + 3 + 50));
    }

    @Test
    void theCheapestWayThroughAGapChangesWithItsLength() {
        assertThat(ECONOMICS.gap(Duration.ZERO)).isEqualTo(new Gap(Tier.HOT, micro(0)));
        assertThat(ECONOMICS.gap(seconds(29))).isEqualTo(new Gap(Tier.HOT, micro(290)));
        // Standby: 300 + (g − 30). At 30 s both cost 300, and staying hot is preferred.
        assertThat(ECONOMICS.gap(seconds(30))).isEqualTo(new Gap(Tier.HOT, micro(300)));
        assertThat(ECONOMICS.gap(seconds(31))).isEqualTo(new Gap(Tier.STANDBY, micro(301)));
        // 300 + (730 − 30) = 1000 = K_O; beyond it a launch is cheaper.
        assertThat(ECONOMICS.gap(seconds(730))).isEqualTo(new Gap(Tier.STANDBY, micro(1000)));
        assertThat(ECONOMICS.gap(seconds(731))).isEqualTo(new Gap(Tier.COLD, micro(1000)));
        assertThatIllegalArgumentException().isThrownBy(() -> ECONOMICS.gap(seconds(-1)));
    }

    @Test
    void withoutStandbyAGapIsHeldUntilALaunchIsCheaper() {
        TierEconomics economics = billed(10, null, leads(100, 0, 0));
        assertThat(economics.gap(seconds(100))).isEqualTo(new Gap(Tier.HOT, micro(1000)));
        assertThat(economics.gap(seconds(101))).isEqualTo(new Gap(Tier.COLD, micro(1000)));
        assertThat(economics.standbyBreakEven(HourlyRate.FREE)).isEmpty();
        assertThat(economics.endBreakEven(HourlyRate.FREE)).isEmpty();
    }

    @Test
    void breakEvensAreThoseOfThePolicy() {
        // b₁ = 300/9 = 33.333… s, b₂ = 700/1 s, b = 1000/10 s.
        assertThat(ECONOMICS.standbyBreakEven(HourlyRate.FREE)).contains(Duration.ofNanos(33_333_333_333L));
        assertThat(ECONOMICS.endBreakEven(HourlyRate.FREE)).contains(seconds(700));
        assertThat(ECONOMICS.launchBreakEven(HourlyRate.FREE)).isEqualTo(seconds(100));
        // With w = 6 µ$/s: b₁ = 360/9, b₂ = (1000 + 600 − 300 − 60)/1, b = 1600/10.
        assertThat(ECONOMICS.standbyBreakEven(rate(6))).contains(seconds(40));
        assertThat(ECONOMICS.endBreakEven(rate(6))).contains(seconds(1240));
        assertThat(ECONOMICS.launchBreakEven(rate(6))).isEqualTo(seconds(160));
    }

    @Test
    void aTierThatNeverPaysHasNoBreakEven() {
        assertThat(billed(10, 10L, leads(100, 10, 20)).standbyBreakEven(HourlyRate.FREE))
                .isEmpty();
        assertThat(billed(10, 0L, leads(100, 10, 20)).endBreakEven(HourlyRate.FREE))
                .contains(TierEconomics.FOREVER);
        assertThat(billed(10, 1L, leads(20, 10, 20)).endBreakEven(HourlyRate.FREE))
                .contains(Duration.ZERO);
    }

    @Test
    void freeTransitionsBreakConcavity() {
        // A = 0 < c_H·L: at 30 s the cost falls from 290 to 0.
        LeadTimes leads = leads(100, 10, 20);
        TierEconomics free = new TierEconomics(
                new TierPrices(
                        rate(10),
                        rate(1),
                        Money.ZERO,
                        Money.ZERO,
                        Money.ZERO,
                        seconds(100),
                        Duration.ZERO,
                        Duration.ZERO),
                leads);
        assertThat(free.isConcave()).isFalse();
        assertThat(free.gap(seconds(29)).cost()).isEqualTo(micro(290));
        assertThat(free.gap(seconds(30))).isEqualTo(new Gap(Tier.STANDBY, micro(0)));
        assertThat(ECONOMICS.isConcave()).isTrue();
        assertThat(billed(10, null, leads).isConcave()).isTrue();
    }

    @Test
    void aTransitionCannotBeBilledForLongerThanItTakes() {
        TierPrices prices = TierPrices.allBilled(rate(1), rate(0), leads(100, 10, 20));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TierEconomics(prices, leads(99, 10, 20)))
                .withMessageContaining("launch");
    }

    @Test
    void concavityIsSaidExactlyWhereTheSecondDifferencesSayIt() {
        Seeds.check(2000, random -> {
            TierEconomics economics = Economies.random(random, 6);
            boolean concave = true;
            for (int g = 1; g < 60; g++) {
                concave &= bend(economics, seconds(g), seconds(1)) <= 0;
            }
            // A fall at L_h + L_S shows only closely: between whole seconds it may look like a gentler slope.
            Duration roundTrip = economics.leads().roundTrip();
            if (roundTrip.isPositive()) {
                concave &= bend(economics, roundTrip, Duration.ofMillis(1)) <= 0
                        && phi(economics, roundTrip) >= phi(economics, roundTrip.minusMillis(1));
            }
            assertThat(economics.isConcave()).isEqualTo(concave);
        });
    }

    @Test
    void whereConcaveTheCostOfAGapNeverFallsWithItsLength() {
        Seeds.check(500, random -> {
            TierEconomics economics = Economies.random(random, 8);
            if (economics.isConcave()) {
                for (int g = 0; g < 80; g++) {
                    assertThat(phi(economics, seconds(g))).isLessThanOrEqualTo(phi(economics, seconds(g + 1)));
                }
            }
        });
    }

    @Test
    void aGapCostsTheMinimumOfItsThreeWays() {
        Seeds.check(500, random -> {
            TierEconomics economics = Economies.random(random, 8);
            long gap = random.nextInt(80);
            long best = Math.min(
                    economics.prices().hot().costOf(seconds(gap)).nanos(),
                    economics.launchCost().nanos());
            HourlyRate standby = economics.prices().standby();
            Duration held = seconds(gap).minus(economics.leads().roundTrip());
            if (standby != null && !held.isNegative()) {
                best = Math.min(
                        best, economics.standbyCost().plus(standby.costOf(held)).nanos());
            }
            assertThat(phi(economics, seconds(gap))).isEqualTo(best);
        });
    }

    private static long phi(TierEconomics economics, Duration gap) {
        return economics.gap(gap).cost().nanos();
    }

    /** The second difference of φ. */
    private static long bend(TierEconomics economics, Duration at, Duration step) {
        return phi(economics, at.plus(step)) - 2 * phi(economics, at) + phi(economics, at.minus(step));
    }
}

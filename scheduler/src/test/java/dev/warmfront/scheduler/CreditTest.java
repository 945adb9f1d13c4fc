package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CreditTest {

    private static Credit grown() {
        Credit credit = new Credit();
        for (int i = 0; i < 300; i++) {
            credit.arrived();
        }
        return credit;
    }

    @Test
    void setsNoLimitBeforeThereIsSomethingToMeasureBy() {
        Credit credit = new Credit();
        credit.passed(10, 100);
        assertThat(credit.limit(false)).isInfinite();
        assertThat(grown().limit(false)).isZero();
    }

    @Test
    void isTighterWhileDemandDrifts() {
        Credit credit = grown();
        credit.passed(100, 10);
        assertThat(credit.limit(true)).isEqualTo(1.4 * 100 + 10);
    }

    @Test
    void countsWhatWasFollowedWhenItWasFollowed() {
        Credit credit = grown();
        credit.passed(100, 10);
        assertThat(credit.limit(false)).isEqualTo(1.7 * 100 + 10);
        credit.follows(5000);
        credit.passed(5020, 10);
        assertThat(credit.limit(false))
                .as("not what the new one would have cost before")
                .isEqualTo(1.7 * 120 + 20);
    }

    /** As often as the record turns over once, it may be half as much again, and not more. */
    @Test
    void grows() {
        Credit credit = grown();
        credit.passed(1000, 0);
        double paid = 1000;
        for (int i = 0; i < 3; i++) {
            double limit = credit.limit(false);
            credit.follows(paid);
            credit.passed(paid + 0.5 * limit, 0);
            paid += 0.5 * limit;
            assertThat(credit.limit(false)).isLessThan(2 * limit);
        }
    }

    @Test
    void isTheSameInOtherWeights() {
        Credit credit = grown();
        credit.passed(100, 10);
        credit.rescale(0.5);
        assertThat(credit.limit(false)).isEqualTo(0.5 * (1.7 * 100 + 10), within(1e-9));
        credit.passed(60, 0);
        assertThat(credit.limit(false)).as("ten more than fifty").isEqualTo(1.7 * 60 + 5, within(1e-9));
    }

    @Test
    void beginsAnew() {
        Credit credit = grown();
        credit.passed(100, 10);
        credit.begin();
        assertThat(credit.limit(false)).isInfinite();
    }
}

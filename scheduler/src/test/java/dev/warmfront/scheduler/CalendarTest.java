package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.TenantId;
import org.junit.jupiter.api.Test;

class CalendarTest {

    private static final double HOUR = 3600;
    private static final double LIKELY = 0.15;

    private final Calendar calendar = new Calendar();
    private double now;

    private static Calendar.Type type(String name) {
        return new Calendar.Type(new TenantId("ann"), name);
    }

    /** Twenty tasks at once, for half a minute. */
    private void burst(String type, double at) {
        pass(at);
        for (int i = 0; i < 20; i++) {
            calendar.change(type(type), 1, at, 0);
        }
        pass(at + 30);
        for (int i = 0; i < 20; i++) {
            calendar.change(type(type), -1, at + 30, 0);
        }
    }

    private void pass(double until) {
        for (; now < until; now += 60) {
            calendar.tick(now);
        }
        now = until;
        calendar.tick(now);
    }

    private double expected(double from, double until) {
        return calendar.most(from, until, LIKELY);
    }

    @Test
    void aBurstIsExpectedAtThePeriodThatItRecursIn() {
        for (int i = 0; i < 4; i++) {
            burst("a", 100 + i * 700);
        }
        pass(2800);
        assertThat(expected(2800, 2860)).as("too early").isZero();
        assertThat(expected(2800, 2900)).as("a launch ahead").isEqualTo(20);
        pass(2960);
        assertThat(expected(2960, 3020)).as("given up: it did not come").isZero();
    }

    @Test
    void theClockIsTriedFromTheFirstBurstOnAndGivenUpWhenItStaysSilent() {
        burst("a", 100);
        int held = 0;
        for (int hour = 1; hour < 12; hour++) {
            pass(100 + hour * HOUR - 60);
            held += expected(now, now + 61) > 0 ? 1 : 0;
        }
        assertThat(held).isBetween(2, 4);
    }

    @Test
    void burstsOfTwoTypesAtOnceAddUpAndAtOtherTimesDoNot() {
        for (int i = 0; i < 3; i++) {
            burst("a", 100 + i * HOUR);
            burst("b", 130 + i * HOUR);
            burst("c", 1900 + i * HOUR);
        }
        pass(100 + 3 * HOUR - 60);
        assertThat(expected(now, now + 100)).as("a and b").isEqualTo(40);
        assertThat(expected(now, now + 2000)).as("and c later").isEqualTo(40);
    }

    @Test
    void whatATypeWantsBeyondItsUsualIsABurstOnlyWhileItLasts() {
        calendar.change(type("a"), 2, 0, 0);
        pass(600);
        assertThat(calendar.excess()).isZero();
        calendar.change(type("a"), 30, 600, 0);
        assertThat(calendar.excess()).isEqualTo(30);
        pass(4000);
        assertThat(calendar.excess()).as("that is how it is now").isZero();
    }

    @Test
    void whatIsNoMoreThanChanceInThePoolIsNoBurst() {
        for (int i = 0; i < 20; i++) {
            calendar.change(type("a"), 1, 100, 25);
        }
        assertThat(calendar.excess()).isZero();
    }

    @Test
    void typesWithoutEndAreNotKept() {
        for (int i = 0; i < 5000; i++) {
            burst("type-" + i, i);
        }
        pass(6000);
        assertThat(calendar.excess()).isZero();
        assertThat(expected(3600, 3700))
                .as("of those whose bursts are remembered")
                .isLessThanOrEqualTo(128 * 20);
    }
}

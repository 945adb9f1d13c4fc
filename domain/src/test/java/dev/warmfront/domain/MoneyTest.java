package dev.warmfront.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoneyTest {

    @Test
    void splittingLosesAndMakesNothing() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            Money whole = Money.ofNanos(random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L));
            List<Long> weights = new ArrayList<>(List.of(1L));
            for (int i = random.nextInt(8); i > 0; i--) {
                weights.add(random.nextLong(0, 1_000_000));
            }
            long total = weights.stream().mapToLong(Long::longValue).sum();

            List<Money> parts = whole.split(weights);

            assertThat(parts.stream().reduce(Money.ZERO, Money::plus)).isEqualTo(whole);
            for (int i = 0; i < parts.size(); i++) {
                double exact = (double) whole.nanos() * weights.get(i) / total;
                assertThat((double) parts.get(i).nanos()).isBetween(Math.floor(exact) - 1e-3, Math.ceil(exact) + 1e-3);
            }
        }
    }

    @Test
    void nanosLeftOverGoToTheLargestRemaindersTheEarlierFirst() {
        assertThat(Money.ofNanos(10).split(List.of(1L, 1L, 1L)))
                .containsExactly(Money.ofNanos(4), Money.ofNanos(3), Money.ofNanos(3));
        assertThat(Money.ofNanos(-10).split(List.of(1L, 2L))).containsExactly(Money.ofNanos(-3), Money.ofNanos(-7));
        assertThat(Money.ofNanos(5).split(List.of(0L, 7L))).containsExactly(Money.ZERO, Money.ofNanos(5));
    }

    @Test
    void refusesWeightsThatGiveNobodyAShare() {
        assertThatThrownBy(() -> Money.ofNanos(1).split(List.of(0L))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Money.ofNanos(1).split(List.of(2L, -1L))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatItCannotHoldExactly() {
        assertThatThrownBy(() -> Money.ofDollars(new BigDecimal("0.0000000001")))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Money.ofNanos(Long.MAX_VALUE).plus(Money.ofNanos(1)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void readsInDollars() {
        assertThat(Money.ofDollars(new BigDecimal("0.0000125"))).hasToString("$0.000012500");
        assertThat(Money.ofNanos(-1_500_000_000L)).hasToString("-$1.500000000");
    }
}

package dev.warmfront.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HourlyRateTest {

    private static final Instant SINCE = Instant.parse("2026-03-01T06:00:00Z");

    @Test
    void piecesAddUpToTheWholeWhereverTheyAreCut() {
        Random random = new Random(11);
        for (int round = 0; round < 1000; round++) {
            HourlyRate rate = new HourlyRate(random.nextLong(0, 100_000_000_000L));
            Instant at = SINCE;
            Money sum = Money.ZERO;
            for (int i = 0; i < 20; i++) {
                Instant next = at.plusNanos(1000 * random.nextLong(0, 90_000_000));
                sum = sum.plus(rate.between(SINCE, at, next));
                at = next;
            }

            assertThat(sum).isEqualTo(rate.costOf(Duration.between(SINCE, at)));
        }
    }

    @Test
    void anHourCostsTheRate() {
        HourlyRate rate = HourlyRate.ofDollars(new BigDecimal("0.0416"));

        assertThat(rate.costOf(Duration.ofHours(1))).isEqualTo(Money.ofDollars(new BigDecimal("0.0416")));
        assertThat(rate.toDollars()).isEqualByComparingTo("0.0416");
        assertThat(HourlyRate.FREE.costOf(Duration.ofDays(365))).isEqualTo(Money.ZERO);
    }

    @Test
    void countsInLongsWhatItCountsInBigNumbers() {
        Random random = new Random(17);
        for (int i = 0; i < 20_000; i++) {
            long rate = random.nextLong(1L << (1 + random.nextInt(33)));
            Duration held = Duration.ofSeconds(
                    random.nextLong(1L << (1 + random.nextInt(36))),
                    1000L * random.nextLong(0, 1_000_000) + random.nextInt(2));
            BigInteger nanoseconds = BigInteger.valueOf(held.getSeconds())
                    .multiply(BigInteger.valueOf(1_000_000_000))
                    .add(BigInteger.valueOf(held.getNano()));
            BigInteger expected =
                    nanoseconds.multiply(BigInteger.valueOf(rate)).divide(BigInteger.valueOf(3_600_000_000_000L));

            assertThat(new HourlyRate(rate).costOf(held).nanos())
                    .as("%s for %s", rate, held)
                    .isEqualTo(expected.longValueExact());
        }
    }

    @Test
    void refusesNegativeRatesAndTimes() {
        assertThatThrownBy(() -> new HourlyRate(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HourlyRate.FREE.costOf(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

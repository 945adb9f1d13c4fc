package dev.warmfront.domain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

/**
 * A price per hour, counted in nano-dollars per hour. Never negative.
 *
 * @param nanosPerHour nano-dollars per hour, ≥ 0
 */
public record HourlyRate(long nanosPerHour) implements Comparable<HourlyRate> {

    public static final HourlyRate FREE = new HourlyRate(0);

    private static final BigInteger NANOSECONDS_PER_HOUR =
            BigInteger.valueOf(Duration.ofHours(1).toNanos());

    private static final long SECONDS_PER_HOUR = 3600;

    /** Up to two dollars an hour and three hundred years, whole microseconds are counted in longs: the same figure, sooner. */
    private static final long FAST_RATE = 2_000_000_000;

    private static final long FAST_SECONDS = 10_000_000_000L;

    public HourlyRate {
        if (nanosPerHour < 0) {
            throw new IllegalArgumentException("an hourly rate is negative: " + nanosPerHour);
        }
    }

    /** A decimal rate in dollars per hour such as {@code 0.0416}; digits below a nano-dollar are refused. */
    public static HourlyRate ofDollars(BigDecimal dollarsPerHour) {
        return new HourlyRate(dollarsPerHour.movePointRight(9).longValueExact());
    }

    /**
     * The cost of holding something at this rate, rounded down to a nano-dollar. Costs of adjacent stretches do not add
     * up exactly; what must be conserved is billed by {@link #between}.
     */
    public Money costOf(Duration held) {
        if (held.isNegative()) {
            throw new IllegalArgumentException("a duration is negative: " + held);
        }
        if (nanosPerHour <= FAST_RATE && held.getSeconds() <= FAST_SECONDS && held.getNano() % 1000 == 0) {
            long micros = held.getSeconds() % SECONDS_PER_HOUR * 1_000_000 + held.getNano() / 1000;
            return Money.ofNanos(held.getSeconds() / SECONDS_PER_HOUR * nanosPerHour
                    + micros * nanosPerHour / (SECONDS_PER_HOUR * 1_000_000));
        }
        BigInteger nanoseconds = BigInteger.valueOf(held.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000L))
                .add(BigInteger.valueOf(held.getNano()));
        return Money.ofNanos(nanoseconds
                .multiply(BigInteger.valueOf(nanosPerHour))
                .divide(NANOSECONDS_PER_HOUR)
                .longValueExact());
    }

    /**
     * The cost of the stretch [from, to) of something held since {@code since}: the difference of two cumulative costs.
     * Adjacent stretches therefore add up to the cost of the whole, to the nano-dollar, wherever they are cut.
     */
    public Money between(Instant since, Instant from, Instant to) {
        return costOf(Duration.between(since, to)).minus(costOf(Duration.between(since, from)));
    }

    /** This rate in dollars per hour, exact, nine decimals. */
    public BigDecimal toDollars() {
        return BigDecimal.valueOf(nanosPerHour, 9);
    }

    @Override
    public int compareTo(HourlyRate other) {
        return Long.compare(nanosPerHour, other.nanosPerHour);
    }

    @Override
    public String toString() {
        return Money.ofNanos(nanosPerHour) + "/h";
    }
}

package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import java.math.BigInteger;
import java.time.Duration;

/**
 * An exact cost: rates per hour times nanoseconds, never rounded on the way. Two ways to spend compare truly, and a sum of a
 * million gaps is rounded once.
 *
 * @param units nano-dollars × nanoseconds per hour (3.6·10¹² units are one nano-dollar)
 */
record Exact(BigInteger units) implements Comparable<Exact> {

    static final Exact ZERO = new Exact(BigInteger.ZERO);

    private static final BigInteger UNITS_PER_NANO_DOLLAR =
            BigInteger.valueOf(Duration.ofHours(1).toNanos());
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000L);

    static Exact of(Money money) {
        return new Exact(BigInteger.valueOf(money.nanos()).multiply(UNITS_PER_NANO_DOLLAR));
    }

    static Exact of(HourlyRate rate, long nanoseconds) {
        return new Exact(BigInteger.valueOf(rate.nanosPerHour()).multiply(BigInteger.valueOf(nanoseconds)));
    }

    /** For totals, whose nanoseconds do not fit a long. */
    static Exact of(HourlyRate rate, Duration held) {
        return new Exact(BigInteger.valueOf(rate.nanosPerHour()).multiply(nanoseconds(held)));
    }

    static BigInteger nanoseconds(Duration duration) {
        return BigInteger.valueOf(duration.getSeconds())
                .multiply(NANOS_PER_SECOND)
                .add(BigInteger.valueOf(duration.getNano()));
    }

    Exact plus(Exact other) {
        return new Exact(units.add(other.units));
    }

    Exact minus(Exact other) {
        return new Exact(units.subtract(other.units));
    }

    Exact times(long count) {
        return new Exact(units.multiply(BigInteger.valueOf(count)));
    }

    /** How long a rate takes to cost this, rounded down to a nanosecond; the longest duration when the rate is free. */
    Duration heldAt(long nanosPerHour) {
        if (nanosPerHour <= 0) {
            return TierEconomics.FOREVER;
        }
        BigInteger nanoseconds = units.divide(BigInteger.valueOf(nanosPerHour));
        BigInteger[] parts = nanoseconds.divideAndRemainder(NANOS_PER_SECOND);
        return parts[0].bitLength() > 62
                ? TierEconomics.FOREVER
                : Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
    }

    /** Rounded down to a nano-dollar, so that a lower bound stays one. */
    Money toMoney() {
        BigInteger[] parts = units.divideAndRemainder(UNITS_PER_NANO_DOLLAR);
        BigInteger floor = parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        return Money.ofNanos(floor.longValueExact());
    }

    @Override
    public int compareTo(Exact other) {
        return units.compareTo(other.units);
    }
}

package dev.warmfront.domain;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An exact amount of US dollars, counted in nano-dollars (1 USD = 10⁹ nano-dollars). May be negative (a credit).
 * Range ±9.2 billion dollars; arithmetic that leaves it throws {@link ArithmeticException} instead of wrapping.
 *
 * @param nanos nano-dollars
 */
public record Money(long nanos) implements Comparable<Money> {

    public static final Money ZERO = new Money(0);

    private static final long NANOS_PER_DOLLAR = 1_000_000_000L;

    /** An amount in nano-dollars. */
    public static Money ofNanos(long nanos) {
        return nanos == 0 ? ZERO : new Money(nanos);
    }

    /** A decimal dollar amount such as {@code 0.0416}. Digits below a nano-dollar are refused, not rounded. */
    public static Money ofDollars(BigDecimal dollars) {
        return ofNanos(dollars.movePointRight(9).longValueExact());
    }

    public Money plus(Money other) {
        return ofNanos(Math.addExact(nanos, other.nanos));
    }

    public Money minus(Money other) {
        return ofNanos(Math.subtractExact(nanos, other.nanos));
    }

    public boolean isZero() {
        return nanos == 0;
    }

    /** This amount in dollars, exact, nine decimals. */
    public BigDecimal toDollars() {
        return BigDecimal.valueOf(nanos, 9);
    }

    /**
     * Splits this amount in proportion to the weights, without losing or making a nano-dollar: every part is the exact
     * share rounded towards zero, and the nano-dollars left over go one each to the parts with the largest remainders,
     * the earlier index first among equals (Hamilton's method).
     *
     * @param weights non-negative, at least one positive
     * @return parts in the order of the weights; their sum is this amount
     * @throws IllegalArgumentException when a weight is negative or all are zero
     */
    public List<Money> split(List<Long> weights) {
        BigInteger total = BigInteger.ZERO;
        for (long weight : weights) {
            if (weight < 0) {
                throw new IllegalArgumentException("a weight is negative: " + weight);
            }
            total = total.add(BigInteger.valueOf(weight));
        }
        if (total.signum() == 0) {
            throw new IllegalArgumentException("no weight is positive");
        }
        long[] parts = new long[weights.size()];
        List<Remainder> remainders = new ArrayList<>(weights.size());
        long left = Math.absExact(nanos);
        for (int i = 0; i < parts.length; i++) {
            BigInteger[] share = BigInteger.valueOf(Math.absExact(nanos))
                    .multiply(BigInteger.valueOf(weights.get(i)))
                    .divideAndRemainder(total);
            parts[i] = share[0].longValueExact();
            left -= parts[i];
            remainders.add(new Remainder(i, share[1]));
        }
        remainders.sort(Comparator.comparing(Remainder::size).reversed().thenComparing(Remainder::index));
        for (int i = 0; i < left; i++) {
            parts[remainders.get(i).index()]++;
        }
        List<Money> result = new ArrayList<>(parts.length);
        for (long part : parts) {
            result.add(ofNanos(nanos < 0 ? -part : part));
        }
        return List.copyOf(result);
    }

    private record Remainder(int index, BigInteger size) {}

    @Override
    public int compareTo(Money other) {
        return Long.compare(nanos, other.nanos);
    }

    /** Dollars with nine decimals, as {@code $0.000012500}. */
    @Override
    public String toString() {
        long whole = Math.abs(nanos / NANOS_PER_DOLLAR);
        long fraction = Math.abs(nanos % NANOS_PER_DOLLAR);
        return "%s$%d.%09d".formatted(nanos < 0 ? "-" : "", whole, fraction);
    }
}

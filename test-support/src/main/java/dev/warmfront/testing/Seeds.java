package dev.warmfront.testing;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Runs a property over many seeds. A failure names its seed; {@code -Dwarmfront.seed=N} runs that one alone, {@code
 * -Dwarmfront.seeds=N} sets how many are tried.
 */
public final class Seeds {

    private Seeds() {}

    /**
     * Checks {@code property} for each of {@code count} seeds.
     *
     * @param count how many, unless the system property says otherwise
     * @param property throws (an assertion) when it does not hold
     */
    public static void check(int count, Consumer<RandomGenerator> property) {
        Long one = Long.getLong("warmfront.seed");
        if (one != null) {
            property.accept(generator(one));
            return;
        }
        int seeds = Integer.getInteger("warmfront.seeds", count);
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                property.accept(generator(seed));
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError(
                        "fails for seed " + seed + "; replay it alone with -Dwarmfront.seed=" + seed, failure);
            }
        }
    }

    /** A generator that gives the same numbers for the same seed on every JDK. */
    public static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}

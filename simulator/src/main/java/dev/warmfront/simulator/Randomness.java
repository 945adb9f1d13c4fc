package dev.warmfront.simulator;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Where all chance in a simulation comes from: one seed gives the same numbers on every JDK. */
final class Randomness {

    private Randomness() {}

    static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}

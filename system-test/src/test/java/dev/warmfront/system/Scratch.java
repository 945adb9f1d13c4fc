package dev.warmfront.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Folders and dice of one test. The seed is printed; {@code -Dwarmfront.seed=N} throws the same dice again. */
final class Scratch {

    private Scratch() {}

    static Path folder(String name) throws IOException {
        Path parent = Path.of(ControlPlane.required("warmfront.scratch")).toAbsolutePath();
        Files.createDirectories(parent);
        return Files.createTempDirectory(parent, name + "-");
    }

    static RandomGenerator dice(String test) {
        long seed = Long.getLong("warmfront.seed", System.nanoTime());
        System.out.println(test + ": seed " + seed + " (again with -Dwarmfront.seed=" + seed + ")");
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** Waits a random while between the two, so that what follows happens at no particular moment. */
    static void pause(RandomGenerator random, Duration least, Duration most) throws InterruptedException {
        Thread.sleep(random.nextLong(least.toMillis(), most.toMillis()));
    }
}

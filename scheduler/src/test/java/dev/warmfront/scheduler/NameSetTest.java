package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NameSetTest {

    private static final long SEED = Long.getLong("warmfront.seed", 1);

    @Test
    void hasExactlyTheNamesThatWerePutIn() {
        Random random = new Random(SEED);
        NameSet names = new NameSet();
        for (int round = 0; round < 3; round++) {
            Set<String> expected = new HashSet<>();
            for (int i = 0; i < 50_000; i++) {
                // Few characters: names repeat, begin alike, and many have the same hash.
                String name = name(random, random.nextInt(8) == 0 ? 128 : 1 + random.nextInt(6));
                names.add(name);
                expected.add(name);
            }
            assertThat(names.size()).as("seed %d", SEED).isEqualTo(expected.size());
            assertThat(expected).as("seed %d", SEED).allMatch(names::contains);
            for (int i = 0; i < 50_000; i++) {
                String name = name(random, 1 + random.nextInt(7));
                assertThat(names.contains(name)).as("seed %d, %s", SEED, name).isEqualTo(expected.contains(name));
            }
            names.clear();
            assertThat(names.size()).isZero();
            assertThat(expected).as("seed %d", SEED).noneMatch(names::contains);
        }
    }

    private static String name(Random random, int length) {
        StringBuilder name = new StringBuilder();
        while (name.length() < length) {
            name.append(random.nextBoolean() ? "Aa" : random.nextBoolean() ? "BB" : "x");
        }
        return name.substring(0, length);
    }
}

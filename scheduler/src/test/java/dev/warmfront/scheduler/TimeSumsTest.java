package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeSumsTest {

    private static final long CAPACITY = 100;
    private static final long SLOTS = 40;

    private record Part(long from, long to, long mean, long variance) {}

    /** Slot by slot, as the definition has it. */
    private static boolean hasRoom(List<Part> parts, Part wanted) {
        for (long slot = wanted.from(); slot < wanted.to(); slot++) {
            long mean = wanted.mean();
            long variance = wanted.variance();
            for (Part part : parts) {
                boolean there = part.from() <= slot && slot < part.to();
                mean += there ? part.mean() : 0;
                variance += there ? part.variance() : 0;
            }
            if (mean + Math.ceil(TimeSums.DEVIATIONS * Math.sqrt((double) variance)) > CAPACITY) {
                return false;
            }
        }
        return true;
    }

    private static void add(TimeSums sums, Part part, int sign) {
        long slot = TimeSums.SLOT_SECONDS;
        sums.add(part.from() * slot, part.to() * slot, sign * part.mean(), sign * part.variance());
    }

    @Test
    void answersAsIfItHadLookedAtEachSlot() {
        Seeds.check(300, random -> {
            TimeSums sums = new TimeSums(1);
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                long from = random.nextLong(SLOTS);
                Part part =
                        new Part(from, from + 1 + random.nextLong(SLOTS / 2), random.nextLong(30), random.nextLong(60));
                assertThat(sums.hasRoom(
                                part.from() * TimeSums.SLOT_SECONDS,
                                part.to() * TimeSums.SLOT_SECONDS,
                                part.mean(),
                                part.variance(),
                                CAPACITY))
                        .isEqualTo(hasRoom(parts, part));
                if (!parts.isEmpty() && random.nextInt(3) == 0) {
                    add(sums, parts.remove(random.nextInt(parts.size())), -1);
                } else {
                    add(sums, part, 1);
                    parts.add(part);
                }
            }
            parts.forEach(part -> add(sums, part, -1));
            assertThat(sums.isEmpty())
                    .as("nothing is left of what was given back")
                    .isTrue();
        });
    }

    @Test
    void tasksThatMayNotComeTogetherNeedLessThanTheirSum() {
        TimeSums sums = new TimeSums(1);
        // Ten tasks that use 1 for sure and 10 one time in ten: 100 at worst, 19 + 1.645 √(10 · 0.1 · 0.9 · 81) nearly
        // always.
        for (int i = 0; i < 10; i++) {
            sums.add(0, 3_600, 2, 7);
        }

        assertThat(sums.hasRoom(0, 3_600, 0, 0, 34)).isTrue();
        assertThat(sums.hasRoom(0, 3_600, 0, 0, 33)).isFalse();
    }

    @Test
    void boundariesAreRoundedOutwards() {
        TimeSums sums = new TimeSums(1);
        sums.add(7, 8, CAPACITY, 0);

        assertThat(sums.hasRoom(5, 6, 1, 0, CAPACITY)).isFalse();
        assertThat(sums.hasRoom(9, 10, 1, 0, CAPACITY)).isFalse();
        assertThat(sums.hasRoom(0, 5, 1, 0, CAPACITY)).isTrue();
        assertThat(sums.hasRoom(10, 15, 1, 0, CAPACITY)).isTrue();
        assertThat(sums.hasRoom(12, 12, CAPACITY + 1, 0, CAPACITY))
                .as("no time at all")
                .isTrue();
    }
}

package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeSumsTest {

    private static final long CAPACITY = 100;
    private static final long SLOTS = 40;

    private record Part(long from, long to, TimeSums.Amount amount) {}

    /** Slot by slot, as the definition has it. */
    private static boolean hasRoom(List<Part> parts, Part wanted) {
        for (long slot = wanted.from(); slot < wanted.to(); slot++) {
            long mean = wanted.amount().mean();
            long variance = wanted.amount().variance();
            long limit = wanted.amount().limit();
            for (Part part : parts) {
                if (part.from() <= slot && slot < part.to()) {
                    mean += part.amount().mean();
                    variance += part.amount().variance();
                    limit += part.amount().limit();
                }
            }
            double likely = mean + Math.ceil(TimeSums.DEVIATIONS * Math.sqrt((double) variance));
            if (Math.min(likely, (double) limit) > CAPACITY) {
                return false;
            }
        }
        return true;
    }

    private static void add(TimeSums sums, Part part, TimeSums.Amount amount) {
        sums.add(part.from() * TimeSums.SLOT_SECONDS, part.to() * TimeSums.SLOT_SECONDS, amount);
    }

    private static TimeSums.Amount certain(long amount) {
        return new TimeSums.Amount(amount, 0, amount);
    }

    @Test
    void answersAsIfItHadLookedAtEachSlot() {
        Seeds.check(300, random -> {
            TimeSums sums = new TimeSums(1);
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                long from = random.nextLong(SLOTS);
                long to = from + 1 + random.nextLong(SLOTS / 2);
                long mean = random.nextLong(30);
                TimeSums.Amount amount = new TimeSums.Amount(mean, random.nextLong(60), mean + random.nextLong(15));
                Part part = new Part(from, to, amount);
                assertThat(sums.hasRoom(from * TimeSums.SLOT_SECONDS, to * TimeSums.SLOT_SECONDS, amount, CAPACITY))
                        .isEqualTo(hasRoom(parts, part));
                if (!parts.isEmpty() && random.nextInt(3) == 0) {
                    Part former = parts.remove(random.nextInt(parts.size()));
                    add(sums, former, former.amount().negated());
                } else {
                    add(sums, part, amount);
                    parts.add(part);
                }
            }
            parts.forEach(part -> add(sums, part, part.amount().negated()));
            assertThat(sums.isEmpty())
                    .as("nothing is left of what was given back")
                    .isTrue();
        });
    }

    @Test
    void tasksThatMayNotComeTogetherNeedLessThanTheirSum() {
        TimeSums sums = new TimeSums(1);
        // Ten tasks that use 1 for sure and 10 one time in ten: 100 at worst, 20 + 1.645 √70 nearly always.
        for (int i = 0; i < 10; i++) {
            sums.add(0, 3_600, new TimeSums.Amount(2, 7, 10));
        }

        assertThat(sums.hasRoom(0, 3_600, certain(0), 34)).isTrue();
        assertThat(sums.hasRoom(0, 3_600, certain(0), 33)).isFalse();
    }

    @Test
    void fewTasksNeedNoMoreThanTheMostOfEach() {
        TimeSums sums = new TimeSums(1);
        sums.add(0, 3_600, new TimeSums.Amount(50, 2_500, 100));

        assertThat(sums.hasRoom(0, 3_600, certain(0), 100))
                .as("50 + 1.645 · 50 is more than it can be")
                .isTrue();
        assertThat(sums.hasRoom(0, 3_600, certain(1), 100)).isFalse();
    }

    @Test
    void boundariesAreRoundedOutwards() {
        TimeSums sums = new TimeSums(1);
        sums.add(7, 8, certain(CAPACITY));

        assertThat(sums.hasRoom(5, 6, certain(1), CAPACITY)).isFalse();
        assertThat(sums.hasRoom(9, 10, certain(1), CAPACITY)).isFalse();
        assertThat(sums.hasRoom(0, 5, certain(1), CAPACITY)).isTrue();
        assertThat(sums.hasRoom(10, 15, certain(1), CAPACITY)).isTrue();
        assertThat(sums.hasRoom(12, 12, certain(CAPACITY + 1), CAPACITY))
                .as("no time at all")
                .isTrue();
    }
}

package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EventQueueTest {

    @Test
    void givesBackByTimeAndThenInTheOrderPutIn() {
        Seeds.check(50, random -> {
            record Put(long at, int number) {}
            EventQueue queue = new EventQueue();
            List<Put> put = new ArrayList<>();
            List<Integer> happened = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                int number = i;
                Put one = new Put(random.nextInt(500), number);
                put.add(one);
                queue.add(one.at(), () -> happened.add(number));
            }
            long last = 0;
            while (!queue.isEmpty()) {
                assertThat(queue.nextAt()).isGreaterThanOrEqualTo(last);
                last = queue.nextAt();
                queue.take().run();
            }
            put.sort(Comparator.comparingLong(Put::at).thenComparingInt(Put::number));
            assertThat(happened).isEqualTo(put.stream().map(Put::number).toList());
        });
    }

    @Test
    void whatHappensNowKeepsItsPlaceAmongWhatWasPutInBefore() {
        Seeds.check(50, random -> {
            EventQueue queue = new EventQueue();
            List<Integer> happened = new ArrayList<>();
            TreeMap<Long, List<Integer>> expected = new TreeMap<>();
            long now = 0;
            for (int i = 0; i < 3000; i++) {
                int number = i;
                long at = now + (random.nextBoolean() ? 0 : random.nextInt(5));
                expected.computeIfAbsent(at, key -> new ArrayList<>()).add(number);
                if (at == now && random.nextInt(4) > 0) {
                    queue.addNow(now, () -> happened.add(number));
                } else {
                    queue.add(at, () -> happened.add(number));
                }
                if (random.nextInt(3) == 0) {
                    now = queue.nextAt();
                    queue.take().run();
                }
            }
            while (!queue.isEmpty()) {
                queue.take().run();
            }
            assertThat(happened)
                    .isEqualTo(expected.values().stream().flatMap(List::stream).toList());
            assertThat(queue.size()).isZero();
        });
    }
}

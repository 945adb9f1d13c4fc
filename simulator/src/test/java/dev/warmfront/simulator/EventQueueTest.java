package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
}

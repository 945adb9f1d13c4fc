package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdTableTest {

    private static final long SEED = Long.getLong("warmfront.seed", 1);

    /** An id of which many have the same hash. */
    private record Id(int number) {
        @Override
        public int hashCode() {
            return number % 50;
        }
    }

    private static final class Numbered extends IdTable.Entry {
        private final int number;

        private Numbered(int number) {
            super(new Id(number));
            this.number = number;
        }
    }

    private final IdTable<Numbered> table = new IdTable<>();

    @Test
    void isAsALinkedMap() {
        Random random = new Random(SEED);
        Map<Integer, Numbered> expected = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int number = random.nextInt(400);
            Numbered known = expected.remove(number);
            assertThat(table.get(new Id(number))).as("seed %d", SEED).isSameAs(known);
            if (known == null) {
                Numbered fresh = new Numbered(number);
                expected.put(number, fresh);
                table.add(fresh);
            } else {
                table.remove(known);
                assertThat(table.get(new Id(number))).as("seed %d", SEED).isNull();
            }
            if (i % 100 == 0) {
                assertThat(List.copyOf(table.view(entry -> entry.number)))
                        .as("seed %d", SEED)
                        .containsExactlyElementsOf(expected.keySet());
            }
            assertThat(table.size()).isEqualTo(expected.size());
        }
    }

    @Test
    void isNotAlteredWhileItIsGoneThrough() {
        table.add(new Numbered(1));
        table.add(new Numbered(2));
        Iterator<Integer> each = table.view(entry -> entry.number).iterator();
        assertThat(each.next()).isEqualTo(1);

        table.add(new Numbered(3));

        assertThatThrownBy(each::next).isInstanceOf(ConcurrentModificationException.class);
    }

    @Test
    void refusesToTakeOutWhatItDoesNotHave() {
        Numbered taken = new Numbered(1);
        table.add(taken);
        table.remove(taken);

        assertThatThrownBy(() -> table.remove(taken)).isInstanceOf(IllegalStateException.class);
    }
}

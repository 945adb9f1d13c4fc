package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.Tier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServingListTest {

    private static final long SEED = Long.getLong("warmfront.seed", 1);

    private final ServingList list = new ServingList();

    @Test
    void isAsAMapSortedByUse() {
        Random random = new Random(SEED);
        List<InstanceEntry> entries = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            entries.add(entry(i));
        }
        SortedMap<UseKey, Resources> expected = new TreeMap<>();
        for (int step = 0; step < 5_000; step++) {
            InstanceEntry entry = entries.get(random.nextInt(entries.size()));
            Instance before = entry.image();
            expected.remove(UseKey.of(before));
            if (random.nextInt(4) == 0) {
                list.remove(entry);
            } else {
                if (random.nextBoolean()) {
                    // Mostly later than any other, now and then not, and some at one moment.
                    int late = random.nextInt(5) == 0 ? random.nextInt(step + 1) : step;
                    entry.image(used(entry, late / 3, late));
                }
                Resources free = Resources.of(1 + random.nextInt(8), 1);
                list.put(entry, before, free);
                expected.put(UseKey.of(entry.image()), free);
            }
            assertThat(list).hasSameSizeAs(expected.keySet());
            assertThat(list)
                    .as("seed %d, step %d", SEED, step)
                    .extracting(each -> UseKey.of(each.image()))
                    .containsExactlyElementsOf(expected.keySet());
            assertThat(list).extracting(InstanceEntry::free).containsExactlyElementsOf(expected.values());
        }
    }

    @Test
    void whatIsNotInItHasNothingFree() {
        InstanceEntry entry = entry(1);
        list.put(entry, null, Resources.of(5, 5));

        list.remove(entry);
        list.remove(entry);

        assertThat(entry.free()).isEqualTo(Resources.NONE);
        assertThat(list).isEmpty();
    }

    private static InstanceEntry entry(int number) {
        Instance first = new Instance(
                new InstanceId("i-cell-" + number),
                Fixtures.SMALL,
                IsolationDomain.SHARED,
                InstanceState.HOT,
                Fixtures.START,
                "ref",
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                List.of(),
                null,
                Tier.COLD,
                Fixtures.START,
                Fixtures.START,
                0,
                null,
                null,
                null,
                Money.ZERO,
                Fixtures.START);
        return new InstanceEntry(first, new DomainEntry(IsolationDomain.SHARED), new PoolInstances(), new Yard());
    }

    private static Instance used(InstanceEntry entry, int second, long use) {
        return new InstanceEdit(entry.image())
                .used(Fixtures.START.plusSeconds(second), use)
                .build();
    }
}

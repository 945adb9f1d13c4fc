package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Billed instances by the second in which they were charged, or an earlier one: an entry is moved when it is looked at, not
 * whenever its instance is charged, which at a busy one is at each begin and end of an attempt.
 */
final class ChargeWheel {

    private final SortedMap<Long, List<InstanceId>> bySecond = new TreeMap<>();

    /** Those that have an entry: exactly one each. */
    private final Set<InstanceId> entered = new HashSet<>();

    /** An image was replaced, if there was one before. */
    void replaced(@Nullable Instance before, Instance after) {
        Instant charged = chargedUntil(after);
        if (charged != null && (before == null || chargedUntil(before) == null) && entered.add(after.id())) {
            enter(after.id(), charged);
        }
    }

    private void enter(InstanceId id, Instant charged) {
        bySecond.computeIfAbsent(charged.getEpochSecond(), second -> new ArrayList<>())
                .add(id);
    }

    /**
     * Billed instances charged last at that time or before. In no order.
     *
     * @param images the present image of an instance; null when it is gone
     */
    List<Instance> chargedUntil(Instant latest, Function<InstanceId, @Nullable Instance> images) {
        Map<Long, List<InstanceId>> passed = bySecond.headMap(latest.getEpochSecond() + 1);
        if (passed.isEmpty()) {
            return List.of();
        }
        List<InstanceId> looked = new ArrayList<>();
        passed.values().forEach(looked::addAll);
        passed.clear();
        List<Instance> due = new ArrayList<>();
        for (InstanceId id : looked) {
            Instance image = images.apply(id);
            Instant charged = image == null ? null : chargedUntil(image);
            if (image == null || charged == null) {
                entered.remove(id);
                continue;
            }
            enter(id, charged);
            if (!charged.isAfter(latest)) {
                due.add(image);
            }
        }
        return due;
    }

    private static @Nullable Instant chargedUntil(Instance instance) {
        return instance.rateSince() == null || instance.state().isFinal() ? null : instance.chargedUntil();
    }
}

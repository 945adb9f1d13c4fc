package dev.warmfront.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Billed instances by the second in which they were charged, or an earlier one: an entry is moved when it is looked at, not
 * whenever its instance is charged, which at a busy one is at each begin and end of an attempt.
 */
final class ChargeWheel {

    private final SortedMap<Long, List<InstanceEntry>> bySecond = new TreeMap<>();

    /** An instance has a new image. Each is entered once at most. */
    void replaced(InstanceEntry entry) {
        Instant charged = entry.onWheel ? null : chargedUntil(entry.image());
        if (charged != null) {
            entry.onWheel = true;
            enter(entry, charged);
        }
    }

    private void enter(InstanceEntry entry, Instant charged) {
        bySecond.computeIfAbsent(charged.getEpochSecond(), second -> new ArrayList<>())
                .add(entry);
    }

    /** Billed instances charged last at that time or before. In no order. */
    List<InstanceEntry> chargedUntil(Instant latest) {
        Map<Long, List<InstanceEntry>> passed = bySecond.headMap(latest.getEpochSecond() + 1);
        if (passed.isEmpty()) {
            return List.of();
        }
        List<InstanceEntry> looked = new ArrayList<>();
        passed.values().forEach(looked::addAll);
        passed.clear();
        List<InstanceEntry> due = new ArrayList<>();
        for (InstanceEntry entry : looked) {
            Instant charged = chargedUntil(entry.image());
            if (charged == null) {
                entry.onWheel = false;
                continue;
            }
            enter(entry, charged);
            if (!charged.isAfter(latest)) {
                due.add(entry);
            }
        }
        return due;
    }

    private static @Nullable Instant chargedUntil(Instance instance) {
        return instance.rateSince() == null || instance.state().isFinal() ? null : instance.chargedUntil();
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a pool has, by what its policy asks. */
final class PoolInstances {

    /** Of a pool that never had an instance; nobody alters it. */
    static final PoolInstances NONE = new PoolInstances();

    private final Set<InstanceId> members = new LinkedHashSet<>();
    private final SortedMap<BirthKey, InstanceEntry> coming = new TreeMap<>();
    private final SortedMap<UseKey, InstanceEntry> standby = new TreeMap<>();
    private final SortedMap<BirthKey, InstanceEntry> draining = new TreeMap<>();
    private int busy;
    private @Nullable Instant lastUsed;

    /** An image was replaced, if there was one. */
    void replaced(InstanceEntry entry, @Nullable Instance before) {
        Instance after = entry.image();
        if (after.hotSince() != null && (before == null || before.lastUse() != after.lastUse())) {
            used(after.lastUsedAt());
        }
        InstanceState was = before == null ? null : before.state();
        if (was == after.state() && was != InstanceState.STANDBY) {
            return;
        }
        if (before != null) {
            remove(entry, before);
        }
        add(entry, after);
        if (after.state().isFinal()) {
            members.remove(after.id());
        } else if (before == null) {
            members.add(after.id());
        }
    }

    private void remove(InstanceEntry entry, Instance before) {
        switch (before.state()) {
            case REQUESTED, BOOTING, WARMING, STARTING -> {
                if (!InstanceRole.isComing(entry.image())) {
                    coming.remove(entry.birth);
                }
            }
            case STANDBY -> standby.remove(UseKey.of(before));
            case DRAINING -> draining.remove(entry.birth);
            case BUSY -> busy--;
            case HOT, STOPPING, LOST, TERMINATED, FAILED -> {
                // Hot ones are found among those that serve; of the others nobody asks.
            }
        }
    }

    private void add(InstanceEntry entry, Instance after) {
        switch (after.state()) {
            case REQUESTED, BOOTING, WARMING, STARTING -> coming.putIfAbsent(entry.birth, entry);
            case STANDBY -> standby.put(UseKey.of(after), entry);
            case DRAINING -> draining.put(entry.birth, entry);
            case BUSY -> busy++;
            case HOT, STOPPING, LOST, TERMINATED, FAILED -> {
                // As above.
            }
        }
    }

    private void used(Instant at) {
        if (lastUsed == null || at.isAfter(lastUsed)) {
            lastUsed = at;
        }
    }

    /** How many are not final. */
    int size() {
        return members.size();
    }

    /** Those that are not final, in the order in which they were asked for. */
    Set<InstanceId> members() {
        return Collections.unmodifiableSet(members);
    }

    /**
     * When a machine of the pool last began or ended an attempt, or became hot; null when none has. A new owner knows it of
     * the machines that still are.
     */
    @Nullable Instant lastUsed() {
        return lastUsed;
    }

    /** How many will be hot by themselves. */
    int comingCount() {
        return coming.size();
    }

    /** How many stand by. */
    int standbyCount() {
        return standby.size();
    }

    /** How many are at work. */
    int busyCount() {
        return busy;
    }

    /** Those that will be hot by themselves, in the order in which they were asked for. */
    List<Instance> coming() {
        return images(coming.values());
    }

    /** Those that stand by, most recently used first. */
    List<Instance> standby() {
        return images(standby.values());
    }

    /** Those that are draining, in the order in which they were asked for. */
    List<Instance> draining() {
        return images(draining.values());
    }

    private static List<Instance> images(Collection<InstanceEntry> entries) {
        if (entries.isEmpty()) {
            return List.of();
        }
        List<Instance> images = new ArrayList<>(entries.size());
        for (InstanceEntry entry : entries) {
            images.add(entry.image());
        }
        return images;
    }
}

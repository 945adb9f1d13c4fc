package dev.warmfront.scheduler;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskData;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What lies where, as agents told it or as follows from what ran there; in memory only, for agents tell it again after a
 * restart. Nothing here is promised: an agent that lacks what was thought to lie with it fetches it.
 */
public final class DataIndex {

    private static final int MOST_TYPES = 1_024;

    /** A tenant's bytes: the same bytes of two tenants are two things (I4). */
    private record Key(TenantId tenant, Blob blob) {}

    /** What one instance is known to have. */
    private static final class Shelf {
        private long cacheBytes;
        private long bytesPerSecond;
        private Map<String, Duration> roundTrips = Map.of();
        private final SequencedSet<Key> holds = new LinkedHashSet<>();

        /** Sent ahead for tasks that have not begun, and perhaps not there yet. */
        private final Map<TaskId, Set<Key>> coming = new LinkedHashMap<>();
    }

    private final Outputs outputs = new Outputs();
    private final Map<InstanceId, Shelf> shelves = new HashMap<>();
    private final Map<Key, SequencedSet<InstanceId>> holders = new HashMap<>();

    /** Where what a task will read was sent ahead. */
    private final Map<TaskId, SentAhead> sentTo = new HashMap<>();

    private final Map<Calendar.Type, Runtimes> runtimes = new LinkedHashMap<>(16, 0.75f, true);

    /** Unfinished tasks that are better off on one machine than on another. */
    private final Set<TaskId> concerned = new HashSet<>();

    DataIndex() {}

    // ---- what happens

    /** A task's newest image; of a restored state first all that are unfinished. */
    void see(Task after) {
        if (!isActive() && after.spec().data().equals(TaskData.NONE)) {
            return;
        }
        TaskId id = after.spec().id();
        outputs.see(after);
        if (after.spec().data().hasPlaces()) {
            if (after.state().isFinal()) {
                concerned.remove(id);
            } else {
                concerned.add(id);
            }
        }
        InstanceId instance = after.instance();
        if (after.state() != TaskState.PENDING && after.state() != TaskState.QUEUED) {
            callBack(id);
        }
        if (after.state() == TaskState.RUNNING && instance != null) {
            outputs.of(after)
                    .forEach(blob -> lies(instance, new Key(after.spec().tenant(), blob)));
        } else if (after.state() == TaskState.SUCCEEDED && instance != null && after.result() != null) {
            after.result()
                    .outputs()
                    .values()
                    .forEach(blob -> lies(instance, new Key(after.spec().tenant(), blob)));
            learn(after);
        }
    }

    private void learn(Task ended) {
        if (ended.startedAt() != null && ended.finishedAt() != null) {
            runtimes.computeIfAbsent(
                            new Calendar.Type(
                                    ended.spec().tenant(), ended.spec().taskType()),
                            key -> new Runtimes())
                    .add(Duration.between(ended.startedAt(), ended.finishedAt()).toNanos() / 1e9);
            if (runtimes.size() > MOST_TYPES) {
                runtimes.remove(runtimes.keySet().iterator().next());
            }
        }
    }

    private void lies(InstanceId instance, Key key) {
        Shelf shelf = shelves.computeIfAbsent(instance, id -> new Shelf());
        if (shelf.holds.size() < AgentView.MAX_BLOBS && shelf.holds.add(key)) {
            holders.computeIfAbsent(key, blob -> new LinkedHashSet<>()).add(instance);
        }
    }

    /** The agent said what it has; only of a live instance. */
    void seen(InstanceId instance, AgentView view) {
        Shelf shelf = shelves.computeIfAbsent(instance, id -> new Shelf());
        shelf.cacheBytes = view.cacheBytes();
        shelf.bytesPerSecond = view.bytesPerSecond();
        shelf.roundTrips = view.roundTrips();
        empty(instance, shelf);
        view.holds().forEach((tenant, blobs) -> blobs.forEach(blob -> lies(instance, new Key(tenant, blob))));
    }

    private void empty(InstanceId instance, Shelf shelf) {
        for (Key key : shelf.holds) {
            Set<InstanceId> others = holders.get(key);
            if (others != null && others.remove(instance) && others.isEmpty()) {
                holders.remove(key);
            }
        }
        shelf.holds.clear();
    }

    /** What a task will read is on its way to where it will probably run. */
    void sent(SentAhead sent) {
        callBack(sent.task());
        Shelf shelf = shelves.computeIfAbsent(sent.instance(), id -> new Shelf());
        Set<Key> keys = new LinkedHashSet<>();
        sent.items().forEach(item -> keys.add(new Key(sent.tenant(), item.blob())));
        shelf.coming.put(sent.task(), keys);
        sentTo.put(sent.task(), sent);
    }

    private void callBack(TaskId task) {
        SentAhead sent = sentTo.remove(task);
        Shelf shelf = sent == null ? null : shelves.get(sent.instance());
        if (shelf != null) {
            shelf.coming.remove(task);
        }
    }

    /** The instance has ended. */
    void gone(InstanceId instance) {
        Shelf shelf = shelves.remove(instance);
        if (shelf != null) {
            empty(instance, shelf);
            shelf.coming.keySet().forEach(sentTo::remove);
        }
    }

    // ---- what one asks

    /** Whether any unfinished task is better off on one machine than on another. */
    boolean isActive() {
        return !concerned.isEmpty();
    }

    /** What tasks left for others that are not final; read it where the state may be read, only. */
    public Outputs outputs() {
        return outputs;
    }

    /** What was sent ahead of the task; null where nothing was. */
    @Nullable SentAhead sentFor(TaskId task) {
        return sentTo.get(task);
    }

    /** Whether the bytes are there or under way. */
    boolean has(InstanceId instance, TenantId tenant, Blob blob) {
        Shelf shelf = shelves.get(instance);
        if (shelf == null) {
            return false;
        }
        Key key = new Key(tenant, blob);
        return shelf.holds.contains(key) || shelf.coming.values().stream().anyMatch(keys -> keys.contains(key));
    }

    /** Instances that hold the bytes, those that had them first before others. */
    Set<InstanceId> holders(TenantId tenant, Blob blob) {
        Set<InstanceId> having = holders.get(new Key(tenant, blob));
        return having == null ? Set.of() : Collections.unmodifiableSet(having);
    }

    /** How fast it fetched lately; 0 where that is not known. */
    long bytesPerSecond(InstanceId instance) {
        Shelf shelf = shelves.get(instance);
        return shelf == null ? 0 : shelf.bytesPerSecond;
    }

    /**
     * How much more may be sent ahead: half of the cache at once, so that what ran there lately is not all driven out; 0 where
     * the agent has not said how large it is.
     */
    long spareBytes(InstanceId instance) {
        Shelf shelf = shelves.get(instance);
        if (shelf == null) {
            return 0;
        }
        long promised = 0;
        for (Set<Key> keys : shelf.coming.values()) {
            for (Key key : keys) {
                promised += key.blob().bytes();
            }
        }
        return Math.max(0, shelf.cacheBytes / 2 - promised);
    }

    /** As measured from there; null where it was not. */
    @Nullable Duration roundTrip(InstanceId instance, String endpoint) {
        Shelf shelf = shelves.get(instance);
        return shelf == null ? null : shelf.roundTrips.get(endpoint);
    }

    /** Half of those like it that ran as long go on for less than this many seconds; infinite where nothing is known. */
    double remainingSeconds(Task running, double elapsedSeconds) {
        Runtimes known = runtimes.get(
                new Calendar.Type(running.spec().tenant(), running.spec().taskType()));
        return known == null
                ? Double.POSITIVE_INFINITY
                : Math.max(0, known.quantile(0.5, elapsedSeconds) - elapsedSeconds);
    }

    /** Whether something was made there that an unfinished task will read and that lies nowhere else. */
    boolean isIrreplaceable(InstanceId instance) {
        for (Outputs.Left left : outputs.madeAt(instance)) {
            for (Blob blob : left.blobs().values()) {
                Set<InstanceId> having = holders(left.tenant(), blob);
                if (having.size() == 1 && having.contains(instance)) {
                    return true;
                }
            }
        }
        return false;
    }
}

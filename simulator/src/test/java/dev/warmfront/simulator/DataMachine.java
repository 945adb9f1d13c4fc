package dev.warmfront.simulator;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.SentAhead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A machine's link and cache. */
final class DataMachine {

    private record Key(TenantId tenant, Blob blob) {}

    final InstanceId instance;
    long moved;
    long ahead;
    long aheadRead;

    private final DataWorld world;
    private final double bytesPerSecond;
    private final long budget;

    /** The longest unused first. */
    private final Map<Key, Boolean> held = new LinkedHashMap<>(16, 0.75f, true);

    /** When what is under way will be here. */
    private final Map<Key, Long> arrivals = new HashMap<>();

    private final Set<Key> unread = new HashSet<>();
    private long linkFree;

    DataMachine(DataWorld world, InstanceId instance, double bytesPerSecond, long budget) {
        this.world = world;
        this.instance = instance;
        this.bytesPerSecond = bytesPerSecond;
        this.budget = budget;
    }

    SortedMap<TenantId, List<Blob>> held() {
        SortedMap<TenantId, List<Blob>> all = new TreeMap<>();
        held.keySet().forEach(key -> all.computeIfAbsent(key.tenant(), tenant -> new ArrayList<>())
                .add(key.blob()));
        return all;
    }

    /** Bytes that are neither here nor under way. */
    long missing(TenantId tenant, List<Blob> inputs) {
        return inputs.stream()
                .map(blob -> new Key(tenant, blob))
                .filter(key -> !held.containsKey(key) && !arrivals.containsKey(key))
                .mapToLong(key -> key.blob().bytes())
                .sum();
    }

    /** Fetches ahead of a task. */
    void fetch(SentAhead sent) {
        for (SentAhead.Item item : sent.items()) {
            Key key = new Key(sent.tenant(), item.blob());
            if (!held.containsKey(key) && !arrivals.containsKey(key)) {
                ahead += key.blob().bytes();
                unread.add(key);
                bring(key);
            }
        }
    }

    private void bring(Key key) {
        moved += key.blob().bytes();
        long begins = Math.max(world.nowMicros(), linkFree);
        linkFree = begins + Math.round(key.blob().bytes() / bytesPerSecond * 1e6);
        arrivals.put(key, linkFree);
        world.later(linkFree, () -> {
            arrivals.remove(key);
            keep(key);
            world.tell(this);
        });
    }

    private void keep(Key key) {
        held.put(key, true);
        long used = held.keySet().stream().mapToLong(one -> one.blob().bytes()).sum();
        Iterator<Key> oldest = held.keySet().iterator();
        while (used > budget && oldest.hasNext()) {
            Key next = oldest.next();
            if (!next.equals(key)) {
                used -= next.blob().bytes();
                unread.remove(next);
                oldest.remove();
            }
        }
    }

    /** Has the task begin as soon as all of its inputs are here. */
    void need(TaskSpec task, List<Blob> inputs, Runnable begin) {
        long ready = world.nowMicros();
        for (Blob blob : inputs) {
            Key key = new Key(task.tenant(), blob);
            if (held.get(key) == null && !arrivals.containsKey(key)) {
                bring(key);
            }
            ready = Math.max(ready, arrivals.getOrDefault(key, ready));
            if (unread.remove(key)) {
                aheadRead += blob.bytes();
            }
        }
        world.later(ready, begin);
    }

    /** What it left is here. */
    void ended(TaskSpec task, Collection<Blob> left) {
        left.forEach(blob -> keep(new Key(task.tenant(), blob)));
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Eligible tasks by tenant and shape, each shape's by priority (high first), then by time of submission, then by id. It only
 * keeps order; who is next among tenants is the dispatcher's question.
 */
final class FairQueue {

    /** Tasks of one shape. */
    static final class Lane {
        private final Shape shape;
        private final TreeSet<Entry> entries = new TreeSet<>();

        /** What was found in vain: a cache beside the truth, so that it is not tried again. Forgetting it changes no decision. */
        private long stuckGains = -1;

        private long stuckMost;

        private Lane(Shape shape) {
            this.shape = shape;
        }

        Shape shape() {
            return shape;
        }

        int size() {
            return entries.size();
        }

        /**
         * Whether trying it is in vain.
         *
         * @param gains of the domain now ({@link InstanceIndex#gains})
         */
        boolean isStuck(long gains) {
            return stuckGains == gains && entries.size() <= stuckMost;
        }

        /**
         * Remembers that the shape found no place.
         *
         * @param gains of the domain now
         * @param most up to how many queued tasks of the shape that is so
         */
        void stick(long gains, long most) {
            stuckGains = gains;
            stuckMost = most;
        }

        /** The next tasks, so many at most. */
        Iterable<TaskId> first(int most) {
            return entries.stream().limit(most).map(Entry::task).toList();
        }

        TaskId head() {
            return entries.first().task();
        }

        /** The tasks, the next one first. */
        Iterable<TaskId> tasks() {
            return entries.stream().map(Entry::task).toList();
        }

        private Entry first() {
            return entries.first();
        }
    }

    /** Ordered by what the task's image says, so that a task that comes back, or a restored queue, has the old order. */
    private record Entry(int priority, Instant submittedAt, TaskId task) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byPriority = Integer.compare(other.priority, priority);
            int byAge = byPriority != 0 ? byPriority : submittedAt.compareTo(other.submittedAt);
            return byAge != 0 ? byAge : task.compareTo(other.task);
        }
    }

    private record Place(Lane lane, Entry entry) {}

    private final SortedMap<TenantId, Map<Shape, Lane>> lanes = new TreeMap<>();
    private final Map<TaskId, Place> places = new HashMap<>();

    /** Lanes whose tasks wait by choice: time alone may change it. */
    private final Set<Lane> putOff = new LinkedHashSet<>();

    void add(Task task) {
        Shape shape = Shape.of(task.spec());
        Lane lane = lanes.computeIfAbsent(task.spec().tenant(), key -> new LinkedHashMap<>())
                .computeIfAbsent(shape, Lane::new);
        Entry entry = new Entry(
                task.spec().priority(), task.submittedAt(), task.spec().id());
        lane.entries.add(entry);
        places.put(task.spec().id(), new Place(lane, entry));
    }

    void remove(Task task) {
        Place place = places.remove(task.spec().id());
        if (place == null) {
            return;
        }
        place.lane().entries.remove(place.entry());
        if (place.lane().entries.isEmpty()) {
            Map<Shape, Lane> own = lanes.get(task.spec().tenant());
            if (own != null) {
                own.remove(place.lane().shape());
                if (own.isEmpty()) {
                    lanes.remove(task.spec().tenant());
                }
            }
        }
    }

    /** Has every lane tried again. */
    void unstick() {
        lanes.values().forEach(own -> own.values().forEach(lane -> lane.stick(-1, 0)));
    }

    /** All of the lane that could be given out now is better off a little later. */
    void putOff(Lane lane, long gains) {
        lane.stick(gains, Long.MAX_VALUE);
        putOff.add(lane);
    }

    /** Time has passed: lanes that were put off are tried again. */
    void lookAgain() {
        putOff.forEach(lane -> lane.stick(-1, 0));
        putOff.clear();
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /** Tenants that have something queued, by id. */
    Collection<TenantId> tenants() {
        return Collections.unmodifiableCollection(lanes.keySet());
    }

    /** The tenant's lanes, in the order in which their shapes first queued. */
    Collection<Lane> lanes(TenantId tenant) {
        Map<Shape, Lane> own = lanes.get(tenant);
        return own == null ? Collections.emptyList() : Collections.unmodifiableCollection(own.values());
    }

    /** The lane whose head goes first among the tenant's lanes that {@code open} admits, or null. */
    @Nullable Lane next(TenantId tenant, java.util.function.Predicate<Lane> open) {
        Lane best = null;
        for (Lane lane : lanes(tenant)) {
            if (open.test(lane) && (best == null || lane.first().compareTo(best.first()) < 0)) {
                best = lane;
            }
        }
        return best;
    }
}

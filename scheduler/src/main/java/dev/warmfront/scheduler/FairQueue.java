package dev.warmfront.scheduler;

import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Eligible tasks by isolation domain, tenant and shape, each shape's by priority (high first), then by time of submission,
 * then by id. It only keeps order; who is next among tenants is the dispatcher's question. Asked by domain, for thousands of
 * tenants may wait and an event concerns one of them.
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

        /** The first task of each priority, the highest first. */
        Iterable<TaskId> heads() {
            List<TaskId> heads = new ArrayList<>();
            for (Entry head = entries.first(); head != null; ) {
                heads.add(head.task());
                head = entries.ceiling(new Entry(head.priority() - 1, Instant.MIN, head.task()));
            }
            return heads;
        }

        private Entry first() {
            return entries.first();
        }
    }

    /** Ordered by what the task's image says, so that a task that comes back, or a restored queue, has the old order. */
    record Entry(int priority, Instant submittedAt, TaskId task) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byPriority = Integer.compare(other.priority, priority);
            int byAge = byPriority != 0 ? byPriority : submittedAt.compareTo(other.submittedAt);
            return byAge != 0 ? byAge : task.compareTo(other.task);
        }
    }

    /** A tenant, and what it has queued. */
    static final class Line {
        private final TenantId tenant;
        private final Map<Shape, Lane> lanes = new LinkedHashMap<>();
        private @Nullable TenantProfile profile;
        private @Nullable Room room;

        /** The lane that became empty last: mostly the next task's, where tasks are placed as they come. */
        private @Nullable Lane emptied;

        private Line(TenantId tenant) {
            this.tenant = tenant;
        }

        private Lane lane(Shape shape) {
            Lane again = emptied;
            if (again == null || !again.shape.equals(shape)) {
                return new Lane(shape);
            }
            emptied = null;
            again.stick(-1, 0);
            return again;
        }

        TenantId tenant() {
            return tenant;
        }

        /** Never null for one that a domain names. */
        @Nullable TenantProfile profile() {
            return profile;
        }

        /** In the order in which their shapes first queued. */
        Collection<Lane> lanes() {
            return lanes.values();
        }

        /** The lane whose head goes first among those that are worth a try, or null. */
        @Nullable Lane next(long gains) {
            return next(gains, lane -> true);
        }

        /** The same of those that may go. */
        @Nullable Lane next(long gains, Predicate<Lane> may) {
            Lane best = null;
            for (Lane lane : lanes.values()) {
                if (!lane.isStuck(gains)
                        && (best == null || lane.first().compareTo(best.first()) < 0)
                        && may.test(lane)) {
                    best = lane;
                }
            }
            return best;
        }
    }

    /** A domain, and who waits in it. */
    static final class Room {
        private final IsolationDomain domain;
        private final TreeMap<TenantId, Line> lines = new TreeMap<>();
        private boolean mayBeUnmet;

        private Room(IsolationDomain domain) {
            this.domain = domain;
        }

        /** What {@link Unmet} knows of it. */
        boolean mayBeUnmet() {
            return mayBeUnmet;
        }

        void mayBeUnmet(boolean value) {
            mayBeUnmet = value;
        }

        IsolationDomain domain() {
            return domain;
        }

        /** Who waits in it, by id. */
        Collection<Line> lines() {
            return lines.values();
        }
    }

    /** Where a queued task stands. */
    record Place(Line line, Lane lane, Entry entry) {}

    /** Of every tenant that is known or was. */
    private final Map<TenantId, Line> lines = new HashMap<>();

    /** Of every domain that has a tenant. */
    private final Map<IsolationDomain, Room> rooms = new HashMap<>();

    /** Those in which somebody waits. */
    private final Map<IsolationDomain, Room> waiting = new LinkedHashMap<>();

    private int tenantsWaiting;
    private final Unmet unmet = new Unmet();
    private int size;

    /** Lanes whose tasks wait by choice: time alone may change it. */
    private final Set<Lane> putOff = new LinkedHashSet<>();

    /** A tenant is known, or known anew: its tasks belong to the domain that it says. */
    void put(TenantProfile tenant) {
        Line line = lines.computeIfAbsent(tenant.id(), Line::new);
        boolean waits = !line.lanes.isEmpty();
        if (waits) {
            leave(line);
        }
        line.profile = tenant;
        line.room = rooms.computeIfAbsent(tenant.domain(), Room::new);
        if (waits) {
            enter(line);
        }
    }

    private void enter(Line line) {
        tenantsWaiting++;
        Room room = line.room;
        if (room != null) {
            if (room.lines.isEmpty()) {
                waiting.put(room.domain, room);
            }
            room.lines.put(line.tenant, line);
        }
    }

    private void leave(Line line) {
        tenantsWaiting--;
        Room room = line.room;
        if (room != null) {
            room.lines.remove(line.tenant);
            if (room.lines.isEmpty()) {
                waiting.remove(room.domain);
            }
        }
    }

    /** @return by which it is taken out again */
    Place add(Task task) {
        Line line = lines.computeIfAbsent(task.spec().tenant(), Line::new);
        if (line.lanes.isEmpty()) {
            enter(line);
        }
        if (line.room != null) {
            unmet.mayBe(line.room);
        }
        Lane lane = line.lanes.computeIfAbsent(Shape.of(task.spec()), line::lane);
        Entry entry = new Entry(
                task.spec().priority(), task.submittedAt(), task.spec().id());
        lane.entries.add(entry);
        size++;
        return new Place(line, lane, entry);
    }

    void remove(Place place) {
        size--;
        place.lane().entries.remove(place.entry());
        if (place.lane().entries.isEmpty()) {
            Line line = place.line();
            line.lanes.remove(place.lane().shape());
            line.emptied = place.lane();
            if (line.lanes.isEmpty()) {
                leave(line);
            }
        }
    }

    /** Where demand may be unmet. */
    Unmet unmet() {
        return unmet;
    }

    /** The domain's pools have another number of machines. */
    void supplyChanged(IsolationDomain domain) {
        Room room = rooms.get(domain);
        if (room != null) {
            unmet.mayBe(room);
        }
    }

    /** Something has changed that concerns whoever waits. */
    void conditionsChanged() {
        waiting.values().forEach(unmet::mayBe);
    }

    /** Has every lane tried again. */
    void unstick() {
        for (Room room : waiting.values()) {
            for (Line line : room.lines.values()) {
                line.lanes.values().forEach(lane -> lane.stick(-1, 0));
            }
        }
    }

    /** Has the tenant's lanes tried again. */
    void unstick(TenantId tenant) {
        lanes(tenant).forEach(lane -> lane.stick(-1, 0));
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
        return size == 0;
    }

    /** Where somebody waits, in no order that means anything. */
    Collection<Room> rooms() {
        return Collections.unmodifiableCollection(waiting.values());
    }

    /** Domains in which somebody waits, in no order that means anything. */
    Collection<IsolationDomain> domains() {
        return Collections.unmodifiableCollection(waiting.keySet());
    }

    /** The domain's own; null where nobody waits. */
    @Nullable Room room(IsolationDomain domain) {
        Room room = rooms.get(domain);
        return room == null || room.lines.isEmpty() ? null : room;
    }

    /** Who waits in the domain, by id. */
    Collection<Line> waiting(IsolationDomain domain) {
        Room room = rooms.get(domain);
        return room == null ? Collections.emptyList() : room.lines.values();
    }

    /** The domain of a tenant that is known: one object for all who ask. */
    @Nullable IsolationDomain domain(TenantId tenant) {
        Line line = lines.get(tenant);
        return line == null || line.room == null ? null : line.room.domain;
    }

    /** Whether any other tenant has something queued, of whatever domain. */
    boolean othersWait(TenantId tenant) {
        return tenantsWaiting > (lanes(tenant).isEmpty() ? 0 : 1);
    }

    /** How many tenants have something queued. */
    int tenantsWaiting() {
        return tenantsWaiting;
    }

    /** The tenant's lanes, in the order in which their shapes first queued. */
    Collection<Lane> lanes(TenantId tenant) {
        Line line = lines.get(tenant);
        return line == null ? Collections.emptyList() : Collections.unmodifiableCollection(line.lanes.values());
    }
}

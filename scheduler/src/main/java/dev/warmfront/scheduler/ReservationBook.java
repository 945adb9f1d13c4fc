package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reservations that are not final, by task and by instance, and the curves by which new ones are made. Altered by {@link
 * CellState#apply} alone.
 */
public final class ReservationBook {

    /** Those of one instance. */
    private static final class Place {
        private final SortedMap<TaskId, Reservation> reservations = new TreeMap<>();
        private final InstanceCalendar calendar = new InstanceCalendar();
        private int lacking;
    }

    private final Map<TenantId, SortedMap<String, ResourceCurve>> curves = new HashMap<>();
    private final SortedMap<TaskId, Reservation> live = new TreeMap<>();
    private final Map<InstanceId, Place> places = new HashMap<>();
    private final TreeSet<Due> due = new TreeSet<>();

    /** Of tasks that have not come anywhere since, the attempts that were stopped for others' sake. */
    private final SortedMap<TaskId, Reservation> stopped = new TreeMap<>();

    private boolean wanted;

    /** Whether any pool reserves by curves: where none does, nothing here costs anything. */
    boolean isActive() {
        return wanted || !live.isEmpty();
    }

    /** Whether any pool reserves by curves, so that they are worth telling. */
    public boolean wantsCurves() {
        return wanted;
    }

    /** Whether to go by curves from now on. */
    void poolsChanged(PoolBook pools) {
        wanted = pools.standard().reserveBy() == ReserveBy.CURVE
                || pools.configured().values().stream().anyMatch(pool -> pool.reserveBy() == ReserveBy.CURVE);
    }

    /** Replaces what is known of the tenant's types of task. */
    void know(TenantId tenant, SortedMap<String, ResourceCurve> known) {
        curves.put(tenant, known);
    }

    /**
     * Takes the image of a reservation.
     *
     * @throws IllegalStateException when the move is not legal
     */
    void put(Reservation after) {
        Reservation before = live.get(after.task());
        ReservationLifecycle.TABLE.check(
                before == null ? null : before.state(), after.trigger(), after.state(), after.task());
        replace(before, after);
    }

    /** Takes an image that was read back. */
    void restore(Reservation read) {
        replace(null, read);
    }

    private void replace(@Nullable Reservation before, Reservation after) {
        if (before != null) {
            Place place = place(before.instance());
            place.reservations.remove(before.task());
            place.calendar.remove(before.task());
            place.lacking -= before.lacks() ? 1 : 0;
            due.remove(new Due(before.due(), before.task()));
            live.remove(before.task());
            if (place.reservations.isEmpty()) {
                places.remove(before.instance());
            }
        }
        if (!after.state().isFinal()) {
            Place place = place(after.instance());
            place.reservations.put(after.task(), after);
            place.calendar.enter(after);
            place.lacking += after.lacks() ? 1 : 0;
            due.add(new Due(after.due(), after.task()));
            live.put(after.task(), after);
            stopped.remove(after.task());
        } else if (after.trigger() == ReservationTrigger.STOPPED) {
            stopped.put(after.task(), after);
        }
    }

    private Place place(InstanceId instance) {
        return places.computeIfAbsent(instance, key -> new Place());
    }

    /** The task is over. */
    void forget(TaskId task) {
        stopped.remove(task);
    }

    /** The task's reservation that is not final; null where it has none. */
    public @Nullable Reservation of(TaskId task) {
        return live.get(task);
    }

    /** Those that are not final, and of tasks that are not over those whose last attempt was stopped. */
    public List<Reservation> kept() {
        List<Reservation> kept = new ArrayList<>(live.values());
        kept.addAll(stopped.values());
        return kept;
    }

    /** Those on the instance, by task. */
    List<Reservation> on(InstanceId instance) {
        Place place = places.get(instance);
        return place == null ? List.of() : new ArrayList<>(place.reservations.values());
    }

    /** Whether something runs there that uses more than it was given: until it has that, nothing new comes. */
    boolean isClosed(InstanceId instance) {
        Place place = places.get(instance);
        return place != null && place.lacking > 0;
    }

    /** Whether the attempt was stopped for others' sake. */
    boolean isStopped(AttemptId attempt) {
        Reservation reservation = stopped.get(attempt.task());
        return reservation != null && reservation.isOf(attempt);
    }

    /** What the task is expected to use; null where too little is known of its like, or it has shown that it is different. */
    @Nullable ResourceCurve curve(TaskSpec spec) {
        if (stopped.containsKey(spec.id())) {
            return null;
        }
        ResourceCurve known =
                curves.getOrDefault(spec.tenant(), Collections.emptySortedMap()).get(spec.taskType());
        return known == null ? null : known.within(spec.request());
    }

    /** Whether the instance can set this aside as well. */
    boolean hasRoom(Instance instance, Reservation reservation) {
        Place place = places.get(instance.id());
        InstanceCalendar calendar = place == null ? new InstanceCalendar() : place.calendar;
        Resources besides = Resources.NONE;
        for (Allocation allocation : instance.allocations()) {
            Reservation own = live.get(allocation.attempt().task());
            if (own == null || !own.isOf(allocation.attempt())) {
                besides = besides.plus(allocation.resources());
            }
        }
        return calendar.hasRoom(
                reservation, besides, instance.offering().machineType().capacity());
    }

    /** Those that expire by now, the earliest first. */
    List<Reservation> expired(Instant now) {
        List<Reservation> expired = new ArrayList<>();
        for (Due entry : due) {
            if (entry.at().isAfter(now)) {
                break;
            }
            Reservation reservation = live.get(entry.task());
            if (reservation != null) {
                expired.add(reservation);
            }
        }
        return expired;
    }
}

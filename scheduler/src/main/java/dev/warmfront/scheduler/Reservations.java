package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives tasks of pools that reserve by curves what they need instead of what they ask for, more when they use more, and takes
 * room back (policy.md §3.3 and §4). What attempts hold never exceeds the instance (I5): that is checked without any forecast. The
 * forecast decides how many are taken in, so that what they will hold later fits as well, nineteen times in twenty; and where it
 * does not, use that finds no room first takes back what is only foreseen and keeps new tasks away, and for memory, of which
 * there is no less than there is, stops an attempt that uses more than was expected of it.
 */
final class Reservations {

    /** A machine is planned to hold at most so many tasks: one more or less makes no difference then. */
    private static final int MOST_TOGETHER = 1_000;

    /** Who is stopped when memory runs out: the one that loses the least work. */
    private static final Comparator<Reservation> YOUNGEST = Comparator.comparing(Reservation::since)
            .thenComparing(Reservation::task)
            .reversed();

    private Reservations() {}

    // ---- placement

    /**
     * What the instance would give to the task now.
     *
     * @return null where it should not take it
     */
    static @Nullable Resources given(Deciding deciding, Instance instance, TaskSpec spec) {
        CellState state = deciding.state();
        if (reserveBy(state, instance) == ReserveBy.REQUEST) {
            return spec.request();
        }
        if (state.reservations().isClosed(instance.id())) {
            return null;
        }
        ResourceCurve curve = curve(state, spec);
        Resources first = curve.first(spec.request());
        // Where nothing runs there is room, whatever else may come: nothing waits for a promise.
        boolean fits = InstanceRole.free(instance).covers(first)
                && (instance.allocations().isEmpty() || hasRoom(deciding, instance, spec, curve));
        return fits ? first : null;
    }

    private static boolean hasRoom(Deciding deciding, Instance instance, TaskSpec spec, ResourceCurve curve) {
        ReservationBook book = deciding.state().reservations();
        Reservation foreseen = book.of(spec.id());
        if (foreseen != null && foreseen.instance().equals(instance.id())) {
            // It was admitted when it was foreseen.
            return true;
        }
        AttemptId any = new AttemptId(spec.tenant(), spec.id(), 1);
        return book.hasRoom(
                instance, Reservation.committed(any, instance.id(), ReservationTrigger.GRANTED, curve, deciding.now()));
    }

    private static ReserveBy reserveBy(CellState state, Instance instance) {
        // Asked at every placement, and the name of a pool is put together anew each time.
        return state.reservations().wantsCurves()
                ? state.poolSettings(instance.pool()).reserveBy()
                : ReserveBy.REQUEST;
    }

    private static ResourceCurve curve(CellState state, TaskSpec spec) {
        ResourceCurve known = state.reservations().curve(spec);
        return known == null ? ResourceCurve.flat(spec.request(), spec.timeout()) : known;
    }

    /** The task was given to the instance. */
    static void commit(Deciding deciding, Instance instance, Task assigned) {
        CellState state = deciding.state();
        Reservation foreseen = state.reservations().of(assigned.spec().id());
        boolean byCurve = reserveBy(state, instance) == ReserveBy.CURVE;
        boolean arrived = byCurve && foreseen != null && foreseen.instance().equals(instance.id());
        if (foreseen != null && !arrived) {
            takeBack(deciding, foreseen);
        }
        if (byCurve) {
            move(
                    deciding,
                    Reservation.committed(
                            assigned.attemptId(),
                            instance.id(),
                            arrived ? ReservationTrigger.ARRIVED : ReservationTrigger.GRANTED,
                            curve(state, assigned.spec()),
                            deciding.now()));
        }
    }

    /**
     * How many tasks like this one fill an instance of the pool: as many as have room with what they may come to need, all
     * at once at their highest.
     *
     * @return 0 when not even one fits
     */
    static long perInstance(CellState state, PoolSettings settings, Resources capacity, TaskSpec spec) {
        long byRequest = Packing.perInstance(capacity, spec.request());
        ResourceCurve curve = state.reservations().curve(spec);
        if (byRequest == 0 || settings.reserveBy() == ReserveBy.REQUEST || curve == null) {
            return byRequest;
        }
        long most = Packing.perInstance(capacity, curve.first(spec.request()));
        long together = byRequest;
        InstanceCalendar calendar = new InstanceCalendar();
        AttemptId any = new AttemptId(spec.tenant(), spec.id(), 1);
        Reservation one =
                Reservation.committed(any, new InstanceId("any"), ReservationTrigger.GRANTED, curve, Instant.EPOCH);
        for (int i = 0; i < Math.min(most, MOST_TOGETHER); i++) {
            if (!calendar.hasRoom(one, Resources.NONE, capacity)) {
                return Math.max(together, i);
            }
            calendar.enter(one);
        }
        return Math.max(together, Math.min(most, MOST_TOGETHER));
    }

    // ---- use

    /** The attempt uses so much. */
    static void measured(Deciding deciding, InstanceId id, AttemptId attempt, long cpuMillis, long memoryBytes) {
        Reservation reservation = deciding.state().reservations().of(attempt.task());
        if (reservation == null
                || !reservation.isOf(attempt)
                || !reservation.instance().equals(id)) {
            return;
        }
        int cpu = ResourceCurve.holding(reservation.curve().cpu(), reservation.cpuLevel(), cpuMillis);
        int memory = ResourceCurve.holding(reservation.curve().memory(), reservation.memoryLevel(), memoryBytes);
        if (cpu == reservation.cpuLevel() && memory == reservation.memoryLevel()) {
            if (reservation.lacks()) {
                move(deciding, reservation.levels(ReservationTrigger.EASED, cpu, memory, cpu, memory, deciding.now()));
            }
            return;
        }
        Reservation after = grant(deciding, reservation, cpu, memory);
        if (after.wantsMemoryLevel() > after.memoryLevel()) {
            makeRoom(deciding, after);
        }
    }

    /** Gives as much of it as there is room for, CPU and memory each by itself. */
    private static Reservation grant(Deciding deciding, Reservation reservation, int wantsCpu, int wantsMemory) {
        Instance instance = deciding.state().instance(reservation.instance());
        if (instance == null) {
            return reservation;
        }
        Resources free = InstanceRole.free(instance);
        ResourceCurve curve = reservation.curve();
        int cpu = reservation.cpuLevel();
        while (cpu < wantsCpu && fits(curve.cpu(), reservation.cpuLevel(), cpu + 1, free.cpuMillis())) {
            cpu++;
        }
        int memory = reservation.memoryLevel();
        while (memory < wantsMemory
                && fits(curve.memory(), reservation.memoryLevel(), memory + 1, free.memoryBytes())) {
            memory++;
        }
        boolean more = cpu > reservation.cpuLevel() || memory > reservation.memoryLevel();
        boolean known = wantsCpu == reservation.wantsCpuLevel() && wantsMemory == reservation.wantsMemoryLevel();
        if (!more && known) {
            return reservation;
        }
        Reservation after = reservation.levels(
                more ? ReservationTrigger.ESCALATED : ReservationTrigger.REFUSED,
                cpu,
                memory,
                wantsCpu,
                wantsMemory,
                deciding.now());
        if (more) {
            hold(deciding, instance, after);
        }
        move(deciding, after);
        return after;
    }

    private static boolean fits(List<ResourceCurve.Rung> rungs, int from, int to, long free) {
        return rungs.get(to).amount() - rungs.get(from).amount() <= free;
    }

    /** The instance gives the attempt what its reservation says. */
    private static void hold(Deciding deciding, Instance instance, Reservation reservation) {
        List<Allocation> allocations = new ArrayList<>(instance.allocations().size());
        for (Allocation allocation : instance.allocations()) {
            boolean own = reservation.isOf(allocation.attempt());
            Resources amount = reservation.amount();
            allocations.add(
                    own
                            ? new Allocation(
                                    allocation.attempt(),
                                    new Resources(
                                            amount.cpuMillis(),
                                            amount.memoryBytes(),
                                            allocation.resources().gpuMillis()),
                                    allocation.gpus())
                            : allocation);
        }
        deciding.carry(
                Billing.settled(deciding, instance).allocations(allocations).build(),
                "escalated",
                "an attempt uses more than it was given and was given more");
    }

    /**
     * Use has no room: what is only foreseen goes, and, unless something is being stopped already, the youngest attempt that
     * uses more memory than was expected of it; where all are as expected, the one that wants more.
     */
    private static void makeRoom(Deciding deciding, Reservation lacking) {
        ReservationBook book = deciding.state().reservations();
        List<Reservation> over = new ArrayList<>();
        for (Reservation other : book.on(lacking.instance())) {
            if (other.state() == ReservationState.SOFT) {
                takeBack(deciding, other);
            } else if (other.isOverCurve(deciding.now()) && isRunning(deciding, other)) {
                over.add(other);
            }
        }
        Instance instance = deciding.state().instance(lacking.instance());
        if (instance != null && instance.allocations().stream().noneMatch(held -> book.isStopped(held.attempt()))) {
            over.sort(YOUNGEST);
            Reservation chosen = over.isEmpty() ? lacking : over.getFirst();
            if (isRunning(deciding, chosen)) {
                move(deciding, chosen.moved(ReservationState.RECLAIMED, ReservationTrigger.STOPPED, deciding.now()));
            }
        }
    }

    private static boolean isRunning(Deciding deciding, Reservation reservation) {
        Task task = deciding.state().task(reservation.task());
        return task != null && (task.state() == TaskState.RUNNING || task.state() == TaskState.ASSIGNED);
    }

    // ---- time and ends

    /** After something happened: what is over is given back, and who lacks something is given it. */
    static void settle(Deciding deciding, int from) {
        if (!deciding.state().reservations().isActive()) {
            return;
        }
        List<Change> changes =
                List.copyOf(deciding.changes().subList(from, deciding.changes().size()));
        for (Change change : changes) {
            if (change instanceof Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason)) {
                settle(deciding, after.id());
            } else if (change instanceof Change.TaskChanged(Task after, TaskTrigger trigger)
                    && after.state().isFinal()) {
                Reservation foreseen =
                        deciding.state().reservations().of(after.spec().id());
                if (foreseen != null && foreseen.state() == ReservationState.SOFT) {
                    takeBack(deciding, foreseen);
                }
            }
        }
    }

    private static void settle(Deciding deciding, InstanceId id) {
        Instance instance = deciding.state().instance(id);
        boolean lacking = false;
        for (Reservation reservation : deciding.state().reservations().on(id)) {
            if (reservation.state() == ReservationState.SOFT) {
                if (instance == null || !serves(instance)) {
                    takeBack(deciding, reservation);
                }
            } else if (instance == null
                    || instance.allocations().stream().noneMatch(held -> reservation.isOf(held.attempt()))) {
                move(deciding, reservation.moved(ReservationState.RELEASED, ReservationTrigger.ENDED, deciding.now()));
            } else {
                lacking |= reservation.lacks();
            }
        }
        if (lacking) {
            for (Reservation reservation : deciding.state().reservations().on(id)) {
                if (reservation.lacks()) {
                    grant(deciding, reservation, reservation.wantsCpuLevel(), reservation.wantsMemoryLevel());
                }
            }
        }
    }

    private static boolean serves(Instance instance) {
        return switch (instance.state()) {
            case HOT, BUSY, WARMING -> true;
            case REQUESTED, BOOTING, DRAINING, STOPPING, STANDBY, STARTING, LOST, TERMINATED, FAILED -> false;
        };
    }

    /** What has expired is set aside no longer. */
    static void tick(Deciding deciding) {
        ReservationBook book = deciding.state().reservations();
        if (!book.isActive()) {
            return;
        }
        for (Reservation reservation : book.expired(deciding.now())) {
            if (reservation.state() == ReservationState.SOFT) {
                move(
                        deciding,
                        reservation.moved(ReservationState.RECLAIMED, ReservationTrigger.EXPIRED, deciding.now()));
            } else {
                move(deciding, reservation.lapsed(deciding.now()));
            }
        }
        // Time alone brings and takes room.
        deciding.state().queue().unstick();
    }

    private static void takeBack(Deciding deciding, Reservation foreseen) {
        move(deciding, foreseen.moved(ReservationState.RECLAIMED, ReservationTrigger.TAKEN_BACK, deciding.now()));
    }

    private static void move(Deciding deciding, Reservation after) {
        deciding.emit(new Change.ReservationChanged(after));
    }

    // ---- what will probably follow

    /** Sets room aside for tasks that wait for one that has just begun, and for nothing else, where it runs. */
    static void foresee(Deciding deciding, int from) {
        ReservationBook book = deciding.state().reservations();
        if (!book.isActive()) {
            return;
        }
        List<Change> changes =
                List.copyOf(deciding.changes().subList(from, deciding.changes().size()));
        for (Change change : changes) {
            if (change instanceof Change.TaskChanged(Task parent, TaskTrigger trigger)
                    && trigger == TaskTrigger.ASSIGNED) {
                Reservation own = book.of(parent.spec().id());
                Instance instance = own == null ? null : deciding.state().instance(own.instance());
                if (own != null && instance != null && !book.isClosed(own.instance())) {
                    for (TaskId child : deciding.state()
                            .workflows()
                            .childrenOf(parent.spec().id())) {
                        foresee(deciding, own, instance, child);
                    }
                }
            }
        }
    }

    private static void foresee(Deciding deciding, Reservation parent, Instance instance, TaskId id) {
        CellState state = deciding.state();
        Task child = state.task(id);
        ResourceCurve curve = child == null ? null : state.reservations().curve(child.spec());
        if (child == null
                || curve == null
                || !child.spec().request().gpuMillis().isEmpty()
                || state.reservations().of(id) != null
                || !Prefetch.isAwaited(state, child, instance)) {
            return;
        }
        // Not before the parent's own room is free: the two never run at the same time.
        Reservation soft = Reservation.soft(child, instance.id(), curve, parent.expires(), deciding.now());
        if (state.reservations().hasRoom(instance, soft)) {
            move(deciding, soft);
        }
    }

    /** Where the task was foreseen, if it was. */
    static @Nullable InstanceId foreseenAt(CellState state, TaskId task) {
        Reservation reservation = state.reservations().of(task);
        return reservation != null && reservation.state() == ReservationState.SOFT ? reservation.instance() : null;
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives queued tasks to instances that can take them now. Among tenants the one with the smallest weighted dominant share
 * goes first (Ghodsi et al., Dominant Resource Fairness, NSDI 2011, §4 and §5.2: progressive filling); among a tenant's
 * tasks the highest priority, then the oldest; among instances one that is warm for it, then the most recently used. A
 * shape that finds no place blocks neither another shape nor another tenant.
 */
final class Dispatcher {

    private static final long PUT_OFF = -1;
    private static final double PPM = 1e6;

    private Dispatcher() {}

    /**
     * Gives out what can be given out.
     *
     * @param where domains in which there may be something; asked only where there may be anything at all
     * @param teller knows what tenants that share machines usually want
     */
    static void dispatch(Deciding deciding, Supplier<Touched> where, DemandTeller teller) {
        FairQueue queue = deciding.state().queue();
        if (queue.isEmpty() || !deciding.state().index().hasRoom()) {
            return;
        }
        List<DomainEntry> open = open(deciding.state(), where.get());
        while (!open.isEmpty() && deciding.state().index().hasRoom()) {
            Turn turn = next(deciding, open, teller);
            if (turn == null) {
                return;
            }
            Lane lane = turn.lane();
            long gains = turn.place().gains();
            long served = place(deciding, turn);
            if (served == PUT_OFF) {
                queue.putOff(lane, gains);
            } else if (served > 0) {
                lane.stick(gains, served);
            }
        }
    }

    /** Who goes next, and with what. */
    private record Turn(DomainEntry place, TenantProfile tenant, Lane lane) {}

    /** Where somebody waits and there is room. */
    private static List<DomainEntry> open(CellState state, Touched touched) {
        List<DomainEntry> open = new ArrayList<>();
        for (DomainEntry domain : touched.isEverything() ? state.queue().domains() : touched.domains()) {
            if (domain.isWaiting() && !domain.serving().isEmpty()) {
                open.add(domain);
            }
        }
        return open;
    }

    /**
     * The tenant that goes first among those with a shape that might find a place.
     *
     * @param open where one may be; those where none is are taken out: giving out elsewhere brings them no room
     */
    private static @Nullable Turn next(Deciding deciding, List<DomainEntry> open, DemandTeller teller) {
        Turn best = null;
        double least = Double.POSITIVE_INFINITY;
        int kept = 0;
        for (int i = 0; i < open.size(); i++) {
            DomainEntry place = open.get(i);
            if (place.serving().isEmpty()) {
                continue;
            }
            boolean any = false;
            for (TenantEntry waiting : place.waiting()) {
                TenantProfile tenant = waiting.profile();
                Lane lane = waiting.next(place.gains());
                if (tenant == null
                        || lane == null
                        || deciding.state().tenants().allowance(waiting, deciding.now()) == Allowance.SPENT) {
                    continue;
                }
                any = true;
                double share = share(waiting, tenant, place);
                boolean first = share < least
                        || (best != null
                                && share == least
                                && waiting.id().compareTo(best.tenant().id()) < 0);
                if (first && leaves(deciding, place, lane, teller)) {
                    lane = waiting.next(place.gains(), other -> !leaves(deciding, place, other, teller));
                }
                if (first && lane != null) {
                    least = share;
                    best = new Turn(place, tenant, lane);
                }
            }
            if (any) {
                open.set(kept++, place);
            }
        }
        open.subList(kept, open.size()).clear();
        return best;
    }

    /**
     * Whether the lane's next task is to leave what is free to others: its tenant has the machines that it usually wants at most, and
     * without this one there are no more than all the others usually want at most. Not for longer than machines take that are
     * launched for it, nor while one that waits behind it has waited for so long: what comes anew at a higher priority would hold that
     * up for ever beside an idle machine.
     */
    private static boolean leaves(Deciding deciding, DomainEntry place, Lane lane, DemandTeller teller) {
        CellState state = deciding.state();
        Task task = teller.mayClaim(place.id()) ? state.task(lane.head()) : null;
        Claim claim = task == null ? null : teller.claim(state, task.spec());
        if (task == null || claim == null) {
            return false;
        }
        Resources machine = claim.offering().machineType().capacity();
        Resources after =
                state.tenants().usage(task.spec().tenant()).plus(lane.shape().request());
        double had = after.dominantSharePpm(machine) / PPM;
        double all = place.capacity().dominantSharePpm(machine) / PPM;
        if (had <= claim.usual() || had <= all - claim.others()) {
            return false;
        }
        Instant patient = deciding.now().minus(claim.patience());
        for (TaskId id : lane.heads()) {
            Task head = state.task(id);
            if (head != null && head.eligibleAt() != null && !head.eligibleAt().isAfter(patient)) {
                return false;
            }
        }
        return true;
    }

    private static double share(TenantEntry waiting, TenantProfile tenant, DomainEntry place) {
        Resources used = waiting.used();
        return used.isNone() ? 0 : used.dominantSharePpm(place.capacity()) / (double) tenant.weight();
    }

    /** Returns 0 when something was done for the lane, {@link #PUT_OFF}, or up to how many tasks of it nothing can be done. */
    private static long place(Deciding deciding, Turn turn) {
        Lane lane = turn.lane();
        EnvironmentKey environment = lane.shape().environment();
        Resources request = lane.shape().request();
        CellState state = deciding.state();
        boolean limited = !turn.tenant().settings().machines().isNone();
        boolean byCurve = state.reservations().isActive();
        InstanceId foreseen = byCurve ? Reservations.foreseenAt(state, lane.head()) : null;
        boolean placed = state.data().isActive() || foreseen != null;
        List<Instance> open = placed ? new ArrayList<>() : List.of();
        Instance idle = null;
        for (InstanceEntry candidate : turn.place().serving()) {
            Instance instance = candidate.image();
            Resources given = byCurve ? given(deciding, instance, lane.head()) : request;
            if (given == null || !candidate.free().covers(given) || !Devices.haveRoom(instance, given)) {
                continue;
            }
            if (limited && !permits(state, turn.tenant(), instance, given)) {
                continue;
            }
            if (environment.isGeneric() || instance.warm().contains(environment)) {
                if (!placed) {
                    assign(deciding, instance, given, lane.head());
                    return 0;
                }
                open.add(instance);
            }
            if (idle == null && instance.allocations().isEmpty()) {
                idle = instance;
            }
        }
        if (!open.isEmpty()) {
            Locality.Choice choice = choose(deciding, lane, open, foreseen);
            Resources given = choice == null || !byCurve ? request : given(deciding, choice.instance(), choice.task());
            if (choice == null
                    || given == null
                    || (limited && !permits(state, turn.tenant(), choice.instance(), given))) {
                return PUT_OFF;
            }
            assign(deciding, choice.instance(), given, choice.task());
            return 0;
        }
        return idle == null ? Long.MAX_VALUE : specialise(deciding, turn, idle);
    }

    private static boolean permits(CellState state, TenantProfile tenant, Instance instance, Resources given) {
        return state.spotUse().permits(tenant.id(), tenant.settings().machines(), instance.offering(), given);
    }

    /** Where room was set aside for the next task it goes there, and else where it is best off. */
    private static Locality.@Nullable Choice choose(
            Deciding deciding, Lane lane, List<Instance> open, @Nullable InstanceId foreseen) {
        for (Instance instance : open) {
            if (instance.id().equals(foreseen)) {
                return new Locality.Choice(lane.head(), instance);
            }
        }
        return Locality.choose(deciding, lane, open);
    }

    /** What the instance would give to the task; null where it should not take it. */
    private static @Nullable Resources given(Deciding deciding, Instance instance, TaskId id) {
        Task task = deciding.state().task(id);
        return task == null ? null : Reservations.given(deciding, instance, task.spec());
    }

    private static void assign(Deciding deciding, Instance instance, Resources request, TaskId id) {
        Task task = deciding.state().task(id);
        if (task == null || task.state() != TaskState.QUEUED) {
            throw new IllegalStateException("the queue holds a task that is not queued: " + id);
        }
        InstanceEdit edit = Billing.settled(deciding, instance);
        Task assigned = new TaskEdit(task)
                .state(TaskState.ASSIGNED)
                .assigned(instance.id(), deciding.now(), InstanceHandler.startKind(instance, task.eligibleAt()))
                .build();
        List<Allocation> allocations = new ArrayList<>(instance.allocations().size() + 1);
        allocations.addAll(instance.allocations());
        allocations.add(new Allocation(assigned.attemptId(), request, Devices.on(instance, request)));
        edit.allocations(allocations)
                .cause(new Cause(task.spec().tenant(), task.spec().id()))
                .used(deciding.now(), deciding.state().nextUse());
        if (instance.state() == InstanceState.HOT) {
            deciding.move(
                    edit.state(InstanceState.BUSY, deciding.now()),
                    InstanceTrigger.ASSIGNED,
                    new Reason("assigned", "it was given an attempt"));
        } else {
            deciding.carry(edit.build(), "assigned", "it was given another attempt");
        }
        deciding.emit(assigned, TaskTrigger.ASSIGNED);
        if (deciding.state().reservations().isActive()) {
            Reservations.commit(deciding, instance, assigned);
        }
    }

    /**
     * Lets an idle instance load the environment, unless enough instances are loading it for all that wait.
     *
     * @return 0, or how many tasks those that are loading it will hold
     */
    private static long specialise(Deciding deciding, Turn turn, Instance idle) {
        Lane lane = turn.lane();
        EnvironmentKey environment = lane.shape().environment();
        long perInstance = Packing.perInstance(
                idle.offering().machineType().capacity(), lane.shape().request());
        long loading = turn.place().warming(environment);
        // More than queued is as good as any number, and cannot overflow.
        long served = loading * Math.min(perInstance, lane.size());
        if (served >= lane.size()) {
            return served;
        }
        InstanceHandler.specialise(
                deciding,
                idle,
                environment,
                new Cause(turn.tenant().id(), lane.head()),
                new Reason("specialised", "queued tasks need an environment that no idle instance has loaded"));
        return 0;
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
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

    private Dispatcher() {}

    /**
     * Gives out what can be given out.
     *
     * @param where domains in which there may be something; asked only where there may be anything at all
     */
    static void dispatch(Deciding deciding, Supplier<Touched> where) {
        FairQueue queue = deciding.state().queue();
        if (queue.isEmpty() || !deciding.state().index().hasRoom()) {
            return;
        }
        List<IsolationDomain> open = open(deciding.state(), where.get());
        while (!open.isEmpty() && deciding.state().index().hasRoom()) {
            Turn turn = next(deciding, open);
            if (turn == null) {
                return;
            }
            FairQueue.Lane lane = turn.lane();
            long served = place(deciding, turn.tenant(), turn.domain(), lane);
            if (served == PUT_OFF) {
                queue.putOff(lane, turn.gains());
            } else if (served > 0) {
                lane.stick(turn.gains(), served);
            }
        }
    }

    /** Who goes next, and with what. */
    private record Turn(TenantProfile tenant, IsolationDomain domain, FairQueue.Lane lane, long gains) {}

    /** Where somebody waits and there is room. */
    private static List<IsolationDomain> open(CellState state, Touched touched) {
        List<IsolationDomain> open = new ArrayList<>();
        for (IsolationDomain domain : touched.isEverything() ? state.queue().domains() : touched.domains()) {
            if (!state.queue().waiting(domain).isEmpty()
                    && !state.index().serving(domain).isEmpty()) {
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
    private static @Nullable Turn next(Deciding deciding, List<IsolationDomain> open) {
        CellState state = deciding.state();
        Turn best = null;
        double least = Double.POSITIVE_INFINITY;
        int kept = 0;
        for (int i = 0; i < open.size(); i++) {
            IsolationDomain domain = open.get(i);
            if (state.index().serving(domain).isEmpty()) {
                continue;
            }
            long gains = state.index().gains(domain);
            boolean any = false;
            for (FairQueue.Line line : state.queue().waiting(domain)) {
                TenantProfile tenant = line.profile();
                FairQueue.Lane lane = line.next(gains);
                if (tenant == null
                        || lane == null
                        || state.tenants().allowance(line.tenant(), deciding.now()) == Allowance.SPENT) {
                    continue;
                }
                any = true;
                double share = share(state, tenant, domain);
                if (share < least
                        || (best != null
                                && share == least
                                && line.tenant().compareTo(best.tenant().id()) < 0)) {
                    least = share;
                    best = new Turn(tenant, domain, lane, gains);
                }
            }
            if (any) {
                open.set(kept++, domain);
            }
        }
        open.subList(kept, open.size()).clear();
        return best;
    }

    private static double share(CellState state, TenantProfile tenant, IsolationDomain domain) {
        Resources used = state.index().usage(tenant.id());
        Resources capacity = state.index().capacity(domain);
        return used.isNone() ? 0 : used.dominantSharePpm(capacity) / (double) tenant.weight();
    }

    /** Returns 0 when something was done for the lane, {@link #PUT_OFF}, or up to how many tasks of it nothing can be done. */
    private static long place(Deciding deciding, TenantProfile tenant, IsolationDomain domain, FairQueue.Lane lane) {
        EnvironmentKey environment = lane.shape().environment();
        Resources request = lane.shape().request();
        CellState state = deciding.state();
        boolean byCurve = state.reservations().isActive();
        InstanceId foreseen = byCurve ? Reservations.foreseenAt(state, lane.head()) : null;
        boolean placed = state.data().isActive() || foreseen != null;
        List<Instance> open = placed ? new ArrayList<>() : List.of();
        Instance idle = null;
        for (InstanceIndex.Serving candidate : state.index().serving(domain)) {
            Instance instance = candidate.instance();
            Resources given = byCurve ? given(deciding, instance, lane.head()) : request;
            if (given == null || !candidate.free().covers(given) || !Devices.haveRoom(instance, given)) {
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
            if (choice == null || given == null) {
                return PUT_OFF;
            }
            assign(deciding, choice.instance(), given, choice.task());
            return 0;
        }
        return idle == null ? Long.MAX_VALUE : specialise(deciding, tenant, domain, idle, lane);
    }

    /** Where room was set aside for the next task it goes there, and else where it is best off. */
    private static Locality.@Nullable Choice choose(
            Deciding deciding, FairQueue.Lane lane, List<Instance> open, @Nullable InstanceId foreseen) {
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
    private static long specialise(
            Deciding deciding, TenantProfile tenant, IsolationDomain domain, Instance idle, FairQueue.Lane lane) {
        EnvironmentKey environment = lane.shape().environment();
        long perInstance = Packing.perInstance(
                idle.offering().machineType().capacity(), lane.shape().request());
        long loading = deciding.state().index().warming(domain, environment);
        // More than queued is as good as any number, and cannot overflow.
        long served = loading * Math.min(perInstance, lane.size());
        if (served >= lane.size()) {
            return served;
        }
        Instance charged = Billing.settle(deciding, idle);
        TreeSet<EnvironmentKey> warming = new TreeSet<>(charged.warming());
        warming.add(environment);
        deciding.move(
                new InstanceEdit(charged)
                        .state(InstanceState.WARMING, deciding.now())
                        .warming(Collections.unmodifiableSortedSet(warming))
                        .cause(new Cause(tenant.id(), lane.head())),
                InstanceTrigger.SPECIALISED,
                new Reason("specialised", "queued tasks need an environment that no idle instance has loaded"));
        return 0;
    }
}

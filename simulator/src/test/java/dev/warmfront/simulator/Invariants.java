package dev.warmfront.simulator;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.Charge;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.scheduler.Allocation;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.InstanceTrigger;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.Reason;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationState;
import dev.warmfront.scheduler.ReservationTrigger;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks after every event whether the invariants of design.md §8 hold: I1 to I6 and I9 on the changes and the state, I8 by
 * a twin that must decide the same. I2's other half, that no task really runs twice at once, is seen by the simulated
 * agents. I7 speaks of budgets, which the scheduler does not know yet; I10 of the policy that is to come.
 */
final class Invariants implements Watcher {

    /** A day and a half: whatever went wrong, half an hour of work is done by then. */
    private static final long PATIENCE = 36 * 3_600_000_000L;

    private final CellState cell;
    private final CellState twin;
    private final Decider twinDecider;

    /** What was, before the changes that are looked at. */
    private final Map<TaskId, Task> tasks = new HashMap<>();

    private final Map<InstanceId, Instance> instances = new HashMap<>();

    /** Of tasks for which room is set aside, or that were stopped for others' sake. */
    private final Map<TaskId, Reservation> reservations = new HashMap<>();

    private final EnumSet<ReservationTrigger> reserved = EnumSet.noneOf(ReservationTrigger.class);
    private final Set<TaskId> acknowledged = new HashSet<>();
    private final Set<TaskId> over = new HashSet<>();
    private final Set<InstanceId> intended = new HashSet<>();
    private final Map<InstanceId, Money> charged = new HashMap<>();
    private final Map<InstanceId, Account> accounts = new HashMap<>();

    /** An account of its own of what an instance costs: stretches of one price that are over, and the present one. */
    private static final class Account {
        private BigInteger closed = BigInteger.ZERO;
        private @Nullable HourlyRate rate;
        private Instant since = Instant.MIN;
    }

    Invariants(CellState cell, CellState twin, Decider twinDecider) {
        this.cell = cell;
        this.twin = twin;
        this.twinDecider = twinDecider;
    }

    private static void hold(boolean condition, String invariant, Object what) {
        if (!condition) {
            throw new InvariantViolation(invariant, what.toString());
        }
    }

    @Override
    public void decided(Event event, Decision decision, long nowMicros) {
        Decision again = twinDecider.decide(twin, event, Simulation.instantOf(nowMicros));
        hold(nowMicros < PATIENCE, "I1", "tasks do not end");
        hold(again.equals(decision), "I8", "the same state and event decided otherwise: " + event);
        lateReport(event, decision);
        acknowledge(event, decision.answer());
        for (Change change : decision.changes()) {
            switch (change) {
                case Change.TaskChanged(Task task, TaskTrigger trigger) -> task(task, trigger);
                case Change.InstanceChanged(Instance instance, InstanceTrigger trigger, Reason reason) ->
                    instance(instance);
                case Change.IntentChanged(Intent intent) -> intent(intent);
                case Change.ChargeMade(Charge charge) -> charge(charge);
                case Change.ReservationChanged(Reservation reservation) -> {
                    reserved.add(reservation.trigger());
                    reservations.put(reservation.task(), reservation);
                }
                default -> {
                    // Nothing to hold against it.
                }
            }
        }
        allTasks();
        cell.instances().forEach(this::placed);
        reservations.values().forEach(this::committed);
    }

    /** I5: what is committed is held by the attempt that it is of, to the byte, and is no more than was asked for. */
    private void committed(Reservation reservation) {
        if (reservation.state() != ReservationState.COMMITTED) {
            return;
        }
        Instance instance = cell.instance(reservation.instance());
        Task task = cell.task(reservation.task());
        boolean held = instance != null
                && instance.allocations().stream()
                        .anyMatch(allocation -> allocation.attempt().task().equals(reservation.task())
                                && allocation.attempt().number() == reservation.attempt()
                                && allocation.resources().equals(reservation.amount()));
        hold(held && task != null && task.spec().request().covers(reservation.amount()), "I5", reservation);
    }

    /** What has moved reservations. */
    Set<ReservationTrigger> reserved() {
        return Set.copyOf(reserved);
    }

    /** I2: a report of an attempt that is not the live one moves nothing. */
    private void lateReport(Event event, Decision decision) {
        switch (event) {
            case Event.AttemptStarted(InstanceId instance, AttemptId attempt) ->
                lateReport(instance, attempt, decision);
            case Event.AttemptFinished finished -> lateReport(finished.instance(), finished.attempt(), decision);
            default -> {
                // No report of an attempt.
            }
        }
    }

    private void lateReport(InstanceId instance, AttemptId attempt, Decision decision) {
        Task before = tasks.get(attempt.task());
        boolean live = before != null && before.attempt() == attempt.number() && instance.equals(before.instance());
        for (Change change : decision.changes()) {
            if (!live
                    && change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)
                    && task.spec().id().equals(attempt.task())) {
                hold(trigger == TaskTrigger.ASSIGNED, "I2", "a late report moved " + task);
            }
        }
    }

    private void acknowledge(Event event, Answer answer) {
        if (answer instanceof Answer.Done) {
            List<TaskSpec> specs =
                    switch (event) {
                        case Event.TasksSubmitted submitted -> submitted.tasks();
                        case Event.WorkflowSubmitted submitted -> submitted.tasks();
                        default -> List.of();
                    };
            specs.forEach(spec -> acknowledged.add(spec.id()));
        }
    }

    private void task(Task task, TaskTrigger trigger) {
        TaskId id = task.spec().id();
        hold(!over.contains(id), "I1", "it had ended: " + task);
        Task before = tasks.get(id);
        if (trigger == TaskTrigger.ASSIGNED) {
            hold(task.attempt() == (before == null ? 0 : before.attempt()) + 1, "I2", "attempts are numbered " + task);
        }
        if (task.state().isFinal()) {
            tasks.remove(id);
            over.add(id);
        } else {
            tasks.put(id, task);
        }
    }

    private void intent(Intent intent) {
        if (intent.outcome() != null) {
            return;
        }
        if (intent.kind() == Intent.Kind.LAUNCH) {
            intended.add(intent.instance());
            return;
        }
        Instance before = instances.get(intent.instance());
        boolean own = before != null && (intent.ref() == null || intent.ref().equals(before.ref()));
        boolean ends = intent.kind() == Intent.Kind.STOP || intent.kind() == Intent.Kind.TERMINATE;
        if (ends && own && before != null && before.state() != InstanceState.LOST) {
            hold(before.allocations().isEmpty(), "I9", intent.kind() + " of a busy instance " + before);
        }
    }

    private void charge(Charge charge) {
        Instance instance = instances.get(charge.instance());
        if (instance == null) {
            throw new InvariantViolation("I6", "a charge for what is not there: " + charge);
        }
        TenantId tenant = charge.tenant();
        hold(tenant == null || domain(tenant).equals(instance.domain()), "I4", "pays for another's: " + charge);
        charged.merge(charge.instance(), charge.amount(), Money::plus);
    }

    private void instance(Instance instance) {
        InstanceId id = instance.id();
        instances.put(id, instance);
        hold(
                instance.rateSince() == null || intended.contains(id),
                "I3",
                "it bills and no launch was intended: " + instance);
        hold(
                charged.getOrDefault(id, Money.ZERO).equals(instance.cost()),
                "I6",
                "charges are " + charged.get(id) + ", the cost is " + instance.cost());
        Instant until = instance.chargedUntil();
        if (until != null) {
            Account account = accounts.computeIfAbsent(id, key -> new Account());
            HourlyRate rate = price(instance);
            if (!rate.equals(account.rate)) {
                account.closed = account.closed.add(cost(account.rate, account.since, until));
                account.rate = rate;
                account.since = until;
            }
            BigInteger expected = account.closed.add(cost(account.rate, account.since, until));
            hold(
                    expected.equals(BigInteger.valueOf(instance.cost().nanos())),
                    "I6",
                    "it should cost " + expected + ": " + instance);
        }
        if (instance.state().isFinal()) {
            instances.remove(id);
            charged.remove(id);
            accounts.remove(id);
        }
    }

    private static HourlyRate price(Instance instance) {
        return instance.state() == InstanceState.STANDBY
                ? instance.offering().standbyRates().values().iterator().next()
                : instance.offering().hotRate();
    }

    private static BigInteger cost(@Nullable HourlyRate rate, Instant from, Instant to) {
        return rate == null
                ? BigInteger.ZERO
                : BigInteger.valueOf(rate.nanosPerHour())
                        .multiply(BigInteger.valueOf(Duration.between(from, to).toNanos()))
                        .divide(BigInteger.valueOf(Duration.ofHours(1).toNanos()));
    }

    /** I1: what was acknowledged is over, or lives in the cell, and what is at work is on a machine. */
    private void allTasks() {
        int live = 0;
        for (TaskId id : acknowledged) {
            if (over.contains(id)) {
                continue;
            }
            live++;
            Task task = cell.task(id);
            if (task == null) {
                throw new InvariantViolation("I1", "lost: " + id);
            }
            hold(task.equals(tasks.get(id)), "I1", "it is not what the changes said: " + task);
            if (task.state() == TaskState.ASSIGNED
                    || task.state() == TaskState.RUNNING
                    || task.state() == TaskState.CANCELLING) {
                Instance instance = task.instance() == null ? null : cell.instance(task.instance());
                boolean held = instance != null
                        && instance.allocations().stream()
                                .anyMatch(allocation -> allocation.attempt().equals(task.attemptId()));
                hold(held, "I1", "no machine has it: " + task);
            }
        }
        hold(live == cell.tasks().size(), "I1", "the cell has " + cell.tasks().size() + " tasks, not " + live);
    }

    /** I2, I4, I5: what an instance holds is live, of its domain, and fits. */
    private void placed(Instance instance) {
        Resources used = Resources.NONE;
        Set<TaskId> here = new HashSet<>();
        for (Allocation allocation : instance.allocations()) {
            used = used.plus(allocation.resources());
            Task task = cell.task(allocation.attempt().task());
            hold(here.add(allocation.attempt().task()), "I2", "twice on one machine: " + allocation);
            hold(
                    task != null
                            && task.attemptId().equals(allocation.attempt())
                            && instance.id().equals(task.instance()),
                    "I2",
                    "an attempt that is not the live one: " + allocation);
            hold(domain(allocation.attempt().tenant()).equals(instance.domain()), "I4", instance);
        }
        hold(instance.offering().machineType().capacity().covers(used), "I5", instance);
    }

    private IsolationDomain domain(TenantId tenant) {
        TenantProfile profile = cell.tenant(tenant);
        if (profile == null) {
            throw new InvariantViolation("I4", "an unknown tenant: " + tenant);
        }
        return profile.domain();
    }

    /** In the end, when nothing has gone wrong for long: all tasks are over, and nothing bills that nobody knows (I3). */
    void atRest(SimulatedProvider provider) {
        hold(over.containsAll(acknowledged), "I1", "tasks did not end");
        for (Reservation reservation : reservations.values()) {
            hold(reservation.state().isFinal(), "I5", "room is still set aside: " + reservation);
        }
        for (Machine machine : provider.machines()) {
            Instance row = cell.instance(machine.instance);
            hold(row != null && machine.ref.equals(row.ref()), "I3", machine.ref + " exists and nobody knows it");
        }
        for (Instance row : cell.instances()) {
            boolean held = row.state() == InstanceState.HOT || row.state() == InstanceState.STANDBY;
            hold(held && provider.machine(row.id()) != null, "I3", "it bills and does no good: " + row);
        }
    }
}

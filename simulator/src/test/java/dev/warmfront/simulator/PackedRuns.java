package dev.warmfront.simulator;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.Command;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.scheduler.Allocation;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.PoolMode;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationTrigger;
import dev.warmfront.scheduler.ReserveBy;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Recorded runs on machines that are there as soon as they are asked for, placed by the scheduler itself; agents tell each change
 * of use that leaves the band, as real ones do once a second.
 */
final class PackedRuns {

    private static final TenantId TENANT = new TenantId("t");
    private static final ProviderId PROVIDER = new ProviderId("p");
    private static final Duration PATIENCE = Duration.ofDays(300);
    private static final double TICK = 60;
    private static final double SLACK = 1 + 1e-9;
    private static final double GIB = 1L << 30;

    /** What came of it. Hours are of resources: core-hours, GiB·h, hours of machines with work. */
    static final class Result {
        int runs;
        int machines;
        double machineHours;
        long samples;
        long cpuBreaches;
        long memoryBreaches;
        final Set<TaskId> breached = new HashSet<>();
        int escalations;
        int refusals;
        int stops;
        double lostHours;
        double wastedCoreHours;
        double wastedGibHours;
        double waitedSeconds;
    }

    private record Item(double at, long order, Runnable run) {}

    private final Result result = new Result();
    private final List<UsageRuns.Run> runs;
    private final Map<String, Resources> requests;
    private final Map<TaskId, UsageRuns.Run> byTask = new HashMap<>();
    private final PriorityQueue<Item> agenda =
            new PriorityQueue<>(Comparator.comparingDouble(Item::at).thenComparingLong(Item::order));
    private final Scheduler scheduler = Scheduler.reacting();
    private final CellState state = CellState.empty(new CellSettings(
            new CellId("bench"),
            PATIENCE,
            PATIENCE,
            Duration.ofSeconds(30),
            PATIENCE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE));
    private final Map<AttemptId, Double> begun = new HashMap<>();
    private long orders;
    private double now;
    private int busy;
    private double busySince;
    private int ended;

    private PackedRuns(List<UsageRuns.Run> runs, Map<String, Resources> requests) {
        this.runs = runs;
        this.requests = requests;
    }

    /**
     * Runs them.
     *
     * @param requests what each type asks for
     * @param machine what one machine has
     * @param curves what is known of the types; empty to reserve by request
     */
    static Result run(
            List<UsageRuns.Run> runs, Map<String, Resources> requests, Resources machine, Event.CurvesLearned curves) {
        PackedRuns world = new PackedRuns(runs, requests);
        ReserveBy by = curves.curves().isEmpty() ? ReserveBy.REQUEST : ReserveBy.CURVE;
        world.now = runs.getFirst().start();
        world.busySince = world.now;
        world.decide(new Event.OfferingsPut(
                PROVIDER,
                List.of(Offering.hotOnly(
                        new Placement(PROVIDER, "r", "z"),
                        new MachineType("m", machine),
                        PurchaseModel.ON_DEMAND,
                        HourlyRate.ofDollars(java.math.BigDecimal.ONE)))));
        world.decide(new Event.TenantPut(new TenantProfile(TENANT, 1, Isolation.SHARED)));
        world.decide(new Event.PoolPut(
                null,
                new PoolSettings(
                        "reactive", Duration.ZERO, null, Duration.ZERO, 0, Integer.MAX_VALUE, PoolMode.ACTIVE, by)));
        world.decide(curves);
        world.go();
        return world.result;
    }

    private void at(double moment, Runnable run) {
        agenda.add(new Item(moment, orders++, run));
    }

    private void go() {
        // All that come at one moment come in one submission, after those that end then.
        for (int i = 0; i < runs.size(); ) {
            List<TaskSpec> together = new ArrayList<>();
            double start = runs.get(i).start();
            for (; i < runs.size() && runs.get(i).start() == start; i++) {
                TaskId id = new TaskId("t" + i);
                byTask.put(id, runs.get(i));
                together.add(spec(id, runs.get(i)));
            }
            at(start + 1e-3, () -> decide(new Event.TasksSubmitted(TENANT, together)));
        }
        at(now + TICK, this::tick);
        while (ended < runs.size()) {
            Item next = Objects.requireNonNull(agenda.poll(), "nothing is left to happen, and tasks wait");
            now = next.at();
            next.run().run();
        }
        count();
        result.runs = ended;
    }

    private void tick() {
        decide(new Event.Tick());
        at(now + TICK, this::tick);
    }

    private TaskSpec spec(TaskId id, UsageRuns.Run run) {
        return new TaskSpec(
                TENANT,
                id,
                null,
                run.type(),
                id.value(),
                Command.of("true"),
                Environment.GENERIC.id(),
                Objects.requireNonNull(requests.get(run.type())),
                0,
                Duration.ofDays(30),
                RetryPolicy.NONE,
                List.of(),
                TaskTraits.NONE);
    }

    private void decide(Event event) {
        Instant instant = Instant.EPOCH.plusNanos(Math.round(now * 1e6) * 1_000);
        Decision decision = scheduler.decide(state, event, instant);
        for (Change change : decision.changes()) {
            switch (change) {
                case Change.TaskChanged(Task after, TaskTrigger trigger) -> {
                    if (trigger == TaskTrigger.ASSIGNED) {
                        at(now, () -> begin(after));
                    }
                }
                case Change.InstanceChanged moved -> instance(moved);
                case Change.IntentChanged(Intent intent) -> {
                    if (intent.outcome() == null) {
                        at(now, () -> answer(intent));
                    }
                }
                case Change.ReservationChanged(Reservation after) -> reserved(after);
                default -> {
                    // Nothing that a machine sees.
                }
            }
        }
    }

    private void answer(Intent intent) {
        decide(new Event.IntentAnswered(intent.token(), new ProviderOutcome.Accepted("m-" + intent.instance())));
        if (intent.kind() == Intent.Kind.LAUNCH) {
            decide(new Event.AgentRegistered(intent.instance()));
            decide(new Event.WarmUpFinished(intent.instance(), new java.util.TreeSet<>(), null));
        } else {
            decide(new Event.InstanceGone(intent.instance()));
        }
    }

    private void instance(Change.InstanceChanged moved) {
        if (moved.trigger() != null) {
            int after = (int) state.instances().stream()
                    .filter(one -> one.state() == InstanceState.BUSY)
                    .count();
            if (after != busy) {
                count();
                busy = after;
                result.machines = Math.max(result.machines, busy);
            }
        }
    }

    private void count() {
        result.machineHours += busy * (now - busySince) / 3_600;
        busySince = now;
    }

    private void reserved(Reservation after) {
        if (after.trigger() == ReservationTrigger.ESCALATED) {
            result.escalations++;
        } else if (after.trigger() == ReservationTrigger.REFUSED) {
            result.refusals++;
        } else if (after.trigger() == ReservationTrigger.STOPPED) {
            result.stops++;
            Task task = Objects.requireNonNull(state.task(after.task()));
            AttemptId attempt = task.attemptId();
            result.lostHours += (now - Objects.requireNonNull(begun.get(attempt))) / 3_600;
            at(now, () -> end(task, attempt, AttemptResult.End.CANCELLED));
        }
    }

    private void begin(Task task) {
        AttemptId attempt = task.attemptId();
        UsageRuns.Run run = Objects.requireNonNull(byTask.get(task.spec().id()));
        double began = now;
        begun.put(attempt, began);
        if (attempt.number() == 1) {
            result.waitedSeconds += Math.max(0, now - run.start() - 1e-3);
        }
        decide(new Event.AttemptStarted(Objects.requireNonNull(task.instance()), attempt));
        List<UsageRuns.Sample> samples = run.samples();
        for (int i = 0; i < samples.size(); i++) {
            UsageRuns.Sample sample = samples.get(i);
            double until = i + 1 < samples.size() ? samples.get(i + 1).after() : run.seconds();
            at(began + sample.after(), () -> use(task, attempt, sample, until - sample.after()));
        }
        at(began + run.seconds(), () -> end(task, attempt, AttemptResult.End.EXITED));
    }

    private boolean isLive(AttemptId attempt) {
        Task task = state.task(attempt.task());
        return task != null
                && task.state() == TaskState.RUNNING
                && task.attemptId().equals(attempt);
    }

    private void use(Task task, AttemptId attempt, UsageRuns.Sample sample, double seconds) {
        if (!isLive(attempt)) {
            return;
        }
        double cpu = sample.cpuMillis();
        double memory = sample.memory();
        Reservation reservation = state.reservations().of(task.spec().id());
        boolean known = reservation == null
                || (!reservation.lacks() && reservation.isWithinBand(Math.round(cpu), Math.round(memory)));
        if (!known) {
            decide(new Event.UseMeasured(
                    Objects.requireNonNull(task.instance()), attempt, Math.round(cpu), Math.round(memory)));
        }
        Resources held = held(task, attempt);
        if (held == null) {
            return;
        }
        result.samples++;
        boolean cpuBreach = cpu > held.cpuMillis() * SLACK + 0.5;
        boolean memoryBreach = memory > held.memoryBytes() * SLACK;
        result.cpuBreaches += cpuBreach ? 1 : 0;
        result.memoryBreaches += memoryBreach ? 1 : 0;
        if (cpuBreach || memoryBreach) {
            result.breached.add(task.spec().id());
        }
        result.wastedCoreHours += Math.max(0, held.cpuMillis() - cpu) / 1_000 * seconds / 3_600;
        result.wastedGibHours += Math.max(0, held.memoryBytes() - memory) / GIB * seconds / 3_600;
    }

    private Resources held(Task task, AttemptId attempt) {
        Instance instance = state.instance(Objects.requireNonNull(task.instance()));
        for (Allocation allocation : instance == null ? List.<Allocation>of() : instance.allocations()) {
            if (allocation.attempt().equals(attempt)) {
                return allocation.resources();
            }
        }
        return Resources.NONE;
    }

    private void end(Task task, AttemptId attempt, AttemptResult.End how) {
        if (!isLive(attempt)) {
            return;
        }
        ended += how == AttemptResult.End.EXITED ? 1 : 0;
        decide(new Event.AttemptFinished(
                Objects.requireNonNull(task.instance()),
                attempt,
                new AttemptResult(how, how == AttemptResult.End.EXITED ? 0 : null, "", AttemptResult.Usage.NONE)));
    }
}

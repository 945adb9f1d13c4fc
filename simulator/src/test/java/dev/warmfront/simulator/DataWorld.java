package dev.warmfront.simulator;

import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.Blob;
import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.AgentView;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.CellSettings;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.Scheduler;
import dev.warmfront.scheduler.SentAhead;
import dev.warmfront.scheduler.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The real scheduler among machines on which bytes take time: each has one link, over which files come one after the other, and a
 * cache under a budget. What the scheduler is told of files and distances can be withheld, which is how it was before it knew of them.
 */
final class DataWorld {

    private static final long SECOND = 1_000_000;

    /**
     * How machines are.
     *
     * @param bytesPerSecond of each machine's link
     * @param cacheBytes of each machine
     * @param launch from the call to the agent's first word
     */
    record Hardware(double bytesPerSecond, long cacheBytes, Duration launch) {}

    /** What the scheduler knows. */
    enum Knowledge {
        /** Nothing of files and distances. */
        NONE,
        /** Where files lie, how far services are. */
        PLACES,
        /** That, and how large caches are, so that it may fill them ahead. */
        ALL
    }

    /** What a task does. */
    record Work(long runtimeMicros, SortedMap<String, Blob> leaves) {}

    /** What became of one task. */
    record Done(
            TaskSpec truth, Instance instance, long eligible, long assigned, long started, long ended, long missing) {}

    private final Hardware hardware;
    private final Knowledge knowledge;
    private final Scheduler scheduler = Scheduler.reacting();
    private final CellState cell = CellState.empty(CellSettings.defaults(new CellId("data")));
    private final EventQueue queue = new EventQueue();
    private final Map<InstanceId, DataMachine> machines = new HashMap<>();
    private final Map<TaskId, TaskSpec> truths = new HashMap<>();
    private final Map<TaskId, Work> work = new HashMap<>();
    private final List<Done> done = new ArrayList<>();

    /** By zone, then by the endpoint's address. */
    private final Map<String, SortedMap<String, Duration>> distances = new HashMap<>();

    private int unfinished;
    private long now;

    DataWorld(Hardware hardware, Knowledge knowledge) {
        this.hardware = hardware;
        this.knowledge = knowledge;
    }

    /** How far it is from machines of a zone. */
    void distance(String zone, String endpoint, Duration roundTrip) {
        distances.computeIfAbsent(zone, key -> new TreeMap<>()).put(endpoint, roundTrip);
    }

    Answer tell(Event event) {
        return decide(event);
    }

    /** The task will be submitted with others by this event at that time. */
    void at(long micros, TenantId tenant, List<TaskSpec> tasks, Map<TaskId, Work> does) {
        unfinished += tasks.size();
        tasks.forEach(task -> truths.put(task.id(), task));
        work.putAll(does);
        queue.add(micros, () -> {
            var workflow = tasks.getFirst().workflow();
            List<TaskSpec> told = tasks.stream().map(this::asTold).toList();
            decide(
                    workflow == null
                            ? new Event.TasksSubmitted(tenant, told)
                            : new Event.WorkflowSubmitted(tenant, workflow, workflow.value(), told));
        });
    }

    private TaskSpec asTold(TaskSpec truth) {
        return knowledge != Knowledge.NONE
                ? truth
                : new TaskSpec(
                        truth.tenant(),
                        truth.id(),
                        truth.workflow(),
                        truth.taskType(),
                        truth.name(),
                        truth.command(),
                        truth.environment(),
                        truth.request(),
                        truth.priority(),
                        truth.timeout(),
                        truth.retry(),
                        truth.parents(),
                        truth.traits());
    }

    /** Until nothing is left to do. */
    void run() {
        long nextTick = now + SECOND;
        while (unfinished > 0) {
            if (queue.nextAt() <= nextTick) {
                now = Math.max(now, queue.nextAt());
                queue.take().run();
            } else {
                now = nextTick;
                nextTick += SECOND;
                decide(new Event.Tick());
            }
        }
    }

    /** In the order of ends. */
    List<Done> done() {
        return done;
    }

    /** Bytes that came over links. */
    long moved() {
        return machines.values().stream().mapToLong(machine -> machine.moved).sum();
    }

    /** Of these, fetched before a task asked. */
    long ahead() {
        return machines.values().stream().mapToLong(machine -> machine.ahead).sum();
    }

    /** Of those, read since by a task. */
    long aheadRead() {
        return machines.values().stream()
                .mapToLong(machine -> machine.aheadRead)
                .sum();
    }

    private Answer decide(Event event) {
        var decision = scheduler.decide(cell, event, Simulation.instantOf(now));
        for (Change change : decision.changes()) {
            switch (change) {
                case Change.IntentChanged(Intent intent) -> {
                    if (intent.outcome() == null) {
                        queue.add(now, () -> call(intent));
                    }
                }
                case Change.InstanceChanged moved
                when moved.trigger() != null && moved.after().state() == InstanceState.WARMING ->
                    queue.add(now, () -> warm(moved.after()));
                case Change.TaskChanged(Task task, var trigger)
                when task.state() == TaskState.ASSIGNED -> queue.add(now, () -> assigned(task));
                case Change.DataSentAhead(SentAhead sent) ->
                    queue.add(now, () -> machine(sent.instance()).fetch(sent));
                default -> {
                    // Nothing that machines would see.
                }
            }
        }
        return decision.answer();
    }

    private void call(Intent intent) {
        switch (intent.kind()) {
            case LAUNCH -> {
                decide(new Event.IntentAnswered(
                        intent.token(), new ProviderOutcome.Accepted("m-" + intent.instance())));
                queue.add(
                        now + hardware.launch().toNanos() / 1_000,
                        () -> decide(new Event.AgentRegistered(intent.instance())));
            }
            case TERMINATE -> {
                decide(new Event.IntentAnswered(
                        intent.token(), new ProviderOutcome.Accepted("m-" + intent.instance())));
                decide(new Event.InstanceGone(intent.instance()));
            }
            case START, STOP -> throw new IllegalStateException("nothing here goes to standby");
        }
    }

    private void warm(Instance instance) {
        decide(new Event.WarmUpFinished(instance.id(), Collections.emptySortedSet(), null));
        tell(machine(instance.id()));
    }

    private DataMachine machine(InstanceId instance) {
        return machines.computeIfAbsent(
                instance, id -> new DataMachine(this, id, hardware.bytesPerSecond(), hardware.cacheBytes()));
    }

    /** The machine's agent says what it has. */
    void tell(DataMachine machine) {
        Instance instance = cell.instance(machine.instance);
        if (knowledge == Knowledge.NONE || instance == null) {
            return;
        }
        String zone = instance.offering().placement().zone();
        decide(new Event.AgentTold(
                machine.instance,
                new AgentView(
                        knowledge == Knowledge.ALL ? hardware.cacheBytes() : 0,
                        Math.round(hardware.bytesPerSecond()),
                        machine.held(),
                        distances.getOrDefault(zone, Collections.emptySortedMap()))));
    }

    private void assigned(Task task) {
        TaskSpec truth = Objects.requireNonNull(truths.get(task.spec().id()));
        Instance instance = Objects.requireNonNull(cell.instance(Objects.requireNonNull(task.instance())));
        List<Blob> inputs = new ArrayList<>();
        for (TaskInput input : truth.data().inputs()) {
            inputs.add(
                    switch (input) {
                        case TaskInput.Dataset dataset -> dataset.blob();
                        case TaskInput.Output output ->
                            Objects.requireNonNull(work.get(output.parent()))
                                    .leaves()
                                    .get(output.output());
                    });
        }
        long assigned = now;
        DataMachine machine = machine(instance.id());
        long missing = machine.missing(truth.tenant(), inputs);
        machine.need(truth, inputs, () -> {
            decide(new Event.AttemptStarted(instance.id(), task.attemptId()));
            tell(machine);
            long started = now;
            Work does = Objects.requireNonNull(work.get(truth.id()));
            queue.add(now + does.runtimeMicros() + calls(truth, instance.offering()), () -> {
                machine.ended(truth, does.leaves().values());
                unfinished--;
                long eligible = DemandPolicy.micros(Objects.requireNonNull(task.eligibleAt()));
                done.add(new Done(truth, instance, eligible, assigned, started, now, missing));
                SortedMap<String, Blob> told =
                        knowledge == Knowledge.NONE ? Collections.emptySortedMap() : does.leaves();
                decide(new Event.AttemptFinished(
                        instance.id(),
                        task.attemptId(),
                        new AttemptResult(AttemptResult.End.EXITED, 0, "", AttemptResult.Usage.NONE, told)));
                tell(machine);
            });
        });
    }

    /** What the task's calls take from there, in microseconds. */
    private long calls(TaskSpec truth, Offering offering) {
        SortedMap<String, Duration> here =
                distances.getOrDefault(offering.placement().zone(), Collections.emptySortedMap());
        return truth.data().services().stream()
                .mapToLong(service -> service.calls()
                        * service.endpoints().stream()
                                .mapToLong(endpoint -> Objects.requireNonNull(here.get(endpoint.address()))
                                        .toNanos())
                                .min()
                                .orElseThrow()
                        / 1_000)
                .sum();
    }

    void later(long micros, Runnable happening) {
        queue.add(micros, happening);
    }

    long nowMicros() {
        return now;
    }
}

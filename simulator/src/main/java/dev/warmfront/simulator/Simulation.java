package dev.warmfront.simulator;

import dev.warmfront.domain.Command;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A cell in virtual time: the very scheduler of the control plane, with simulated providers and agents around it. Memory
 * grows with what is alive, not with what has been. One seed is one history, bit for bit.
 */
final class Simulation {

    /** Where virtual time begins; a trace's second 0. */
    static final Instant ORIGIN = Instant.parse("2026-01-05T00:00:00Z");

    private static final long SECOND = 1_000_000;
    private static final Command COMMAND = Command.of("true");

    private final SimulationSettings settings;
    private final Decider decider;
    private final CellState cell;
    private final List<Watcher> watchers;
    private final RandomGenerator random;
    private final EventQueue queue = new EventQueue();
    private final SimulatedProvider provider = new SimulatedProvider(this);
    private final SimulatedAgents agents = new SimulatedAgents(this);

    /** Runtimes of tasks that are not final. */
    private final Map<TaskId, Long> runtimes = new HashMap<>();

    private final Map<String, TenantId> tenants = new HashMap<>();
    private Mishaps mishaps;
    private long now;
    private Instant instant = ORIGIN;
    private long instantOf;
    private long decided;
    private long submissions;

    /**
     * @param cell the state to decide on; settings and offerings are put into it
     * @param watchers called in this order
     */
    Simulation(SimulationSettings settings, Decider decider, CellState cell, List<Watcher> watchers) {
        this.settings = settings;
        this.decider = decider;
        this.cell = cell;
        this.watchers = List.copyOf(watchers);
        this.random = Randomness.generator(settings.seed());
        this.mishaps = settings.mishaps();
    }

    /**
     * Runs a workload from its first submission until its last task has ended.
     *
     * @param fromMicros where the virtual clock begins
     */
    void run(Trace.Cursor arrivals, long fromMicros) {
        now = fromMicros;
        decide(new Event.OfferingsPut(settings.provider(), List.of(settings.offering())));
        decide(new Event.PoolPut(null, settings.pool()));
        Submission next = arrivals.next();
        long nextTick = now + settings.tickMicros();
        while (next != null || !runtimes.isEmpty()) {
            long arrival = next == null ? Long.MAX_VALUE : next.submitMicros();
            // At the same moment ends come first, so that an arrival finds the machine that was just given back.
            if (queue.nextAt() <= Math.min(arrival, nextTick)) {
                step();
            } else if (next != null && arrival <= nextTick) {
                now = Math.max(now, arrival);
                submit(next);
                next = arrivals.next();
            } else {
                now = nextTick;
                nextTick += settings.tickMicros();
                tick();
            }
        }
    }

    /** From here on nothing more goes wrong; lets everything come to its end. */
    void calmDown(Duration time) {
        mishaps = Mishaps.NONE;
        provider.machines().forEach(machine -> machine.cut = false);
        long until = now + time.toNanos() / 1000;
        long nextTick = now + settings.tickMicros();
        while (now < until) {
            if (queue.nextAt() <= nextTick) {
                step();
            } else {
                now = nextTick;
                nextTick += settings.tickMicros();
                tick();
            }
        }
    }

    private void step() {
        now = Math.max(now, queue.nextAt());
        queue.take().run();
    }

    private void tick() {
        if (!settings.mishaps().equals(Mishaps.NONE)) {
            agents.noticeSilence();
            if (now / settings.tickMicros() % 10 == 0) {
                provider.sweep();
            }
        }
        decide(new Event.Tick());
    }

    private void submit(Submission submission) {
        TenantId tenant = tenant(submission.tenant());
        long number = submissions++;
        List<TraceTask> tasks = submission.tasks();
        if (tasks.size() == 1) {
            TaskId id = new TaskId("t" + number);
            runtimes.put(id, tasks.getFirst().runtimeMicros());
            decide(new Event.TasksSubmitted(tenant, List.of(spec(tenant, id, null, tasks.getFirst(), List.of()))));
            return;
        }
        WorkflowId workflow = new WorkflowId("w" + number);
        List<TaskId> ids = new ArrayList<>(tasks.size());
        List<TaskSpec> specs = new ArrayList<>(tasks.size());
        for (TraceTask task : tasks) {
            TaskId id = new TaskId("w" + number + "." + ids.size());
            ids.add(id);
            runtimes.put(id, task.runtimeMicros());
            specs.add(spec(
                    tenant,
                    id,
                    workflow,
                    task,
                    task.parents().stream().map(ids::get).toList()));
        }
        decide(new Event.WorkflowSubmitted(tenant, workflow, workflow.value(), specs));
    }

    private TaskSpec spec(
            TenantId tenant, TaskId id, @Nullable WorkflowId workflow, TraceTask task, List<TaskId> parents) {
        return new TaskSpec(
                tenant,
                id,
                workflow,
                task.type(),
                task.type(),
                COMMAND,
                Environment.GENERIC.id(),
                settings.request(),
                5,
                TaskSpec.MAX_TIMEOUT,
                mishaps.failed() > 0 ? new RetryPolicy(3, Duration.ofSeconds(1)) : RetryPolicy.NONE,
                parents);
    }

    /** The trace's tenant; becomes known to the cell at its first submission. */
    private TenantId tenant(String name) {
        TenantId known = tenants.get(name);
        if (known != null) {
            return known;
        }
        // Traces name tenants as they like; the number keeps two names apart that differ in odd characters only.
        TenantId id = new TenantId("tenant-" + tenants.size());
        tenants.put(name, id);
        decide(new Event.TenantPut(new TenantProfile(id, 1, settings.isolation())));
        return id;
    }

    /** Lets the scheduler decide an event now, and what it decides take effect. */
    Answer decide(Event event) {
        decided++;
        Decision decision = decider.decide(cell, event, instant());
        for (Watcher watcher : watchers) {
            watcher.decided(event, decision, now);
        }
        for (Change change : decision.changes()) {
            switch (change) {
                case Change.IntentChanged(Intent intent) when intent.outcome() == null -> provider.dispatch(intent);
                case Change.TaskChanged(Task task, TaskTrigger trigger) -> follow(task, trigger);
                case Change.InstanceChanged changed
                when changed.trigger() != null && changed.after().state() == InstanceState.WARMING ->
                    agents.load(changed.after());
                default -> {
                    // Nothing that providers or agents would see.
                }
            }
        }
        return decision.answer();
    }

    private void follow(Task task, TaskTrigger trigger) {
        if (trigger == TaskTrigger.ASSIGNED) {
            agents.assigned(task);
        } else if (trigger == TaskTrigger.CANCEL_REQUESTED) {
            agents.cancelling(task);
        } else if (task.state().isFinal()) {
            runtimes.remove(task.spec().id());
        }
    }

    // ---- what providers and agents ask

    SimulationSettings settings() {
        return settings;
    }

    Mishaps mishaps() {
        return mishaps;
    }

    CellState cell() {
        return cell;
    }

    SimulatedProvider provider() {
        return provider;
    }

    SimulatedAgents agents() {
        return agents;
    }

    RandomGenerator random() {
        return random;
    }

    long nowMicros() {
        return now;
    }

    Instant instant() {
        if (instantOf != now) {
            instant = ORIGIN.plusNanos(Math.multiplyExact(now, 1000L));
            instantOf = now;
        }
        return instant;
    }

    /** Events decided so far. */
    long decided() {
        return decided;
    }

    /** How long the task will run; a day where its runtime was forgotten because the cell thinks that it is over. */
    long runtimeMicros(TaskId task) {
        return runtimes.getOrDefault(task, 86_400 * SECOND);
    }

    boolean isOpen(IntentToken token) {
        for (Intent intent : cell.openIntents()) {
            if (intent.token().equals(token)) {
                return true;
            }
        }
        return false;
    }

    void after(long micros, Runnable happening) {
        queue.add(now + micros, happening);
    }

    boolean happens(double likelihood) {
        return likelihood > 0 && random.nextDouble() < likelihood;
    }

    /** Nothing when messages are not delayed, else up to so many seconds. */
    long delay(int seconds) {
        return mishaps.delayed() > 0 ? upTo(seconds) : 0;
    }

    long upTo(int seconds) {
        return random.nextLong(seconds * SECOND);
    }
}

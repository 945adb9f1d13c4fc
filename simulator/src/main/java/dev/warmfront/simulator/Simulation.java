package dev.warmfront.simulator;

import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.PoolId;
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
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationTrigger;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    private final SimulationSettings settings;
    private final Decider decider;
    private final CellState cell;
    private final List<Watcher> watchers;
    private final RandomGenerator random;
    private final EventQueue queue = new EventQueue();
    private final SimulatedProvider provider = new SimulatedProvider(this);
    private final SimulatedAgents agents = new SimulatedAgents(this);

    private final Set<IntentToken> openCalls = new HashSet<>();
    private final Set<TenantId> known = new HashSet<>();
    private final TaskMaker maker;
    private final Client client = new Client();
    private @Nullable Mining mining;
    private Mishaps mishaps;
    private long now;
    private Instant instant = ORIGIN;
    private long instantAt;
    private long decided;
    private long happened;

    /**
     * @param maker names tenants and tasks; may have named some before
     * @param cell the state to decide on; settings and offerings are put into it
     * @param watchers called in this order
     */
    Simulation(SimulationSettings settings, TaskMaker maker, Decider decider, CellState cell, List<Watcher> watchers) {
        this.settings = settings;
        this.maker = maker;
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
        // Known by name, so that its policy is asked while it is still empty.
        decide(new Event.PoolPut(new PoolId(settings.offering().id(), IsolationDomain.SHARED), settings.pool()));
        if (settings.disturbance().outageMicros() < Disturbance.NEVER) {
            at(settings.disturbance().outageMicros(), provider::outage);
        }
        Submission next = arrivals.next();
        long nextTick = now + settings.tickMicros();
        while (next != null || agents.haveWork()) {
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

    /** Has the scheduler told of what is mined meanwhile. Only before {@link #run}. */
    void mine(Mining learner) {
        mining = learner;
    }

    /** Has something happen at a time, before anything else that happens then. Only before {@link #run}. */
    void at(long micros, Runnable happening) {
        queue.add(micros, happening);
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
        happened++;
        queue.take().run();
    }

    private void tick() {
        happened++;
        if (!settings.mishaps().equals(Mishaps.NONE)) {
            agents.noticeSilence();
            if (now / settings.tickMicros() % 10 == 0) {
                provider.sweep();
            }
        }
        if (mining != null) {
            mining.news(instant()).forEach(this::decide);
        }
        decide(new Event.Tick());
    }

    private void submit(Submission submission) {
        happened++;
        TenantId tenant = maker.tenant(submission.tenant());
        if (known.add(tenant)) {
            decide(new Event.TenantPut(
                    new TenantProfile(tenant, 1, settings.isolation().apply(tenant))));
        }
        List<TaskSpec> specs = maker.next(submission);
        if (settings.environmentMicros() > 0) {
            specs.forEach(this::needsEnvironment);
        }
        for (int i = 0; i < specs.size(); i++) {
            agents.submitted(specs.get(i).id(), submission.tasks().get(i).runtimeMicros());
        }
        if (!maker.declares()) {
            decide(new Event.TasksSubmitted(tenant, client.begin(submission, specs)));
            return;
        }
        WorkflowId workflow = specs.getFirst().workflow();
        decide(
                workflow == null
                        ? new Event.TasksSubmitted(tenant, specs)
                        : new Event.WorkflowSubmitted(tenant, workflow, workflow.value(), specs));
    }

    private void needsEnvironment(TaskSpec spec) {
        EnvironmentKey key = new EnvironmentKey(spec.tenant(), spec.environment());
        if (!key.isGeneric() && cell.environment(key) == null) {
            decide(new Event.EnvironmentPut(
                    spec.tenant(), new Environment(spec.environment(), List.of("load"), Collections.emptySortedMap())));
        }
    }

    /** Lets the scheduler decide an event now, and what it decides take effect. */
    Answer decide(Event event) {
        decided++;
        Decision decision = decider.decide(cell, event, instant());
        // By number: these lists are gone through at every event, and an iterator each time is garbage.
        for (int i = 0; i < watchers.size(); i++) {
            watchers.get(i).decided(event, decision, now);
        }
        List<Change> changes = decision.changes();
        for (int i = 0; i < changes.size(); i++) {
            switch (changes.get(i)) {
                case Change.IntentChanged(Intent intent) -> follow(intent);
                case Change.TaskChanged(Task task, TaskTrigger trigger) -> follow(task, trigger);
                case Change.InstanceChanged changed
                when changed.trigger() != null && changed.after().state() == InstanceState.WARMING ->
                    agents.load(changed.after());
                case Change.ReservationChanged(Reservation reservation)
                when reservation.trigger() == ReservationTrigger.STOPPED -> agents.stopping(reservation);
                default -> {
                    // Nothing that providers or agents would see.
                }
            }
        }
        return decision.answer();
    }

    private void follow(Intent intent) {
        if (intent.outcome() == null) {
            openCalls.add(intent.token());
            provider.dispatch(intent);
        } else {
            openCalls.remove(intent.token());
        }
    }

    private void follow(Task task, TaskTrigger trigger) {
        if (trigger == TaskTrigger.ASSIGNED) {
            agents.assigned(task);
        } else if (trigger == TaskTrigger.CANCEL_REQUESTED) {
            agents.cancelling(task);
        } else if (task.state().isFinal()) {
            List<TaskSpec> next = client.over(task.spec().id());
            if (!next.isEmpty()) {
                after(0, () -> decide(new Event.TasksSubmitted(task.spec().tenant(), next)));
            }
            agents.over(task.spec().id());
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

    /** @param micros since the origin */
    static Instant instantOf(long micros) {
        return ORIGIN.plusNanos(Math.multiplyExact(micros, 1000L));
    }

    Instant instant() {
        if (instantAt != now) {
            instant = instantOf(now);
            instantAt = now;
        }
        return instant;
    }

    /** Events that the scheduler has decided so far. */
    long decided() {
        return decided;
    }

    /**
     * Events simulated so far: submissions, ticks, and each thing that happened at its own time in the world: a call reaches
     * the provider, an answer or a report reaches the control plane (which then decides it: still one event), a machine has
     * booted, an agent hears of an attempt, a process ends.
     */
    long happened() {
        return happened;
    }

    /** Whether the call's outcome is not known yet. */
    boolean isOpen(IntentToken token) {
        return openCalls.contains(token);
    }

    void after(long micros, Runnable happening) {
        if (micros == 0) {
            queue.addNow(now, happening);
        } else {
            queue.add(now + micros, happening);
        }
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

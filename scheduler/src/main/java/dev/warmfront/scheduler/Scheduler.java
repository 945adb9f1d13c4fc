package dev.warmfront.scheduler;

import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.scheduler.Answer.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The brain of a cell: what an event means, given what the cell knows. Everything it knows is in the {@link CellState}, but for
 * the memory of policies that learn, which follows from the same events ({@link DemandListener}): a scheduler with such a policy
 * belongs to one state.
 */
public final class Scheduler {

    private final PoolPlanner planner;
    private final DemandTeller teller;
    private final Duration chargeEvery;

    /**
     * Charges an instance whose use does not change every minute, so that a bill is never far behind.
     *
     * @param policies by whose names {@link PoolSettings} choose
     * @throws IllegalArgumentException when two have one name
     */
    public Scheduler(List<PoolPolicy> policies) {
        this(policies, Billing.LONGEST_STRETCH);
    }

    /**
     * For simulations of months, where charges that nobody reads in between would be most of the work.
     *
     * @param policies by whose names {@link PoolSettings} choose
     * @param chargeEvery an instance whose use does not change is charged this often, > 0; what it costs in all is the same
     * @throws IllegalArgumentException when two have one name
     */
    public Scheduler(List<PoolPolicy> policies, Duration chargeEvery) {
        this.chargeEvery = chargeEvery;
        Map<String, PoolPolicy> byName = policies.stream()
                .collect(Collectors.toMap(PoolPolicy::name, Function.identity(), (one, other) -> {
                    throw new IllegalArgumentException("two pool policies are called " + one.name());
                }));
        this.planner = new PoolPlanner(byName);
        this.teller = new DemandTeller(policies);
    }

    /** With the policies that only react: {@code reactive} and {@code fixed-keep-alive}. */
    public static Scheduler reacting() {
        return new Scheduler(List.of(new ReactivePolicy(), new FixedKeepAlivePolicy()));
    }

    /**
     * Tells policies with a memory what was before this scheduler came: after a restart they know again what they knew.
     *
     * @param state the cell as it was read back, before anything is decided
     * @param past in any order; those that are not final are among the state's tasks
     * @param loads in the order of time
     */
    public void recall(CellState state, List<PastTask> past, List<PastLoad> loads) {
        teller.recall(state, past, loads);
    }

    /** Whether the policy of that name has a memory to be told of the past. */
    public boolean remembers(String policy) {
        return planner.policy(policy) instanceof DemandListener;
    }

    /** What the tenant of a task in a shared pool may count on by what policies remember; null where it need not mind the others. */
    @Nullable Claim claim(CellState state, TaskSpec task) {
        return teller.claim(state, task);
    }

    /** What an operator should know of pools by what their policies have seen, a sentence each. */
    public Map<PoolId, String> conditions() {
        return teller.conditions();
    }

    /**
     * Decides one event. Each change is applied to the state as it is emitted (docs/adr/0001), so the state has taken all of
     * them on return; a refusal changes nothing.
     *
     * @param state the cell; altered by exactly the changes returned
     * @param event what happened, perhaps late, perhaps again
     * @param now the present, in whole microseconds; where it lies before what the state already tells of, that counts
     * @return the answer to the sender, and the changes in order
     */
    public Decision decide(CellState state, Event event, Instant now) {
        Deciding deciding = new Deciding(state, state.notBeforeLatest(now));
        Answer answer = handle(deciding, event);
        if (answer instanceof Answer.Refused) {
            return new Decision(answer, List.of());
        }
        if (event instanceof Event.Tick) {
            state.queue().lookAgain();
        }
        Reservations.settle(deciding, 0);
        int settled = deciding.changes().size();
        Reclaim.yieldTurns(deciding);
        boolean tick = event instanceof Event.Tick;
        Dispatcher.dispatch(deciding, () -> tick ? Touched.everything() : Touched.by(deciding, 0), teller);
        Reclaim.refill(deciding);
        Set<PoolId> expecting = teller.note(deciding, 0);
        int planned = deciding.changes().size();
        if (tick) {
            teller.tell();
            planner.planAll(deciding);
            Retention.enforce(deciding);
            Reclaim.endSpare(deciding);
        } else {
            boolean calls = mayCallForMachines(deciding);
            Map<PoolId, List<PoolView.Want>> asked = PoolPlanner.expecting(
                    deciding.state(), calls ? PoolPlanner.unmet(deciding, callers(deciding)) : Map.of(), expecting);
            if (!asked.isEmpty()) {
                teller.tell();
                planner.plan(deciding, asked);
            }
            if (calls) {
                Reclaim.endSpare(deciding);
            }
        }
        if (deciding.changes().size() > planned) {
            // A drain that was cancelled has room at once.
            Dispatcher.dispatch(deciding, () -> Touched.by(deciding, planned), teller);
            teller.note(deciding, planned);
        }
        Prefetch.sendAhead(deciding);
        Reservations.settle(deciding, settled);
        Reservations.foresee(deciding, settled);
        return new Decision(answer, deciding.changes());
    }

    /**
     * Whether the event has raised demand, or lowered what may serve it. Counting the demand costs as much as there are
     * shapes in the queue; starts and ends of attempts, which are most of all events, do neither.
     */
    private static boolean mayCallForMachines(Deciding deciding) {
        if (deciding.state().queue().isEmpty()) {
            return false;
        }
        for (Change change : deciding.changes()) {
            boolean calls =
                    switch (change) {
                        case Change.TaskChanged(Task after, TaskTrigger trigger) -> after.state() == TaskState.QUEUED;
                        case Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason) ->
                            trigger != null && trigger != InstanceTrigger.ASSIGNED && trigger != InstanceTrigger.IDLED;
                        case Change.OfferingsChanged offerings -> true;
                        case Change.OfferingBlocked blocked -> true;
                        case Change.PoolChanged pool -> true;
                        case Change.TenantChanged tenant -> true;
                        case Change.InstanceHeldBack held -> true;
                        case Change.PoolAdvised advised -> false;
                        case Change.EnvironmentChanged environment -> false;
                        case Change.EnvironmentDropped environment -> false;
                        case Change.IntentChanged intent -> false;
                        case Change.ChargeMade charge -> false;
                        case Change.WorkflowAccepted workflow -> false;
                        case Change.AgentSeen seen -> false;
                        case Change.DataSentAhead sent -> false;
                        case Change.ReservationChanged reserved -> false;
                        case Change.CurvesKnown curves -> false;
                        case Change.SuccessorsKnown successors -> false;
                        case Change.SequenceAdvanced sequence -> false;
                    };
            if (calls) {
                return true;
            }
        }
        return false;
    }

    /** Whose demand the event may have left unmet: where only tasks have come, theirs. */
    private static Touched callers(Deciding deciding) {
        for (Change change : deciding.changes()) {
            boolean machine = change instanceof Change.InstanceChanged moved
                    && moved.trigger() != null
                    && moved.trigger() != InstanceTrigger.ASSIGNED
                    && moved.trigger() != InstanceTrigger.IDLED;
            if (machine) {
                // One that ends makes room for others' at its provider.
                return Touched.everything();
            }
        }
        return Touched.by(deciding, 0);
    }

    private Answer handle(Deciding deciding, Event event) {
        CellState state = deciding.state();
        return switch (event) {
            case Event.TenantPut(var tenant) -> done(deciding, new Change.TenantChanged(tenant));
            case Event.EnvironmentPut(var tenant, var environment) ->
                state.tenant(tenant) == null
                        ? new Answer.Refused(Refusal.UNKNOWN_TENANT, "tenant " + tenant + " is not known to this cell")
                        : done(deciding, new Change.EnvironmentChanged(tenant, environment));
            case Event.EnvironmentRemoved(var key) ->
                state.liveTasks().need(key)
                        ? new Answer.Refused(
                                Answer.Refusal.IN_USE, "unfinished tasks need environment " + key.environment())
                        : done(deciding, new Change.EnvironmentDropped(key));
            case Event.TasksSubmitted(var tenant, var tasks) -> TaskHandler.submit(deciding, tenant, null, tasks);
            case Event.WorkflowSubmitted(var tenant, var workflow, var name, var tasks) ->
                TaskHandler.submit(
                        deciding, tenant, new Workflow(tenant, workflow, name, tasks.size(), deciding.now()), tasks);
            case Event.TaskCancelRequested(var tenant, var task) -> TaskHandler.cancel(deciding, tenant, task);
            case Event.WorkflowCancelRequested(var tenant, var workflow) ->
                TaskHandler.cancelWorkflow(deciding, tenant, workflow);
            case Event.OfferingsPut(var provider, var offerings) ->
                done(deciding, new Change.OfferingsChanged(provider, offerings));
            case Event.PoolPut(var pool, var settings) ->
                planner.knows(settings.policy())
                        ? done(deciding, new Change.PoolChanged(pool, settings))
                        : new Answer.Refused(
                                Refusal.UNKNOWN_POLICY, "known pool policies are " + planner.policyNames());
            case Event.DrainRequested(var instance) ->
                InstanceHandler.drain(deciding, instance, new Reason("operator-drain", "an operator had it drained"));
            case Event.IntentAnswered(var token, var outcome) ->
                done(() -> IntentHandler.answered(deciding, token, outcome));
            case Event.InstanceGone(var instance) -> done(() -> InstanceHandler.gone(deciding, instance));
            case Event.InstanceFound(var provider, var ref, var instance) ->
                done(() -> InstanceHandler.found(deciding, provider, ref, instance));
            case Event.AgentRegistered(var instance) -> done(() -> InstanceHandler.registered(deciding, instance));
            case Event.WarmUpFinished(var instance, var warm, var failure) ->
                done(() -> InstanceHandler.warmUpFinished(deciding, instance, warm, failure));
            case Event.AttemptStarted(var instance, var attempt) ->
                done(() -> TaskHandler.started(deciding, instance, attempt));
            case Event.AttemptFinished(var instance, var attempt, var result) ->
                done(() -> InstanceHandler.attemptFinished(deciding, instance, attempt, result));
            case Event.AgentTold(var instance, var view) ->
                done(() -> {
                    if (state.instance(instance) != null) {
                        deciding.emit(new Change.AgentSeen(instance, view));
                    }
                });
            case Event.UseMeasured(var instance, var attempt, var cpu, var memory) ->
                done(() -> Reservations.measured(deciding, instance, attempt, cpu, memory));
            case Event.CurvesLearned(var tenant, var curves) -> done(deciding, new Change.CurvesKnown(tenant, curves));
            case Event.SuccessorsLearned(var tenant, var successors) ->
                done(deciding, new Change.SuccessorsKnown(tenant, successors));
            case Event.InstanceSilent(var instance) -> done(() -> InstanceHandler.silent(deciding, instance));
            case Event.InterruptionNoticed(var instance) -> done(() -> InstanceHandler.interrupted(deciding, instance));
            case Event.Tick() ->
                done(() -> {
                    TaskHandler.releaseDue(deciding);
                    InstanceHandler.tick(deciding, chargeEvery);
                    Reservations.tick(deciding);
                });
        };
    }

    private static Answer done(Deciding deciding, Change change) {
        deciding.emit(change);
        return Answer.DONE;
    }

    private static Answer done(Runnable handling) {
        handling.run();
        return Answer.DONE;
    }
}

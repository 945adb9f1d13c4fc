package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.PurchaseModel;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The invariants of design.md §8, looked at around every change and after every event. */
final class Checks {

    /** Every row of the lifecycles that any world has gone through. */
    final Set<TransitionTable.Transition<?, ?>> visited = new HashSet<>();

    private static final int FULL_COMPARISON_EVERY = 25;
    private static final int WAITING_EVERY = 4;

    /** By then there was another tick, at which all that waits is looked at again. */
    private static final Duration LOOKED_AGAIN = Duration.ofSeconds(25);

    private final World world;
    private final Map<InstanceId, Bill> bills = new HashMap<>();
    private final Set<InstanceId> billable = new HashSet<>();
    private final Set<TaskId> accepted = new HashSet<>();
    private boolean twinRestored;

    /** Tenants that had spent their budgets, all in one month, before the present event. */
    private final Set<TenantId> spentUp = new HashSet<>();

    /** How often, counted after each event, a tenant had nothing left. */
    long everSpentUp;

    /** How many tasks went to spot machines whose tenants bound their share. */
    int givenToSpotOfADividedTenant;

    /** How many idle machines were ended for demand elsewhere. */
    int reclaimed;

    /** How many tasks were seen to wait beside machines that are left idle for other tenants. */
    int leftToOthers;

    /** An independent account of one instance: closed stretches of one price, and the open one. */
    private static final class Bill {
        private BigInteger closed = BigInteger.ZERO;
        private @Nullable HourlyRate rate;
        private Instant since = Instant.MIN;
        private Instant lastFrom = Instant.MIN;
        private Instant lastTo = Instant.MIN;
    }

    Checks(World world) {
        this.world = world;
    }

    /** Notes what was acknowledged: from now on it may not be lost. */
    void answered(Event event, Answer answer) {
        if (answer instanceof Answer.Done) {
            List<TaskSpec> tasks =
                    switch (event) {
                        case Event.TasksSubmitted submitted -> submitted.tasks();
                        case Event.WorkflowSubmitted submitted -> submitted.tasks();
                        default -> List.of();
                    };
            tasks.forEach(task -> accepted.add(task.id()));
        }
    }

    void twinRestored() {
        twinRestored = true;
    }

    void sameDecision(Decision decision, Decision again) {
        if (again.equals(decision)) {
            return;
        }
        assertThat(twinRestored).as("I8: the same decision, not %s", again).isTrue();
        assertThat(again.answer()).isEqualTo(decision.answer());
        assertThat(again.changes().stream().map(Checks::withoutUse).toList())
                .as("I8: a restored state decides the same")
                .isEqualTo(decision.changes().stream().map(Checks::withoutUse).toList());
    }

    /** A restored state numbers uses anew; only their order counts. */
    private static Change withoutUse(Change change) {
        return change instanceof Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason)
                ? new Change.InstanceChanged(
                        new InstanceEdit(after).used(after.lastUsedAt(), 0).build(), trigger, reason)
                : change;
    }

    /** Looks at a change while the replica still has what was before it. */
    void before(Change change) {
        switch (change) {
            case Change.TaskChanged(Task after, TaskTrigger trigger) -> beforeTask(after, trigger);
            case Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason) -> {
                if (trigger != null) {
                    beforeMove(after, trigger);
                }
                if (reason.code().equals("reclaimed-for-demand")) {
                    beforeReclaim(after);
                }
            }
            case Change.IntentChanged(Intent after) -> beforeIntent(after);
            case Change.ChargeMade(Charge charge) -> charged(charge);
            default -> {
                // Nothing to hold against it.
            }
        }
    }

    private void beforeTask(Task after, TaskTrigger trigger) {
        TaskId id = after.spec().id();
        Task before = world.replica.task(id);
        Task written = world.database.tasks().get(id);
        hold(written == null || !written.state().isFinal(), "I1, it had ended", id);
        visited.add(new TransitionTable.Transition<>(before == null ? null : before.state(), trigger, after.state()));
        if (after.state() == TaskState.SUCCEEDED) {
            assertThat(world.exitedZero).as("succeeded without a success").contains(after.attemptId());
        }
        if (trigger == TaskTrigger.ASSIGNED) {
            Instance instance = world.replica.instance(Objects.requireNonNull(after.instance()));
            assertThat(instance).isNotNull();
            boolean warm = after.spec().environment().value().equals("generic")
                    || instance.warm().contains(Shape.of(after.spec()).environment());
            assertThat(warm).as("%s needs what is not loaded", id).isTrue();
            hold(hasBudget(after.spec().tenant()), "I7, begun without a budget", after);
            hold(
                    limits(after.spec().tenant()).permits(instance.offering()),
                    "given to a machine that its tenant does not permit",
                    after);
            holdsSpotShare(after.spec().tenant(), instance.offering());
            assertThat(after.attempt()).isEqualTo(before == null ? 1 : before.attempt() + 1);
        }
    }

    private void beforeMove(Instance after, InstanceTrigger trigger) {
        Instance before = world.replica.instance(after.id());
        visited.add(new TransitionTable.Transition<>(before == null ? null : before.state(), trigger, after.state()));
        PoolId pool = after.pool();
        PoolSettings settings = world.replica.poolSettings(pool);
        switch (trigger) {
            case REQUESTED -> {
                permitted(after);
                assertThat(settings.paused()).as("a paused pool launches").isFalse();
                hold(after.cause() == null || hasBudget(after.cause().tenant()), "I7, launched", after);
                assertThat(world.replica.index().of(pool).size()).isLessThan(settings.maxInstances());
            }
            case START_DECIDED -> {
                permitted(after);
                assertThat(settings.paused()).isFalse();
                hold(after.cause() == null || hasBudget(after.cause().tenant()), "I7, woken", after);
            }
            case STOP_DECIDED -> {
                assertThat(settings.paused()).isFalse();
                assertThat(after.allocations())
                        .as("I9: a busy instance is stopped")
                        .isEmpty();
            }
            case AGENT_REGISTERED -> billable.add(after.id());
            default -> {
                // Not the planner's.
            }
        }
    }

    /** The machine has it by now: what of the tenant's work is on spot is counted anew from all machines. */
    private void holdsSpotShare(TenantId tenant, Offering given) {
        long spot = 0;
        long all = 0;
        for (Instance instance : world.replica.instances()) {
            for (Allocation allocation : instance.allocations()) {
                if (allocation.attempt().tenant().equals(tenant)) {
                    long weight = allocation
                            .resources()
                            .dominantSharePpm(instance.offering().machineType().capacity());
                    all += weight;
                    spot += instance.offering().purchaseModel() == PurchaseModel.SPOT ? weight : 0;
                }
            }
        }
        int share = limits(tenant).spotSharePpm();
        boolean onSpot = given.purchaseModel() == PurchaseModel.SPOT;
        hold(
                !onSpot
                        || BigInteger.valueOf(spot)
                                        .multiply(BigInteger.valueOf(MachineLimits.WHOLE_PPM))
                                        .compareTo(BigInteger.valueOf(all).multiply(BigInteger.valueOf(share)))
                                <= 0,
                "more on spot than the share",
                tenant + " " + spot + " of " + all + " with " + share);
        givenToSpotOfADividedTenant += onSpot && limits(tenant).dividesSpot() ? 1 : 0;
    }

    private void permitted(Instance after) {
        TenantId tenant =
                after.cause() == null ? after.domain().tenant() : after.cause().tenant();
        hold(
                tenant == null || limits(tenant).permits(after.offering()),
                "brought up for a tenant that does not permit it",
                after);
    }

    private MachineLimits limits(TenantId tenant) {
        return Objects.requireNonNull(world.replica.tenant(tenant)).settings().machines();
    }

    private void beforeReclaim(Instance after) {
        Instance before = Objects.requireNonNull(world.replica.instance(after.id()));
        boolean idle = before.state() == InstanceState.STANDBY || before.state() == InstanceState.HOT;
        hold(idle && before.allocations().isEmpty(), "reclaimed while it works", before);
        hold(!world.replica.poolSettings(before.pool()).paused(), "reclaimed from a paused pool", before);
        reclaimed++;
    }

    private void beforeIntent(Intent after) {
        Instance instance = world.replica.instance(after.instance());
        if (after.outcome() != null) {
            boolean launched =
                    after.kind() == Intent.Kind.LAUNCH && after.outcome() instanceof ProviderOutcome.Accepted;
            if (launched && instance != null) {
                billable.add(after.instance());
            }
            return;
        }
        boolean ends = after.kind() == Intent.Kind.STOP
                || (after.kind() == Intent.Kind.TERMINATE
                        && instance != null
                        && after.ref() != null
                        && after.ref().equals(instance.ref()));
        if (ends && instance != null && instance.state() != InstanceState.LOST) {
            assertThat(instance.allocations())
                    .as("I9: %s of a busy instance", after.kind())
                    .isEmpty();
        }
        if (after.kind() == Intent.Kind.TERMINATE) {
            assertThat(world.replica.openIntents().stream()
                            .filter(open -> open.kind() == Intent.Kind.TERMINATE
                                    && open.instance().equals(after.instance())
                                    && Objects.equals(open.ref(), after.ref())))
                    .as("an end is issued twice")
                    .isEmpty();
        }
    }

    private void charged(Charge charge) {
        Instance instance = world.replica.instance(charge.instance());
        assertThat(instance).as("a charge for what is not there").isNotNull();
        if (charge.tenant() != null) {
            assertThat(domain(charge.tenant())).as("I4: pays for another's").isEqualTo(instance.domain());
        }
        Bill bill = bills.computeIfAbsent(charge.instance(), key -> new Bill());
        boolean samePiece = charge.from().equals(bill.lastFrom) && charge.to().equals(bill.lastTo);
        assertThat(samePiece || !charge.from().isBefore(bill.lastTo))
                .as("I6: charges overlap")
                .isTrue();
        bill.lastFrom = charge.from();
        bill.lastTo = charge.to();
    }

    /** After the change was written: is the instance's cost what an independent account says? */
    void took(Change change) {
        if (change instanceof Change.TenantChanged) {
            countBudgets();
        }
        if (!(change instanceof Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason))) {
            return;
        }
        hold(world.database.charged(after.id()).equals(after.cost()), "I6, Σ charges", after);
        Instant until = after.chargedUntil();
        if (until == null) {
            hold(after.cost().isZero(), "I6, a cost before billing", after);
            return;
        }
        Bill bill = bills.computeIfAbsent(after.id(), key -> new Bill());
        HourlyRate rate = price(after);
        if (trigger != null) {
            hold(until.equals(after.stateSince()), "I6, not charged until it changed", after);
        }
        if (!rate.equals(bill.rate)) {
            bill.closed = bill.closed.add(cost(bill.rate, bill.since, until));
            bill.rate = rate;
            bill.since = until;
        }
        BigInteger expected = bill.closed.add(cost(bill.rate, bill.since, until));
        hold(expected.equals(BigInteger.valueOf(after.cost().nanos())), "I6, it should cost " + expected, after);
    }

    private static HourlyRate price(Instance instance) {
        StandbyMode mode = instance.standbyMode();
        return instance.state() == InstanceState.STANDBY && mode != null
                ? instance.offering().standbyRates().getOrDefault(mode, HourlyRate.FREE)
                : instance.offering().hotRate();
    }

    private static BigInteger cost(@Nullable HourlyRate rate, Instant from, Instant to) {
        return rate == null
                ? BigInteger.ZERO
                : BigInteger.valueOf(rate.nanosPerHour())
                        .multiply(BigInteger.valueOf(Duration.between(from, to).toNanos()))
                        .divide(BigInteger.valueOf(Duration.ofHours(1).toNanos()));
    }

    /** Whether anything was left of the tenant's budget, by the ledger, when the event that is being decided came. */
    private boolean hasBudget(TenantId tenant) {
        return !spentUp.contains(tenant);
    }

    private void countBudgets() {
        spentUp.clear();
        for (TenantProfile tenant : world.database.tenants()) {
            Money budget = tenant.settings().monthlyBudget();
            if (budget != null && world.database.chargedTo(tenant.id()).compareTo(budget) >= 0) {
                spentUp.add(tenant.id());
                everSpentUp++;
            }
        }
    }

    void after(Decision decision) {
        countBudgets();
        if (decision.answer() instanceof Answer.Refused) {
            assertThat(decision.changes()).as("a refusal changes nothing").isEmpty();
        }
        instancesHold();
        tasksHold();
        if (world.decided() % WAITING_EVERY == 0) {
            WaitingCheck.hold(world.cell, world.now);
        }
        if (world.decided() % FULL_COMPARISON_EVERY == 0) {
            StateView view = StateView.of(world.cell);
            StateView.of(world.replica).assertIs(view, "I8: replayed");
            CellState restored = CellState.restore(Fixtures.SETTINGS, world.database.snapshot());
            StateView.of(restored).assertIs(view, "restored");
            WaitingCheck.hold(restored, world.now);
            Deciding again = new Deciding(restored, world.now);
            Dispatcher.dispatch(again, Touched::everything, new DemandTeller(List.of()));
            again.changes().forEach(this::leftToOthers);
        }
    }

    /** What could still be given out is left idle for others, by one who has machines enough, and not for longer than it should. */
    private void leftToOthers(Change change) {
        Task task =
                switch (change) {
                    case Change.TaskChanged(Task after, TaskTrigger trigger) ->
                        world.cell.task(after.spec().id());
                    case Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason)
                    when after.state() == InstanceState.WARMING && after.cause() != null ->
                        world.cell.task(Objects.requireNonNull(after.cause().task()));
                    default -> null;
                };
        if (task == null) {
            return;
        }
        Claim claim = world.claim(task.spec());
        hold(claim != null, "something could still be given out", change);
        Instant until = Objects.requireNonNull(task.eligibleAt())
                .plus(Objects.requireNonNull(claim).patience())
                .plus(LOOKED_AGAIN);
        hold(world.now.isBefore(until), "left to others for too long", change);
        leftToOthers++;
    }

    /** Cheaper than a fluent assertion, which matters where it is asked a million times. */
    private static void hold(boolean condition, String invariant, Object what) {
        if (!condition) {
            throw new AssertionError(invariant + ": " + what);
        }
    }

    private void instancesHold() {
        for (Instance instance : world.cell.instances()) {
            Resources used = Resources.NONE;
            Set<TaskId> here = new HashSet<>();
            for (Allocation allocation : instance.allocations()) {
                used = used.plus(allocation.resources());
                Task task = world.cell.task(allocation.attempt().task());
                hold(here.add(allocation.attempt().task()), "I2, twice on one instance", allocation);
                if (task == null) {
                    throw new AssertionError("I1, an attempt of no task: " + allocation);
                }
                hold(task.attemptId().equals(allocation.attempt()), "I2, an old attempt is held", allocation);
                hold(instance.id().equals(task.instance()), "I2, held by another machine", task);
                hold(task.spec().request().equals(allocation.resources()), "I5, not what it asked for", task);
                hold(domain(allocation.attempt().tenant()).equals(instance.domain()), "I4", instance);
            }
            hold(instance.offering().machineType().capacity().covers(used), "I5", instance);
            boolean works = !instance.allocations().isEmpty();
            switch (instance.state()) {
                case BUSY -> hold(works, "busy with nothing", instance);
                case DRAINING, LOST -> {
                    // With or without attempts.
                }
                default -> hold(!works, "it works where it must not", instance);
            }
            hold((instance.rateSince() != null) == billable.contains(instance.id()), "I6, billed or not", instance);
        }
    }

    private void tasksHold() {
        int live = 0;
        Set<TaskId> queued = new HashSet<>();
        for (DomainEntry domain : world.cell.queue().domains()) {
            for (TenantEntry tenant : domain.waiting()) {
                tenant.lanes().forEach(lane -> lane.tasks().forEach(queued::add));
            }
        }
        for (TaskId id : accepted) {
            Task task = world.database.tasks().get(id);
            if (task == null) {
                throw new AssertionError("I1, never written: " + id);
            }
            if (task.state().isFinal()) {
                hold(world.cell.task(id) == null && task.finishedAt() != null, "I1, final and yet not", task);
                continue;
            }
            live++;
            hold(task.equals(world.cell.task(id)), "I1, lost", task);
            switch (task.state()) {
                case PENDING -> hold(hasOpenParent(task), "waits for nothing", task);
                case QUEUED ->
                    hold(queued.contains(id) != (task.notBefore() != null), "neither queued nor delayed", task);
                case ASSIGNED, RUNNING, CANCELLING -> hold(isHeld(task), "I1, no machine has it", task);
                case SUCCEEDED, FAILED, CANCELLED -> throw new AssertionError("unreachable");
            }
        }
        hold(world.cell.liveTasks().size() == live, "I1, unknown tasks", live);
    }

    private boolean isHeld(Task task) {
        Instance instance = task.instance() == null ? null : world.cell.instance(task.instance());
        return instance != null
                && instance.allocations().stream()
                        .anyMatch(allocation -> allocation.attempt().equals(task.attemptId()));
    }

    private boolean hasOpenParent(Task task) {
        return task.spec().parents().stream()
                .map(world.cell::task)
                .anyMatch(parent -> parent != null && !parent.state().isFinal());
    }

    private IsolationDomain domain(TenantId tenant) {
        return Objects.requireNonNull(world.cell.tenant(tenant), "unknown tenant")
                .domain();
    }

    /** When all is over: nothing is billed unknown, and every nano-dollar was charged. */
    void settled(List<Machine> alive) {
        for (Machine machine : alive) {
            Instance instance = world.cell.instance(machine.instance);
            assertThat(instance).as("I3: %s bills unknown", machine.ref).isNotNull();
            assertThat(instance.ref()).isEqualTo(machine.ref);
        }
        world.database.instances().forEach((id, instance) -> assertThat(world.database.charged(id))
                .isEqualTo(instance.cost()));
    }
}

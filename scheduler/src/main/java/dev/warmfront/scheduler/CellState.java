package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything a cell knows, in memory. Altered by {@link #apply} alone; belongs to one thread. Tasks and instances that are
 * final leave it: what became of them is in the database.
 */
public final class CellState {

    private final CellSettings settings;
    private long nextSequence;
    private long nextUse = 1;

    /** The latest moment that any image tells of. */
    private Instant latest = Instant.MIN;

    private final Tenants tenants = new Tenants();
    private final SortedMap<EnvironmentKey, Environment> environments = new TreeMap<>();
    private final SortedMap<OfferingId, Offering> offerings = new TreeMap<>();
    private List<Listed> offeringsByPrice = List.of();
    private PoolSettings defaultPool;
    private final SortedMap<PoolId, PoolSettings> pools = new TreeMap<>();
    private final Map<PoolId, PoolAdvice> advice = new HashMap<>();
    private final Refusals refusals = new Refusals();
    private final IdTable<TaskEntry> tasks = new IdTable<>();
    private final RecentlyEnded recentlyEnded = new RecentlyEnded();

    /** Unfinished tasks by what they need beside the generic environment. */
    private final Map<EnvironmentKey, Integer> tasksByEnvironment = new HashMap<>();

    private final TreeSet<Due> delayed = new TreeSet<>();
    private final FairQueue queue = new FairQueue();
    private final WorkflowIndex workflows = new WorkflowIndex();
    private final IdTable<InstanceEntry> instances = new IdTable<>();
    private final InstanceIndex index = new InstanceIndex();
    private final Map<IntentToken, Intent> openIntents = new LinkedHashMap<>();
    private final Map<InstanceId, List<Intent>> openIntentsByInstance = new HashMap<>();
    private int openSpeculative;
    private final SpotUse spotUse = new SpotUse();
    private final DataIndex data = new DataIndex();
    private final ReservationBook reservations = new ReservationBook();

    private CellState(CellSettings settings, Snapshot snapshot) {
        this.settings = settings;
        this.nextSequence = snapshot.nextSequence();
        this.defaultPool = snapshot.defaultPool();
    }

    /** A cell that has nothing yet. */
    public static CellState empty(CellSettings settings) {
        return restore(settings, Snapshot.EMPTY);
    }

    /** The state as it was written. */
    public static CellState restore(CellSettings settings, Snapshot snapshot) {
        CellState state = new CellState(settings, snapshot);
        snapshot.tenants().forEach(state::putTenant);
        snapshot.accounts().forEach(state.tenants::put);
        snapshot.environments()
                .forEach(owned -> state.environments.put(
                        new EnvironmentKey(owned.tenant(), owned.environment().id()), owned.environment()));
        snapshot.offerings().forEach(offering -> state.offerings.put(offering.id(), offering));
        state.sortOfferings();
        state.pools.putAll(snapshot.pools());
        snapshot.advice().forEach(advice -> state.advice.put(advice.pool(), advice));
        snapshot.instances().stream()
                .sorted(Comparator.comparing(Instance::launchRequestedAt)
                        .thenComparingLong(instance -> InstanceIndex.sequenceOf(instance.id()))
                        .thenComparing(Instance::id))
                .forEach(state::putNewInstance);
        state.restoreTasks(snapshot.tasks());
        snapshot.openIntents().stream()
                .sorted(Comparator.comparing(Intent::issuedAt).thenComparing(Intent::token))
                .forEach(state::putIntent);
        state.reservations.poolsChanged(state.defaultPool, state.pools);
        snapshot.reservations().forEach(state.reservations::restore);
        return state;
    }

    private void restoreTasks(List<Task> restored) {
        Set<TaskId> succeeded = new HashSet<>();
        List<Task> live = new ArrayList<>();
        for (Task task : restored) {
            if (task.state() == TaskState.SUCCEEDED) {
                succeeded.add(task.spec().id());
            } else if (!task.state().isFinal()) {
                live.add(task);
            }
        }
        live.sort(Comparator.comparing(Task::submittedAt)
                .thenComparing(task -> task.spec().id()));
        for (Task task : live) {
            List<TaskId> open = task.spec().parents().stream()
                    .filter(parent -> !succeeded.contains(parent))
                    .toList();
            putNewTask(task, open);
        }
        restored.stream().filter(task -> task.state() == TaskState.SUCCEEDED).forEach(data::see);
    }

    /**
     * Takes one change.
     *
     * @throws IllegalStateException when it is not a legal move from the present state: a bug of the decider
     */
    public void apply(Change change) {
        switch (change) {
            case Change.TaskChanged(Task after, TaskTrigger trigger) -> applyTask(after, trigger);
            case Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason) ->
                applyInstance(after, trigger);
            case Change.IntentChanged(Intent after) -> putIntent(after);
            // Its sum is on the instance's image, too; the charge itself is for the ledger.
            case Change.ChargeMade(Charge charge) -> tenants.charged(charge);
            case Change.WorkflowAccepted(Workflow workflow) -> {
                // Its tasks follow; the row itself is for people.
            }
            case Change.TenantChanged(TenantProfile tenant) -> {
                putTenant(tenant);
                queue.unstick();
                queue.conditionsChanged();
            }
            case Change.EnvironmentChanged(TenantId tenant, Environment environment) ->
                environments.put(new EnvironmentKey(tenant, environment.id()), environment);
            case Change.EnvironmentDropped(EnvironmentKey key) -> environments.remove(key);
            case Change.OfferingsChanged offered -> {
                offerings.values().removeIf(old -> old.placement().provider().equals(offered.provider()));
                offered.offerings().forEach(offering -> offerings.put(offering.id(), offering));
                sortOfferings();
                queue.conditionsChanged();
            }
            case Change.PoolChanged(PoolId pool, PoolSettings changed) -> {
                if (pool == null) {
                    defaultPool = changed;
                } else {
                    pools.put(pool, changed);
                }
                reservations.poolsChanged(defaultPool, pools);
                queue.conditionsChanged();
            }
            case Change.PoolAdvised(PoolAdvice given) -> advice.put(given.pool(), given);
            case Change.OfferingBlocked(OfferingId id, Instant until, String why, int shortages) -> {
                Offering offering = offerings.get(id);
                refusals.block(id, offering == null ? null : offering.placement(), until, shortages);
                queue.conditionsChanged();
            }
            case Change.InstanceHeldBack held -> refusals.holdBack(held.instance(), held.until());
            case Change.AgentSeen(InstanceId id, AgentView view) -> data.seen(id, view);
            case Change.DataSentAhead(SentAhead sent) -> data.sent(sent);
            case Change.ReservationChanged(Reservation after) -> reservations.put(after);
            case Change.CurvesKnown(var tenant, var curves) -> reservations.know(tenant, curves);
            case Change.SuccessorsKnown known -> {
                // Told to policies with a memory, which keep it.
            }
            case Change.SequenceAdvanced(long next) -> nextSequence = next;
        }
    }

    private void putTenant(TenantProfile tenant) {
        tenants.put(tenant);
        queue.put(tenant);
        spotUse.put(tenant, instances());
    }

    private void sortOfferings() {
        offeringsByPrice = offerings.values().stream()
                .map(offering -> new Listed(offering.id(), offering))
                .sorted(Comparator.comparing(
                                (Listed listed) -> listed.offering().hotRate())
                        .thenComparing(Listed::id))
                .toList();
    }

    private void applyTask(Task after, TaskTrigger trigger) {
        TaskId id = after.spec().id();
        TaskEntry entry = tasks.get(id);
        TaskLifecycle.TABLE.check(entry == null ? null : entry.image().state(), trigger, after.state(), id);
        if (entry == null) {
            putNewTask(after, after.spec().parents());
            return;
        }
        see(after);
        data.see(after);
        unqueue(entry);
        entry.image(after);
        if (after.state().isFinal()) {
            tasks.remove(entry);
            reservations.forget(id);
            countEnvironment(after.spec(), -1);
            if (after.state() == TaskState.SUCCEEDED) {
                workflows.succeeded(after);
            }
            workflows.ended(after);
            if (after.finishedAt() != null) {
                recentlyEnded.add(id, after.finishedAt());
            }
        } else {
            enqueue(entry);
        }
    }

    private void putNewTask(Task task, List<TaskId> openParents) {
        see(task);
        data.see(task);
        TaskEntry entry = new TaskEntry(task);
        tasks.add(entry);
        countEnvironment(task.spec(), 1);
        boolean pending = task.state() == TaskState.PENDING;
        workflows.add(task, pending ? openParents.size() : 0, openParents);
        enqueue(entry);
    }

    private void countEnvironment(TaskSpec spec, int by) {
        // Most tasks need the generic one only, which nobody takes away.
        if (!Environment.GENERIC.id().equals(spec.environment())) {
            tasksByEnvironment.merge(Shape.environmentOf(spec), by, Integer::sum);
        }
    }

    private void enqueue(TaskEntry entry) {
        Task task = entry.image();
        if (task.state() != TaskState.QUEUED) {
            return;
        }
        if (task.notBefore() == null) {
            entry.place = queue.add(task);
        } else {
            delayed.add(new Due(task.notBefore(), task.spec().id()));
        }
    }

    private void unqueue(TaskEntry entry) {
        Task task = entry.image();
        FairQueue.Place place = entry.place;
        if (place != null) {
            queue.remove(place);
            entry.place = null;
        } else if (task.state() == TaskState.QUEUED && task.notBefore() != null) {
            delayed.remove(new Due(task.notBefore(), task.spec().id()));
        }
    }

    private void applyInstance(Instance after, @Nullable InstanceTrigger trigger) {
        InstanceEntry entry = instances.get(after.id());
        Instance before = entry == null ? null : entry.image();
        if (trigger != null) {
            InstanceLifecycle.TABLE.check(before == null ? null : before.state(), trigger, after.state(), after.id());
        } else if (before == null || before.state() != after.state()) {
            throw new IllegalStateException("instance " + after.id() + " changed its state without a trigger");
        }
        if (before == null || !before.allocations().equals(after.allocations())) {
            checkCapacity(after);
        }
        refusals.moved(after, trigger);
        if (entry == null) {
            putNewInstance(after);
        } else {
            entry.image(after);
            putInstance(entry, before);
        }
    }

    private void putNewInstance(Instance first) {
        InstanceEntry entry = index.enter(first);
        instances.add(entry);
        putInstance(entry, null);
    }

    private static void checkCapacity(Instance instance) {
        List<Allocation> allocations = instance.allocations();
        Resources used =
                allocations.isEmpty() ? Resources.NONE : allocations.getFirst().resources();
        for (int i = 1; i < allocations.size(); i++) {
            used = used.plus(allocations.get(i).resources());
        }
        if (!instance.offering().machineType().capacity().covers(used)) {
            throw new IllegalStateException("instance " + instance.id() + " would be over-committed: " + used);
        }
        if (!used.gpuMillis().isEmpty()) {
            // Refuses a device that is given out more than once over.
            var unused = Devices.of(instance);
        }
    }

    /** @param entry whose image is the new one by now */
    private void putInstance(InstanceEntry entry, @Nullable Instance before) {
        Instance after = entry.image();
        index.replace(entry, before);
        if (spotUse.isCounting()) {
            spotUse.replaced(before, after, queue::unstick);
        }
        if (InstanceIndex.changesSupply(before, after)) {
            queue.supplyChanged(after.domain());
        }
        see(after.stateSince());
        see(after.chargedUntil());
        see(after.lastUsedAt());
        nextUse = Math.max(nextUse, after.lastUse() + 1);
        if (after.state().isFinal()) {
            instances.remove(entry);
            refusals.forget(after.id());
            data.gone(after.id());
        }
    }

    /** The latest of its moments: each stage begins after those before it, and old ones lie in memory that nothing else touches. */
    private void see(Task task) {
        if (task.finishedAt() != null) {
            see(task.finishedAt());
        } else if (task.startedAt() != null) {
            see(task.startedAt());
        } else if (task.assignedAt() != null) {
            see(task.assignedAt());
        } else {
            see(task.eligibleAt() == null ? task.submittedAt() : task.eligibleAt());
        }
    }

    private void see(@Nullable Instant moment) {
        if (moment != null && moment.isAfter(latest)) {
            latest = moment;
        }
    }

    private void putIntent(Intent intent) {
        see(intent.issuedAt());
        if (intent.outcome() == null) {
            openIntents.put(intent.token(), intent);
            openIntentsByInstance
                    .computeIfAbsent(intent.instance(), key -> new ArrayList<>())
                    .add(intent);
            openSpeculative += intent.speculative() ? 1 : 0;
        } else if (openIntents.remove(intent.token()) != null) {
            openIntentsByInstance.computeIfPresent(intent.instance(), (key, open) -> {
                open.removeIf(other -> other.token().equals(intent.token()));
                return open.isEmpty() ? null : open;
            });
            openSpeculative -= intent.speculative() ? 1 : 0;
        }
    }

    // ---- what everybody may ask

    public CellSettings settings() {
        return settings;
    }

    /** The next number for identifiers. */
    public long nextSequence() {
        return nextSequence;
    }

    public @Nullable TenantProfile tenant(TenantId id) {
        return tenants.get(id);
    }

    /** The environment; the generic one exists for every tenant. */
    public @Nullable Environment environment(EnvironmentKey key) {
        return key.isGeneric() ? Environment.GENERIC : environments.get(key);
    }

    /** Environments by key; the generic one is not among them. */
    public Map<EnvironmentKey, Environment> environments() {
        return Collections.unmodifiableMap(environments);
    }

    public @Nullable Task task(TaskId id) {
        TaskEntry entry = tasks.get(id);
        return entry == null ? null : entry.image();
    }

    /** Tasks that are not final, in the order of submission. */
    public Collection<Task> tasks() {
        return tasks.view(TaskEntry::image);
    }

    public @Nullable Instance instance(InstanceId id) {
        InstanceEntry entry = instances.get(id);
        return entry == null ? null : entry.image();
    }

    /** Instances that are not final, in the order in which they were asked for. */
    public Collection<Instance> instances() {
        return instances.view(InstanceEntry::image);
    }

    /** Intents without an outcome, in the order of issue. */
    public Collection<Intent> openIntents() {
        return Collections.unmodifiableCollection(openIntents.values());
    }

    /** How many of the tenant's tasks are eligible and wait for a machine. */
    public int queuedTasks(TenantId tenant) {
        return queue.lanes(tenant).stream().mapToInt(FairQueue.Lane::size).sum();
    }

    public PoolSettings poolSettings(PoolId pool) {
        return pools.getOrDefault(pool, defaultPool);
    }

    // ---- what only deciders ask

    @Nullable PoolAdvice advice(PoolId pool) {
        return advice.get(pool);
    }

    /** The present, or the latest moment known where the clock stepped back, as it may between two owners. */
    Instant notBeforeLatest(Instant now) {
        return now.isBefore(latest) ? latest : now;
    }

    boolean isKnown(TaskId id) {
        return tasks.get(id) != null || recentlyEnded.contains(id);
    }

    int liveTasks() {
        return tasks.size();
    }

    boolean isInUse(EnvironmentKey key) {
        return key.isGeneric()
                ? tasks().stream()
                        .anyMatch(task -> Shape.environmentOf(task.spec()).equals(key))
                : tasksByEnvironment.getOrDefault(key, 0) > 0;
    }

    long nextUse() {
        return nextUse;
    }

    Tenants tenants() {
        return tenants;
    }

    FairQueue queue() {
        return queue;
    }

    /** What lies where. */
    public DataIndex data() {
        return data;
    }

    /** What is set aside where pools reserve by curves. */
    public ReservationBook reservations() {
        return reservations;
    }

    WorkflowIndex workflows() {
        return workflows;
    }

    InstanceIndex index() {
        return index;
    }

    int openSpeculative() {
        return openSpeculative;
    }

    /** The cheapest first. */
    List<Listed> offeringsByPrice() {
        return offeringsByPrice;
    }

    Refusals refusals() {
        return refusals;
    }

    /** Whether any pool is run by the policy, or would be without settings of its own. */
    public boolean isRunBy(String policy) {
        return defaultPool.policy().equals(policy)
                || pools.values().stream().anyMatch(pool -> pool.policy().equals(policy));
    }

    /** Pools with settings of their own. */
    SortedMap<PoolId, PoolSettings> configuredPools() {
        return Collections.unmodifiableSortedMap(pools);
    }

    SpotUse spotUse() {
        return spotUse;
    }

    /** Whether the tenant's settings let it use such a machine for such a task now. */
    boolean permits(TenantId tenant, Offering offering, Resources request) {
        MachineLimits limits = tenants.limits(tenant);
        return limits.isNone() || spotUse.permits(tenant, limits, offering, request);
    }

    /** All that can be launched, by id. */
    Collection<Offering> offerings() {
        return offerings.values();
    }

    @Nullable Offering offering(OfferingId id) {
        return offerings.get(id);
    }

    boolean hasOpenIntent(InstanceId instance, Intent.Kind kind) {
        for (Intent intent : openIntentsByInstance.getOrDefault(instance, List.of())) {
            if (intent.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    @Nullable Intent openIntent(IntentToken token) {
        return openIntents.get(token);
    }

    List<Intent> openIntents(InstanceId instance) {
        return List.copyOf(openIntentsByInstance.getOrDefault(instance, List.of()));
    }

    /** Tasks whose back-off is over, the earliest first. */
    List<Task> due(Instant now) {
        List<Task> due = new ArrayList<>();
        for (Due entry : delayed) {
            if (entry.at().isAfter(now)) {
                break;
            }
            Task task = task(entry.task());
            if (task != null) {
                due.add(task);
            }
        }
        return due;
    }
}

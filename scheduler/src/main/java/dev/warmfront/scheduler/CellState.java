package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything a cell knows, in memory. Altered by {@link #apply} alone; belongs to one thread. Tasks and instances that are
 * final leave it: what became of them is in the database.
 */
public final class CellState {

    private final CellSettings settings;
    private long nextSequence;
    private final LatestMoment latest = new LatestMoment();
    private final Domains domains = new Domains();
    private final Tenants tenants = new Tenants();
    private final SortedMap<EnvironmentKey, Environment> environments = new TreeMap<>();
    private final Offerings offerings = new Offerings();
    private final PoolBook pools;
    private final Refusals refusals = new Refusals();
    private final FairQueue queue = new FairQueue(tenants, domains);
    private final LiveTasks tasks = new LiveTasks(queue);
    private final InstanceIndex index = new InstanceIndex(domains, tenants);
    private final LiveInstances instances = new LiveInstances(index, this::replaced);
    private final OpenIntents openIntents = new OpenIntents();
    private final SpotUse spotUse = new SpotUse();
    private final DataIndex data = new DataIndex();
    private final ReservationBook reservations = new ReservationBook();

    private CellState(CellSettings settings, Snapshot snapshot) {
        this.settings = settings;
        this.nextSequence = snapshot.nextSequence();
        this.pools = new PoolBook(snapshot.defaultPool());
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
        state.offerings.restore(snapshot.offerings());
        snapshot.pools().forEach(state.pools::put);
        snapshot.advice().forEach(state.pools::put);
        state.instances.restore(snapshot.instances());
        state.restoreTasks(snapshot.tasks());
        snapshot.openIntents().stream()
                .sorted(Comparator.comparing(Intent::issuedAt).thenComparing(Intent::token))
                .forEach(state::putIntent);
        state.reservations.poolsChanged(state.pools);
        snapshot.reservations().forEach(state.reservations::restore);
        return state;
    }

    private void restoreTasks(List<Task> restored) {
        tasks.restore(restored);
        for (Task task : tasks.all()) {
            latest.see(task);
            data.see(task);
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
            case Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason) -> {
                instances.put(after, trigger);
                refusals.moved(after, trigger);
            }
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
                offerings.put(offered.provider(), offered.offerings());
                queue.conditionsChanged();
            }
            case Change.PoolChanged(PoolId pool, PoolSettings changed) -> {
                pools.put(pool, changed);
                reservations.poolsChanged(pools);
                queue.conditionsChanged();
            }
            case Change.PoolAdvised(PoolAdvice given) -> pools.put(given);
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
        spotUse.put(tenant, instances.all());
    }

    private void applyTask(Task after, TaskTrigger trigger) {
        latest.see(after);
        data.see(after);
        tasks.put(after, trigger);
        if (after.state().isFinal()) {
            reservations.forget(after.spec().id());
        }
    }

    /** An instance has another image. */
    private void replaced(InstanceEntry entry, @Nullable Instance before) {
        Instance after = entry.image();
        if (spotUse.isCounting()) {
            spotUse.replaced(before, after, queue::unstick);
        }
        if (InstanceRole.changesSupply(before, after)) {
            queue.supplyChanged(entry.domain);
        }
        latest.see(before, after);
        if (after.state().isFinal()) {
            refusals.forget(after.id());
            data.gone(after.id());
        }
    }

    private void putIntent(Intent intent) {
        latest.see(intent.issuedAt());
        openIntents.put(intent);
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
        return tasks.get(id);
    }

    /** Tasks that are not final, in the order of submission. */
    public Collection<Task> tasks() {
        return tasks.all();
    }

    public @Nullable Instance instance(InstanceId id) {
        return instances.get(id);
    }

    /** Instances that are not final, in the order in which they were asked for. */
    public Collection<Instance> instances() {
        return instances.all();
    }

    /** Intents without an outcome, in the order of issue. */
    public Collection<Intent> openIntents() {
        return openIntents.all();
    }

    /** How many of the tenant's tasks are eligible and wait for a machine. */
    public int queuedTasks(TenantId tenant) {
        return queue.lanes(tenant).stream().mapToInt(Lane::size).sum();
    }

    public PoolSettings poolSettings(PoolId pool) {
        return pools.settings(pool);
    }

    // ---- what only deciders ask

    /** The present, or the latest moment known where the clock stepped back. */
    Instant notBeforeLatest(Instant now) {
        return latest.notBefore(now);
    }

    LiveTasks liveTasks() {
        return tasks;
    }

    /** The next number for the order of use. */
    long nextUse() {
        return instances.nextUse();
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
        return tasks.workflows();
    }

    InstanceIndex index() {
        return index;
    }

    OpenIntents intents() {
        return openIntents;
    }

    /** What can be launched. */
    Offerings offerings() {
        return offerings;
    }

    PoolBook pools() {
        return pools;
    }

    Refusals refusals() {
        return refusals;
    }

    /** Whether any pool is run by the policy, or would be without settings of its own. */
    public boolean isRunBy(String policy) {
        return pools.isRunBy(policy);
    }

    SpotUse spotUse() {
        return spotUse;
    }

    /** Whether the tenant's settings let it use such a machine for such a task now. */
    boolean permits(TenantId tenant, Offering offering, Resources request) {
        MachineLimits limits = tenants.limits(tenant);
        return limits.isNone() || spotUse.permits(tenant, limits, offering, request);
    }
}

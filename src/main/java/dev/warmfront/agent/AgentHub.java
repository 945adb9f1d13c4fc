package dev.warmfront.agent;

import dev.warmfront.cell.CommitListener;
import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.scheduler.AgentView;
import dev.warmfront.scheduler.Allocation;
import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReservationTrigger;
import dev.warmfront.scheduler.SentAhead;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each agent should have, as committed. Agents' polls wait here; a commit that concerns an instance answers its poll.
 * Level-triggered: an answer is always the whole list, so nothing depends on a message having arrived.
 */
@ApplicationScoped
public class AgentHub implements CommitListener {

    private final Map<InstanceId, Desk> desks = new ConcurrentHashMap<>();
    private final Map<TaskId, Task> assigned = new ConcurrentHashMap<>();
    private final Map<EnvironmentKey, Environment> environments = new ConcurrentHashMap<>();
    private final AgentData data = new AgentData();
    private final Bands bands = new Bands();
    private final Relay relay;

    /** Distinguishes versions of this tenure from those of another; null while the cell is not owned here. */
    private volatile @Nullable String tenure;

    AgentHub(Relay relay) {
        this.relay = relay;
    }

    @Override
    public void reloaded(CellState state, Instant at) {
        forget();
        data.reload(state);
        bands.reload(state);
        state.tasks().forEach(this::see);
        state.environments().forEach(environments::put);
        long now = System.nanoTime();
        state.instances().forEach(instance -> desks.put(instance.id(), new Desk(instance, now)));
        tenure = Long.toString(at.toEpochMilli(), Character.MAX_RADIX);
    }

    @Override
    public void committed(List<Change> changes, Instant at) {
        long now = System.nanoTime();
        Set<Desk> news = new LinkedHashSet<>();
        // Tasks first: a poll that is answered in between must find the tasks of the instance's allocations.
        for (Change change : changes) {
            switch (change) {
                case Change.TaskChanged(Task after, TaskTrigger trigger) -> {
                    see(after);
                    Desk desk = after.instance() == null ? null : desks.get(after.instance());
                    if (desk != null && after.state() == TaskState.CANCELLING) {
                        news.add(desk);
                    }
                }
                case Change.EnvironmentChanged(var tenant, var environment) ->
                    environments.put(new EnvironmentKey(tenant, environment.id()), environment);
                case Change.EnvironmentDropped(EnvironmentKey key) -> environments.remove(key);
                case Change.TenantChanged(TenantProfile tenant) -> data.see(tenant);
                case Change.ReservationChanged(Reservation reservation) -> {
                    bands.see(reservation);
                    Desk desk = desks.get(reservation.instance());
                    if (desk != null && reservation.trigger() == ReservationTrigger.STOPPED) {
                        news.add(desk);
                    }
                }
                case Change.DataSentAhead(SentAhead sent) -> {
                    data.see(sent);
                    Desk desk = desks.get(sent.instance());
                    if (desk != null) {
                        news.add(desk);
                    }
                }
                default -> {
                    // Nothing that an agent is told.
                }
            }
        }
        for (Change change : changes) {
            if (change instanceof Change.InstanceChanged moved) {
                see(moved.after(), now, news);
            }
        }
        news.forEach(desk -> desk.ring(true));
    }

    private void see(Task task) {
        data.see(task);
        if (task.state().isFinal()) {
            bands.over(task.spec().id());
        }
        if (task.instance() == null || task.state().isFinal()) {
            assigned.remove(task.spec().id());
        } else {
            assigned.put(task.spec().id(), task);
        }
    }

    private void see(Instance after, long now, Set<Desk> news) {
        Desk desk = desks.get(after.id());
        if (after.state().isFinal()) {
            desks.remove(after.id());
            data.gone(after.id());
            if (desk != null) {
                desk.ring(false);
            }
        } else if (desk == null) {
            desks.put(after.id(), new Desk(after, now));
        } else if (desk.update(after, now)) {
            news.add(desk);
        }
    }

    @Override
    public void released() {
        tenure = null;
        forget();
    }

    private void forget() {
        List<Desk> former = List.copyOf(desks.values());
        desks.clear();
        assigned.clear();
        environments.clear();
        data.forget();
        bands.forget();
        former.forEach(desk -> desk.ring(false));
    }

    boolean isActive() {
        return tenure != null;
    }

    /** The instance, where it is alive; it counts as heard of. */
    Optional<Instance> heard(InstanceId instance) {
        Desk desk = desks.get(instance);
        if (desk == null) {
            return Optional.empty();
        }
        desk.heard(System.nanoTime());
        return Optional.of(desk.instance());
    }

    /** Whether the attempt is the instance's. */
    boolean runs(InstanceId instance, AttemptId attempt) {
        Desk desk = desks.get(instance);
        return desk != null
                && desk.instance().allocations().stream()
                        .anyMatch(allocation -> allocation.attempt().equals(attempt));
    }

    /** Whether the agent's last answer is the newest: what it says then is about what it should have now. */
    boolean isCurrent(InstanceId instance, @Nullable String seen) {
        Desk desk = desks.get(instance);
        return desk != null && (tenure + "-" + desk.version()).equals(seen);
    }

    /**
     * What the instance's agent should have: at once when the agent has not seen it, else when it changes or the patience
     * ends. Empty when the instance has no future, or is not known here any more.
     */
    Uni<Optional<Wire.Desired>> desired(InstanceId instance, @Nullable String seen, Duration patience) {
        String now = tenure;
        Desk desk = desks.get(instance);
        if (now == null || desk == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return Uni.createFrom()
                .<Desk>emitter(emitter -> desk.await(seen == null ? "" : seen, now, emitter))
                .ifNoItem()
                .after(patience)
                .recoverWithItem(desk)
                .map(told -> desks.get(instance) == told ? Optional.of(render(now, told)) : Optional.empty());
    }

    private Wire.Desired render(String now, Desk desk) {
        // The version first: what comes in between is then told again, not missed.
        String version = now + "-" + desk.version();
        Instance instance = desk.instance();
        List<Wire.Attempt> attempts = new ArrayList<>();
        for (Allocation allocation : instance.allocations()) {
            Task task = attemptOf(allocation);
            if (task != null) {
                attempts.add(attempt(task, instance, allocation));
            }
        }
        SortedSet<EnvironmentKey> keys = new TreeSet<>(instance.warm());
        keys.addAll(instance.warming());
        List<Wire.Environment> wanted = new ArrayList<>();
        for (EnvironmentKey key : keys) {
            Environment environment = environments.get(key);
            if (environment != null) {
                wanted.add(new Wire.Environment(key.toString(), environment.warmUp(), environment.variables()));
            }
        }
        return new Wire.Desired(
                version,
                attempts,
                wanted,
                instance.state() == InstanceState.DRAINING ? "drain" : "work",
                data.wanted(instance.id()),
                relay.sends(instance.id()),
                data.endpoints(instance.domain()),
                desk.view() == null);
    }

    private @Nullable Task attemptOf(Allocation allocation) {
        Task task = assigned.get(allocation.attempt().task());
        return task != null && task.attemptId().equals(allocation.attempt()) ? task : null;
    }

    /** The agent said what lies with it; the desk, where the cell does not know that yet. */
    Optional<AgentView> told(InstanceId instance, Wire.Data said, DataMetrics metrics) {
        Desk desk = desks.get(instance);
        if (desk == null) {
            return Optional.empty();
        }
        CacheView cache = CacheView.of(said);
        metrics.grew(desk.cache(), cache);
        AgentView view = said.view();
        return desk.told(view, cache) ? Optional.of(view) : Optional.empty();
    }

    /** What the instance's agent said of its cache; empty where it is not known here. */
    public Optional<CacheView> cache(String instance) {
        Desk desk;
        try {
            desk = desks.get(new InstanceId(instance));
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
        return desk == null ? Optional.empty() : Optional.ofNullable(desk.cache());
    }

    /** I4: whether the instance may have the tenant's bytes: for what it runs or is told to fetch ahead, only. */
    boolean mayRead(InstanceId instance, TenantId tenant, String sha256) {
        Desk desk = desks.get(instance);
        if (desk == null) {
            return false;
        }
        List<Task> tasks = new ArrayList<>();
        for (Allocation allocation : desk.instance().allocations()) {
            Task task = attemptOf(allocation);
            if (task != null) {
                tasks.add(task);
            }
        }
        return data.mayRead(instance, tenant, sha256, tasks);
    }

    /** Others that hold the tenant's bytes and can send them, in no order. */
    List<InstanceId> holders(InstanceId reader, TenantId tenant, String sha256) {
        List<InstanceId> holders = new ArrayList<>();
        desks.forEach((id, desk) -> {
            AgentView view = desk.view();
            boolean holds = view != null
                    && view.holds().getOrDefault(tenant, List.of()).stream()
                            .anyMatch(blob -> blob.sha256().equals(sha256));
            boolean has = holds || data.isMadeAt(id, tenant, sha256);
            if (has && !id.equals(reader) && speaks(desk.instance())) {
                holders.add(id);
            }
        });
        return holders;
    }

    /** The instance's agent shall poll again. */
    void ring(InstanceId instance) {
        Desk desk = desks.get(instance);
        if (desk != null) {
            desk.ring(true);
        }
    }

    /** Absent where the machine has no GPUs, and where it is not known which ones the attempt has: none are hidden then. */
    private static @Nullable List<Allocation.Device> devices(Instance instance, Allocation allocation) {
        Resources capacity = instance.offering().machineType().capacity();
        return capacity.gpuMillis().isEmpty() || !allocation.hasKnownDevices() ? null : allocation.devices(capacity);
    }

    /** What the cell must be told of an attempt's use; empty where that is as it should be. */
    Optional<Event> measured(InstanceId instance, AttemptId attempt, List<Wire.Sample> samples) {
        return bands.told(instance, attempt, samples);
    }

    /** The attempt's limits are what its task asks for; where it was given less memory, that is where it is slowed down. */
    private static Wire.Limits limits(TaskSpec spec, Allocation allocation) {
        long limit = spec.request().memoryBytes();
        long given = allocation.resources().memoryBytes();
        return new Wire.Limits(spec.request().cpuMillis(), limit, given < limit ? given : null);
    }

    private Wire.Attempt attempt(Task task, Instance instance, Allocation allocation) {
        TaskSpec spec = task.spec();
        Environment environment = environments.get(new EnvironmentKey(spec.tenant(), spec.environment()));
        Map<String, String> variables = new TreeMap<>(environment == null ? Map.of() : environment.variables());
        variables.putAll(spec.command().variables());
        return new Wire.Attempt(
                spec.tenant().value(),
                spec.id().value(),
                task.attempt(),
                task.state() == TaskState.CANCELLING || bands.isStopped(allocation.attempt()) ? "cancel" : "run",
                spec.command().argv(),
                variables,
                spec.timeout().toMillis() / 1000.0,
                limits(spec, allocation),
                devices(instance, allocation),
                data.inputs(task),
                spec.data().outputs(),
                AgentData.services(task, instance));
    }

    private static boolean speaks(Instance instance) {
        return switch (instance.state()) {
            case WARMING, HOT, BUSY, DRAINING -> true;
            case REQUESTED, BOOTING, STOPPING, STANDBY, STARTING, LOST, TERMINATED, FAILED -> false;
        };
    }

    /** Instances whose agents should speak and have not for this long. */
    List<InstanceId> silent(Duration forLong) {
        long now = System.nanoTime();
        List<InstanceId> silent = new ArrayList<>();
        desks.forEach((id, desk) -> {
            if (speaks(desk.instance()) && desk.silentNanos(now) > forLong.toNanos()) {
                silent.add(id);
            }
        });
        return silent;
    }
}

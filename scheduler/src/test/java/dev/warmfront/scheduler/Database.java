package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What the control plane would have written: the last image of everything, and every charge. */
final class Database {

    private long nextSequence = 1;
    private final Map<TenantId, TenantProfile> tenants = new HashMap<>();
    private final Map<EnvironmentKey, Environment> environments = new HashMap<>();
    private final Map<ProviderId, List<Offering>> offerings = new HashMap<>();
    private PoolSettings defaultPool = PoolSettings.DEFAULT;
    private final TreeMap<PoolId, PoolSettings> pools = new TreeMap<>();
    private final Map<PoolId, PoolAdvice> advice = new HashMap<>();
    private final Map<TaskId, Task> tasks = new HashMap<>();
    private final Map<InstanceId, Instance> instances = new HashMap<>();
    private final Map<IntentToken, Intent> openIntents = new HashMap<>();
    private final Map<TaskId, Reservation> reservations = new TreeMap<>();
    private final Map<InstanceId, Money> charged = new HashMap<>();
    private final Map<TenantId, Money> chargedTo = new HashMap<>();
    private final Map<TenantId, TenantAccount> accounts = new HashMap<>();

    void write(Change change) {
        switch (change) {
            case Change.TaskChanged(Task after, TaskTrigger trigger) ->
                tasks.put(after.spec().id(), after);
            case Change.InstanceChanged(Instance after, InstanceTrigger trigger, Reason reason) ->
                instances.put(after.id(), after);
            case Change.IntentChanged(Intent after) -> {
                if (after.outcome() == null) {
                    openIntents.put(after.token(), after);
                } else {
                    openIntents.remove(after.token());
                }
            }
            case Change.ChargeMade(Charge charge) -> {
                charged.merge(charge.instance(), charge.amount(), Money::plus);
                if (charge.tenant() != null) {
                    chargedTo.merge(charge.tenant(), charge.amount(), Money::plus);
                    accounts.merge(charge.tenant(), TenantAccount.of(charge.tenant(), charge), TenantAccount::plus);
                }
            }
            case Change.TenantChanged(TenantProfile tenant) -> tenants.put(tenant.id(), tenant);
            case Change.EnvironmentChanged(TenantId tenant, Environment environment) ->
                environments.put(new EnvironmentKey(tenant, environment.id()), environment);
            case Change.EnvironmentDropped(EnvironmentKey key) -> environments.remove(key);
            case Change.OfferingsChanged(ProviderId provider, List<Offering> offered) ->
                offerings.put(provider, offered);
            case Change.PoolChanged(PoolId pool, PoolSettings settings) -> {
                if (pool == null) {
                    defaultPool = settings;
                } else {
                    pools.put(pool, settings);
                }
            }
            case Change.SequenceAdvanced(long next) -> nextSequence = next;
            case Change.WorkflowAccepted accepted -> {
                // For people.
            }
            case Change.PoolAdvised(PoolAdvice given) -> advice.put(given.pool(), given);
            case Change.OfferingBlocked blocked -> {
                // Not persisted: a new owner asks the provider again.
            }
            case Change.InstanceHeldBack held -> {
                // Not persisted either.
            }
            case Change.AgentSeen seen -> {
                // Agents say so again.
            }
            case Change.DataSentAhead sent -> {
                // A task fetches what it lacks.
            }
            case Change.ReservationChanged(Reservation after) -> reservations.put(after.task(), after);
            case Change.CurvesKnown curves -> {
                // The learner says so again.
            }
            case Change.SuccessorsKnown successors -> {
                // The learner says so again.
            }
        }
    }

    /** What a new owner of the cell reads, in no particular order. */
    Snapshot snapshot() {
        Set<TaskId> parents = new HashSet<>();
        tasks.values().stream()
                .filter(task -> !task.state().isFinal())
                .forEach(task -> parents.addAll(task.spec().parents()));
        List<Snapshot.TenantEnvironment> owned = new ArrayList<>();
        environments.forEach(
                (key, environment) -> owned.add(new Snapshot.TenantEnvironment(key.tenant(), environment)));
        return new Snapshot(
                nextSequence,
                List.copyOf(tenants.values()),
                List.copyOf(accounts.values()),
                owned,
                offerings.values().stream().flatMap(List::stream).toList(),
                defaultPool,
                new TreeMap<>(pools),
                List.copyOf(advice.values()),
                tasks.values().stream()
                        .filter(task -> !task.state().isFinal()
                                || parents.contains(task.spec().id()))
                        .toList(),
                instances.values().stream()
                        .filter(instance -> !instance.state().isFinal())
                        .toList(),
                List.copyOf(openIntents.values()),
                reservations.values().stream().filter(this::isKept).toList());
    }

    /** Tasks that could run, over or not, in no particular order. */
    List<PastTask> past() {
        return tasks.values().stream()
                .filter(task -> task.eligibleAt() != null)
                .map(task -> new PastTask(
                        task.spec(), Objects.requireNonNull(task.eligibleAt()), task.assignedAt(), task.finishedAt()))
                .toList();
    }

    private boolean isKept(Reservation reservation) {
        Task task = tasks.get(reservation.task());
        return !reservation.state().isFinal()
                || (reservation.trigger() == ReservationTrigger.STOPPED
                        && task != null
                        && !task.state().isFinal());
    }

    Collection<TenantProfile> tenants() {
        return tenants.values();
    }

    /** The sum of its charges of all time. */
    Money chargedTo(TenantId tenant) {
        return chargedTo.getOrDefault(tenant, Money.ZERO);
    }

    Map<TaskId, Task> tasks() {
        return tasks;
    }

    Map<TaskId, Reservation> reservations() {
        return reservations;
    }

    Map<InstanceId, Instance> instances() {
        return instances;
    }

    Money charged(InstanceId instance) {
        return charged.getOrDefault(instance, Money.ZERO);
    }
}

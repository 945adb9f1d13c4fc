package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Placement;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All of a state that decisions depend on and that outlives its owner, so that two states can be compared: the images, and
 * everything that is derived from them. Leaves out what a new owner starts without (stock-outs, refused ends, recently
 * final tasks) and pure caches.
 */
record StateView(
        long nextSequence,
        Map<TaskId, Task> tasks,
        List<Instance> instances,
        Map<IntentToken, Intent> intents,
        int openSpeculative,
        Map<TenantId, Map<Shape, List<TaskId>>> queue,
        Map<IsolationDomain, List<Map.Entry<Instance, Resources>>> serving,
        Map<IsolationDomain, Resources> capacity,
        Map<TenantId, Resources> usage,
        Map<PoolId, List<InstanceId>> pools,
        Map<PoolId, Integer> coming,
        Map<IsolationDomain, Map<EnvironmentKey, Integer>> warming,
        Map<Placement, Set<InstanceId>> spare,
        Map<Placement, Resources> leaving) {

    static StateView of(CellState state) {
        Map<TaskId, Task> tasks = new HashMap<>();
        TreeSet<TenantId> tenants = new TreeSet<>();
        TreeSet<EnvironmentKey> environments = new TreeSet<>();
        for (Task task : state.tasks()) {
            tasks.put(task.spec().id(), task);
            tenants.add(task.spec().tenant());
        }
        TreeSet<IsolationDomain> domains = new TreeSet<>();
        for (Instance instance : state.instances()) {
            domains.add(instance.domain());
            environments.addAll(instance.warming());
        }
        Map<IntentToken, Intent> intents = new HashMap<>();
        state.openIntents().forEach(intent -> intents.put(intent.token(), intent));
        Map<TenantId, Map<Shape, List<TaskId>>> queue = new TreeMap<>();
        for (DomainEntry domain : state.queue().domains()) {
            for (TenantEntry tenant : domain.waiting()) {
                Map<Shape, List<TaskId>> lanes = new HashMap<>();
                for (Lane lane : tenant.lanes()) {
                    List<TaskId> ids = new ArrayList<>();
                    lane.tasks().forEach(ids::add);
                    lanes.put(lane.shape(), ids);
                }
                queue.put(tenant.id(), lanes);
            }
        }
        Map<TenantId, Resources> usage = new TreeMap<>();
        tenants.forEach(tenant -> usage.put(tenant, state.tenants().usage(tenant)));
        Map<IsolationDomain, List<Map.Entry<Instance, Resources>>> serving = new TreeMap<>();
        Map<IsolationDomain, Resources> capacity = new TreeMap<>();
        Map<IsolationDomain, Map<EnvironmentKey, Integer>> warming = new TreeMap<>();
        for (IsolationDomain domain : domains) {
            serving.put(domain, serving(state.index().of(domain)));
            capacity.put(domain, state.index().of(domain).capacity());
            Map<EnvironmentKey, Integer> loading = new TreeMap<>();
            environments.forEach(
                    key -> loading.put(key, state.index().of(domain).warming(key)));
            warming.put(domain, loading);
        }
        Map<PoolId, List<InstanceId>> pools = new TreeMap<>();
        Map<PoolId, Integer> coming = new TreeMap<>();
        for (PoolId pool : state.index().pools()) {
            pools.put(pool, List.copyOf(state.index().of(pool).members()));
            coming.put(pool, state.index().of(pool).comingCount());
        }
        Map<Placement, Set<InstanceId>> spare = new TreeMap<>();
        Map<Placement, Resources> leaving = new TreeMap<>();
        for (Instance instance : state.instances()) {
            Placement placement = instance.offering().placement();
            spare.put(
                    placement,
                    state.index().spare(placement).stream().map(Instance::id).collect(Collectors.toSet()));
            leaving.put(placement, state.index().leaving(placement));
        }
        return new StateView(
                state.nextSequence(),
                tasks,
                List.copyOf(state.instances()),
                intents,
                state.intents().speculative(),
                queue,
                serving,
                capacity,
                usage,
                pools,
                coming,
                warming,
                spare,
                leaving);
    }

    private static List<Map.Entry<Instance, Resources>> serving(DomainEntry domain) {
        return domain.serving().stream()
                .map(entry -> Map.entry(entry.image(), entry.free()))
                .toList();
    }

    /** Part by part, so that a failure shows only what differs. */
    void assertIs(StateView expected, String what) {
        assertThat(nextSequence).as(what).isEqualTo(expected.nextSequence);
        assertThat(tasks).as(what).isEqualTo(expected.tasks);
        assertThat(instances).as(what).isEqualTo(expected.instances);
        assertThat(intents).as(what).isEqualTo(expected.intents);
        assertThat(openSpeculative).as(what).isEqualTo(expected.openSpeculative);
        assertThat(queue).as(what).isEqualTo(expected.queue);
        assertThat(serving).as(what).isEqualTo(expected.serving);
        assertThat(capacity).as(what).isEqualTo(expected.capacity);
        assertThat(usage).as(what).isEqualTo(expected.usage);
        assertThat(pools).as(what).isEqualTo(expected.pools);
        assertThat(coming).as(what).isEqualTo(expected.coming);
        assertThat(warming).as(what).isEqualTo(expected.warming);
        assertThat(spare).as(what).isEqualTo(expected.spare);
        assertThat(leaving).as(what).isEqualTo(expected.leaving);
    }
}

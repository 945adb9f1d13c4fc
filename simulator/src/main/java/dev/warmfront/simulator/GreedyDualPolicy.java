package dev.warmfront.simulator;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.PoolPolicy;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Reason;
import dev.warmfront.scheduler.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Greedy-Dual keep-alive under a capacity (Fuerst and Sharma, FaasCache, ASPLOS'21): nothing is released while there is
 * room; above the capacity the idle machine of the lowest priority goes, priority = clock + frequency · cost ÷ size at its
 * last use, and the clock becomes the priority of what went. Size is one machine, cost one launch. An application's
 * frequency counts its tasks since it last had a machine; it begins anew when its last one has gone.
 *
 * <p>Where, as in a replay, any machine serves any application, all that the priorities decide is whose machine goes, not
 * how many do: what counts is the capacity.
 */
final class GreedyDualPolicy implements PoolPolicy, DemandObserver {

    static final String NAME = "greedy-dual";
    private static final Reason EVICTED =
            new Reason("evicted", "the pool is above its capacity and this has the least priority");

    /** What a machine last ran, and its priority since. */
    private record Use(String app, double priority) {}

    private final int capacity;
    private final double cost;
    private final Map<String, Integer> frequencies = new HashMap<>();
    private final Map<String, Integer> machines = new HashMap<>();
    private final Map<InstanceId, Use> uses = new HashMap<>();
    private double clock;

    /**
     * @param capacity machines, ≥ 0
     * @param cost of a launch, in any unit
     */
    GreedyDualPolicy(int capacity, double cost) {
        this.capacity = capacity;
        this.cost = cost;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void eligible(TaskSpec task, Instant at) {
        // Counted when it is given a machine.
    }

    @Override
    public void began(TaskSpec task, Instant at) {
        // What counts is which machine: see ran.
    }

    @Override
    public void ended(TaskSpec task, Instant at) {
        // Priority is that of the last use's beginning.
    }

    @Override
    public void ran(InstanceId instance, TaskSpec task) {
        String app = DemandObserver.app(task);
        forget(instance);
        machines.merge(app, 1, Integer::sum);
        int frequency = frequencies.merge(app, 1, Integer::sum);
        uses.put(instance, new Use(app, clock + frequency * cost));
    }

    /** Its machine is another's now, or has gone; returns what it was. */
    private Use forget(InstanceId instance) {
        Use use = uses.remove(instance);
        if (use == null) {
            return new Use("", clock);
        }
        if (machines.merge(use.app(), -1, Integer::sum) == 0) {
            machines.remove(use.app());
        }
        return use;
    }

    double clock() {
        return clock;
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        List<Step> steps = new ArrayList<>(Steps.forWants(pool));
        int surplus = Steps.live(pool) + pool.wants().size() - capacity;
        if (surplus <= 0 || pool.idle().isEmpty() || !pool.wants().isEmpty()) {
            return steps;
        }
        List<Instance> idle = new ArrayList<>(pool.idle());
        idle.sort(Comparator.comparingDouble(this::priority)
                .thenComparing(Instance::lastUsedAt)
                .thenComparing(Instance::id));
        for (Instance victim : idle.subList(0, Math.min(surplus, idle.size()))) {
            Use use = forget(victim.id());
            clock = Math.max(clock, use.priority());
            if (!machines.containsKey(use.app())) {
                frequencies.remove(use.app());
            }
            steps.add(new Step.Terminate(victim.id(), EVICTED));
        }
        return steps;
    }

    /** 0 for one that ran nothing yet. */
    private double priority(Instance instance) {
        Use use = uses.get(instance.id());
        return use == null ? 0 : use.priority();
    }
}

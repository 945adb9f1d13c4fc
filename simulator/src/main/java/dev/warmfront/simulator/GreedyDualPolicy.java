package dev.warmfront.simulator;

import dev.warmfront.domain.InstanceId;
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
 * last use, and the clock becomes the priority of what went. Size is one machine, cost one launch.
 */
final class GreedyDualPolicy implements PoolPolicy, DemandObserver {

    static final String NAME = "greedy-dual";
    private static final Reason EVICTED = new Reason("evicted", "the pool is above its capacity and this has the least priority");

    private final int capacity;
    private final double cost;
    private final Map<String, Integer> frequencies = new HashMap<>();
    private final Map<InstanceId, Double> priorities = new HashMap<>();
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
    public void eligible(String app, long atMicros) {
        frequencies.merge(app, 1, Integer::sum);
    }

    @Override
    public void began(String app, long atMicros) {
        // What counts is which machine: see ran.
    }

    @Override
    public void ended(String app, long atMicros) {
        // Priority is that of the last use's beginning.
    }

    @Override
    public void ran(InstanceId instance, String app) {
        priorities.put(instance, clock + frequencies.getOrDefault(app, 1) * cost);
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
        idle.sort(Comparator.comparingDouble((Instance instance) -> priorities.getOrDefault(instance.id(), 0.0))
                .thenComparing(Instance::lastUsedAt)
                .thenComparing(Instance::id));
        for (Instance victim : idle.subList(0, Math.min(surplus, idle.size()))) {
            Double priority = priorities.remove(victim.id());
            clock = Math.max(clock, priority == null ? clock : priority);
            steps.add(new Step.Terminate(victim.id(), EVICTED));
        }
        return steps;
    }
}

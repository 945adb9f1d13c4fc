package dev.warmfront.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Launches when tasks wait and ends what is idle: the least idle time, the most waiting. A baseline. */
public final class ReactivePolicy implements PoolPolicy {

    @Override
    public String name() {
        return "reactive";
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        List<Step> steps = new ArrayList<>(DemandSteps.forWants(pool));
        if (pool.wants().isEmpty()) {
            Reason reason = new Reason("nothing-waits", "nothing waits for an idle instance");
            pool.idle().forEach(instance -> steps.add(new Step.Terminate(instance.id(), reason)));
            pool.standby().forEach(instance -> steps.add(new Step.Terminate(instance.id(), reason)));
        }
        return steps;
    }
}

package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** How unmet demand is served, the same for every policy that only reacts: wake what stands by, then launch. */
final class DemandSteps {

    private DemandSteps() {}

    static List<Step> forWants(PoolView pool) {
        if (pool.wants().isEmpty()) {
            return List.of();
        }
        Reason reason = new Reason(
                "unmet-demand",
                "%d instances' worth of tasks wait; %d idle, %d coming, %d in standby"
                        .formatted(
                                pool.wants().size(),
                                pool.idle().size(),
                                pool.coming().size(),
                                pool.standby().size()));
        List<Step> steps = new ArrayList<>(pool.wants().size());
        Iterator<Instance> standby = pool.standby().iterator();
        PoolView.Want before = null;
        Step.Launch launch = null;
        for (PoolView.Want want : pool.wants()) {
            if (standby.hasNext()) {
                steps.add(new Step.Start(standby.next().id(), want.cause(), false, reason));
            } else {
                // Thousands of the same want are the same step.
                launch = launch != null && want.equals(before)
                        ? launch
                        : new Step.Launch(want.environments(), want.cause(), false, reason);
                before = want;
                steps.add(launch);
            }
        }
        return steps;
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.StandbyMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A policy that wants everything done to everything, legal or not, by a fixed pattern of the time and the names: whoever
 * calls it must hold the limits, and above all never stop what is busy.
 */
final class HostilePolicy implements PoolPolicy {

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public List<Step> plan(PoolView pool, Instant now) {
        Reason reason = new Reason("hostile", "for the sake of the test");
        List<Step> steps = new ArrayList<>();
        pool.wants().forEach(want -> steps.add(new Step.Launch(want.environments(), want.cause(), false, reason)));
        List<Instance> all = new ArrayList<>(pool.busy());
        all.addAll(pool.idle());
        all.addAll(pool.coming());
        all.addAll(pool.standby());
        all.addAll(pool.draining());
        StandbyMode mode = pool.offering().standbyRates().isEmpty()
                ? StandbyMode.STOPPED
                : pool.offering().standbyRates().firstKey();
        for (Instance instance : all) {
            long dice = Math.floorMod(instance.id().hashCode() + now.getEpochSecond(), 7L);
            if (dice == 0) {
                steps.add(new Step.Stop(instance.id(), mode, reason));
            } else if (dice == 1) {
                steps.add(new Step.Terminate(instance.id(), reason));
            } else if (dice == 2) {
                steps.add(new Step.Start(instance.id(), null, true, reason));
            } else if (dice == 3) {
                steps.add(new Step.CancelDrain(instance.id(), reason));
            }
        }
        if (Math.floorMod(now.getEpochSecond(), 5L) == 0) {
            steps.add(new Step.Launch(List.of(), null, true, reason));
        }
        return steps;
    }
}

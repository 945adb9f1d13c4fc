package dev.warmfront.simulator;

import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Reason;
import dev.warmfront.scheduler.Step;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What most policies do alike: serve demand that waits, and bring the pool to a level. */
final class Steps {

    private static final Reason WANTED =
            new Reason("unmet-demand", "tasks wait and nothing on its way will serve them");
    private static final Reason BELOW = new Reason("below-level", "the policy wants more machines than there are");
    private static final Reason ABOVE = new Reason("above-level", "the policy wants fewer machines than there are");

    private Steps() {}

    /** Wakes or launches a machine for each that queued tasks would fill. */
    static List<Step> forWants(PoolView pool) {
        List<Step> steps = new ArrayList<>();
        Iterator<Instance> standby = pool.standby().iterator();
        for (PoolView.Want want : pool.wants()) {
            steps.add(
                    standby.hasNext()
                            ? new Step.Start(standby.next().id(), want.cause(), false, WANTED)
                            : new Step.Launch(want.environments(), want.cause(), false, WANTED));
        }
        return steps;
    }

    /** Machines that are at work, ready, or will be. */
    static int live(PoolView pool) {
        return pool.busy().size() + pool.idle().size() + pool.coming().size();
    }

    /** Serves demand that waits, and then makes it as many machines as wanted, busy ones included, as far as idle ones allow. */
    static List<Step> toLevel(PoolView pool, int wanted) {
        List<Step> steps = atLeast(pool, wanted);
        int surplus = live(pool) - wanted;
        // The least recently used go first: they are at the end of the list.
        for (int i = pool.idle().size() - 1;
                i >= 0 && surplus > 0 && pool.wants().isEmpty();
                i--, surplus--) {
            steps.add(new Step.Terminate(pool.idle().get(i).id(), ABOVE));
        }
        return steps;
    }

    /** Serves demand that waits, and then makes it at least as many machines as wanted, busy ones included. */
    static List<Step> atLeast(PoolView pool, int wanted) {
        List<Step> steps = forWants(pool);
        Iterator<Instance> standby =
                pool.standby().stream().skip(pool.wants().size()).iterator();
        for (int i = live(pool) + pool.wants().size(); i < wanted; i++) {
            steps.add(
                    standby.hasNext()
                            ? new Step.Start(standby.next().id(), null, true, BELOW)
                            : new Step.Launch(List.of(), null, true, BELOW));
        }
        return steps;
    }
}

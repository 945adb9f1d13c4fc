package dev.warmfront.simulator;

import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.util.List;

/**
 * Target tracking as cloud autoscalers do it: utilisation per minute is held at a target, headroom above it. Out when three
 * minutes in a row were above the target, in when fifteen in a row were below nine tenths of it (EC2 Auto Scaling's alarms,
 * as recalled); the size is what brings the last minute's utilisation to the target.
 */
final class UtilisationPolicy extends DemandPolicy {

    static final String NAME = "utilisation";
    private static final int OUT_MINUTES = 3;
    private static final int IN_MINUTES = 15;
    private static final double IN_BELOW = 0.9;

    private final double target;
    private int level;
    private long decidedBin = -1;

    /** @param target utilisation, above 0 to 1 */
    UtilisationPolicy(double target) {
        super(MINUTE, IN_MINUTES);
        this.target = target;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    List<Step> plan(PoolView pool, long nowMicros) {
        if (decidedBin != concurrency.bin() && concurrency.size() > 0) {
            decidedBin = concurrency.bin();
            int capacity = Math.max(level, Steps.live(pool));
            level = decide(capacity);
            return Steps.toLevel(pool, level);
        }
        level = Math.max(level, Steps.live(pool) + pool.wants().size());
        return Steps.forWants(pool);
    }

    /** The new size of a pool of {@code capacity} machines. */
    int decide(int capacity) {
        int wanted = (int) Math.ceil(concurrency.mean(1) / target - 1e-9);
        if (wanted > capacity && all(OUT_MINUTES, capacity * target, true)) {
            return wanted;
        }
        if (wanted < capacity && all(IN_MINUTES, capacity * target * IN_BELOW, false)) {
            return wanted;
        }
        return capacity;
    }

    private boolean all(int minutes, double limit, boolean above) {
        if (concurrency.size() < minutes) {
            return false;
        }
        for (int ago = 1; ago <= minutes; ago++) {
            double mean = concurrency.mean(ago);
            if (above ? mean <= limit : mean >= limit) {
                return false;
            }
        }
        return true;
    }
}

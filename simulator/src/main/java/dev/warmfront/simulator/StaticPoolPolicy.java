package dev.warmfront.simulator;

import dev.warmfront.domain.TaskSpec;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Step;
import java.time.Instant;
import java.util.List;

/**
 * A warm pool of fixed size with refill and a schedule, as clouds offer it: so many machines stand ready beside those at
 * work, at hours of the day at which there usually is work; what a task took is launched anew, what is too much is ended.
 * An hour counts as empty when, over the days seen, its mean demand is below a tenth of the mean of all hours; before a
 * whole day was seen, none does.
 */
final class StaticPoolPolicy extends DemandPolicy {

    static final String NAME = "static-pool";
    private static final long HOUR = 60 * MINUTE;
    private static final int HOURS = 24;
    private static final double EMPTY_BELOW = 0.1;

    private final int ready;
    private final double[] sums = new double[HOURS];
    private final int[] days = new int[HOURS];
    private long seenBin = -1;

    /** @param ready machines that stand ready, ≥ 0 */
    StaticPoolPolicy(int ready) {
        super(HOUR, HOURS);
        this.ready = ready;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void eligible(TaskSpec task, Instant at) {
        super.eligible(task, at);
        learn();
    }

    private void learn() {
        long finished = concurrency.bin() - 1;
        if (seenBin >= 0) {
            for (long bin = Math.max(seenBin + 1, finished - concurrency.size() + 1); bin <= finished; bin++) {
                int hour = (int) (bin % HOURS);
                sums[hour] += concurrency.mean((int) (finished - bin) + 1);
                days[hour]++;
            }
        }
        seenBin = Math.max(seenBin, finished);
    }

    /** How many stand ready in that hour of the day. */
    int readyAt(int hour) {
        double all = 0;
        for (int i = 0; i < HOURS; i++) {
            if (days[i] == 0) {
                return ready;
            }
            all += sums[i] / days[i];
        }
        return sums[hour] / days[hour] < EMPTY_BELOW * all / HOURS ? 0 : ready;
    }

    @Override
    List<Step> plan(PoolView pool, long nowMicros) {
        learn();
        int hour = (int) (nowMicros / HOUR % HOURS);
        return Steps.toLevel(pool, pool.busy().size() + pool.wants().size() + readyAt(hour));
    }
}

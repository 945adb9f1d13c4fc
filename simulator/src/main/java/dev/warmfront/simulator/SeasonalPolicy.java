package dev.warmfront.simulator;

import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.PoolView;
import dev.warmfront.scheduler.Reason;
import dev.warmfront.scheduler.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Predictive scaling as clouds offer it: per hour of the day a quantile of the peaks of that hour over up to fourteen days,
 * launched ahead of the hour, out only; beside it a dynamic part, which serves what waits and keeps idle machines for ten
 * minutes, but never goes below the forecast.
 */
final class SeasonalPolicy extends DemandPolicy {

    static final String NAME = "seasonal-quantile";
    private static final long HOUR = 60 * MINUTE;
    private static final int DAYS = 14;
    private static final int HOURS = 24;
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Reason SURPLUS =
            new Reason("above-forecast", "idle for ten minutes, and the forecast of this hour is met without it");

    private final double quantile;
    private final long aheadMicros;

    /**
     * @param quantile of the same hour's peaks, 0 to 1
     * @param aheadMicros how long before an hour its machines are launched
     */
    SeasonalPolicy(double quantile, long aheadMicros) {
        super(HOUR, DAYS * HOURS);
        this.quantile = quantile;
        this.aheadMicros = aheadMicros;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    List<Step> plan(PoolView pool, long nowMicros) {
        int floor = Math.max(forecast(nowMicros / HOUR), forecast((nowMicros + aheadMicros) / HOUR));
        List<Step> steps = new ArrayList<>(Steps.atLeast(pool, floor));
        int surplus = Steps.live(pool) - floor;
        for (int i = pool.idle().size() - 1;
                i >= 0 && surplus > 0 && pool.wants().isEmpty();
                i--, surplus--) {
            Instance idle = pool.idle().get(i);
            if (nowMicros - micros(idle.lastUsedAt()) < KEPT.toNanos() / 1000) {
                break;
            }
            steps.add(new Step.Terminate(idle.id(), SURPLUS));
        }
        return steps;
    }

    /** The quantile of the peaks of that hour of the day on the days seen; 0 when none was. */
    int forecast(long hour) {
        List<Double> peaks = new ArrayList<>();
        for (int day = 1; day <= DAYS; day++) {
            long ago = concurrency.bin() - (hour - (long) day * HOURS);
            if (ago >= 1 && ago <= concurrency.size()) {
                peaks.add(concurrency.peak((int) ago));
            }
        }
        if (peaks.isEmpty()) {
            return 0;
        }
        double[] sorted = peaks.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(quantile * sorted.length) - 1;
        return (int) Math.round(sorted[Math.clamp(rank, 0, sorted.length - 1)]);
    }
}

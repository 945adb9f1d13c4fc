package dev.warmfront.agent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Notices that this machine has slept: somebody has set its clock, which the monotonic clock does not follow. A hibernated
 * or paused machine learns the time anew when it wakes, from its hardware clock, its hypervisor or the network.
 */
final class ClockSteps {

    /** Slewing and coarse clocks stay below it; a sleep too short for it breaks no connection either. */
    static final Duration LEAST = Duration.ofSeconds(1);

    private long lastGapNanos;

    ClockSteps(long wallMillis, long monotonicNanos) {
        lastGapNanos = gap(wallMillis, monotonicNanos);
    }

    /**
     * By how much the clock was set since the last call.
     *
     * @return zero, or a step of at least {@link #LEAST}, negative when it was set back
     */
    Duration since(long wallMillis, long monotonicNanos) {
        long gap = gap(wallMillis, monotonicNanos);
        long step = gap - lastGapNanos;
        lastGapNanos = gap;
        return Math.abs(step) < LEAST.toNanos() ? Duration.ZERO : Duration.ofNanos(step);
    }

    private static long gap(long wallMillis, long monotonicNanos) {
        return TimeUnit.MILLISECONDS.toNanos(wallMillis) - monotonicNanos;
    }
}

package dev.warmfront.task;

import java.util.Map;

/**
 * Many tasks in a few figures.
 *
 * @param byStartKind waits of tasks that have started, by what they found
 * @param doubleAttempts attempts that began before the one before them had ended: always 0
 * @param lost unfinished tasks whose machine has ended and that nobody took up again: always 0
 */
public record SummaryView(
        long total,
        Map<String, Long> byState,
        Map<String, WaitsView> byStartKind,
        WaitsView waitSeconds,
        long doubleAttempts,
        long lost) {

    /** Seconds from eligible to the start of the process. */
    public record WaitsView(
            long count, double p50WaitSeconds, double p95WaitSeconds, double p99WaitSeconds, double maxWaitSeconds) {}
}

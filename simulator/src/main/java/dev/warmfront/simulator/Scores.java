package dev.warmfront.simulator;

import java.math.BigDecimal;
import java.util.List;

/**
 * What one policy with one knob made of a trace.
 *
 * @param knob the knob's value, in the words of its policy; empty for a policy without one
 * @param spendUsd all that was charged
 * @param overheadUsd what of it did not run tasks
 * @param rhoOverhead overhead against the clairvoyant's
 * @param rhoSpend spend against the clairvoyant's
 * @param tasks scored
 * @param waitingShare share of tasks that did not start at once
 * @param coldShare share of tasks that waited for a launch
 * @param waits in seconds
 * @param idleHotHours of instances that were hot without a task
 * @param standbyHours of instances held in standby
 * @param launches accepted by the provider
 * @param resumes wakes from standby
 * @param stops into standby
 * @param events simulated: all that happened in the world while it was scored, decided by the scheduler or not
 * @param decisionMicros real time per decision: the one figure that differs from run to run
 * @param levels how many instances there were in each tier over time
 */
public record Scores(
        String knob,
        BigDecimal spendUsd,
        BigDecimal overheadUsd,
        double rhoOverhead,
        double rhoSpend,
        long tasks,
        double waitingShare,
        double coldShare,
        Waits waits,
        double idleHotHours,
        double standbyHours,
        long launches,
        long resumes,
        long stops,
        long events,
        DecisionMicros decisionMicros,
        List<Level> levels) {

    /** Percentiles of all tasks' waits, in seconds. */
    public record Waits(double p50, double p95, double p99, double max) {}

    /** Percentiles in microseconds. */
    public record DecisionMicros(double p50, double p99) {}

    /**
     * A sample.
     *
     * @param seconds since the origin of the trace
     * @param busy instances at work: the demand that is served
     * @param waiting tasks that are eligible and wait
     * @param idle hot and without a task
     * @param coming on their way to be hot
     * @param standby held in standby
     */
    public record Level(double seconds, int busy, int waiting, int idle, int coming, int standby) {}

    public Scores {
        levels = List.copyOf(levels);
    }
}

package dev.warmfront.simulator;

import java.util.List;

/**
 * What a tenant submits at one moment: one task, or a workflow whose later tasks become eligible as their parents end
 * (closed loop).
 *
 * @param submitMicros microseconds since the origin of the trace, ≥ 0
 * @param tenant who; empty where the trace does not say
 * @param tasks at least one, parents before children
 */
public record Submission(long submitMicros, String tenant, List<TraceTask> tasks) {

    public Submission {
        if (submitMicros < 0 || tasks.isEmpty()) {
            throw new IllegalArgumentException("a submission has a time ≥ 0 and a task");
        }
        tasks = List.copyOf(tasks);
    }

    /** A single task. */
    public static Submission of(long submitMicros, String tenant, String type, long runtimeMicros) {
        return new Submission(submitMicros, tenant, List.of(new TraceTask(type, runtimeMicros, List.of())));
    }

    /** The same, at another time. */
    public Submission at(long micros) {
        return new Submission(micros, tenant, tasks);
    }
}

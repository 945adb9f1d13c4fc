package dev.warmfront.simulator;

import java.util.List;

/**
 * One task of a trace.
 *
 * @param type what learners group by
 * @param runtimeMicros how long it ran, ≥ 0
 * @param parents places, in its submission, of the tasks that must end before it may run; all before its own
 */
public record TraceTask(String type, long runtimeMicros, List<Integer> parents) {

    public TraceTask {
        if (runtimeMicros < 0) {
            throw new IllegalArgumentException("a runtime is negative: " + runtimeMicros);
        }
        parents = List.copyOf(parents);
    }
}

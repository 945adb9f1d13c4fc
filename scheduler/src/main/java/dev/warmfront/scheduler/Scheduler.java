package dev.warmfront.scheduler;

import java.time.Instant;
import java.util.List;

/** Decides. */
public final class Scheduler {

    public Scheduler(List<PoolPolicy> policies) {}

    /** Decides one event and lets the state take the changes. */
    public Decision decide(CellState state, Event event, Instant now) {
        return new Decision(Answer.DONE, List.of());
    }
}

package dev.warmfront.simulator;

import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import java.time.Instant;

/** What is judged: {@link dev.warmfront.scheduler.Scheduler#decide}, or a variant of it that a test broke on purpose. */
@FunctionalInterface
public interface Decider {

    /** As {@link dev.warmfront.scheduler.Scheduler#decide}. */
    Decision decide(CellState state, Event event, Instant now);
}

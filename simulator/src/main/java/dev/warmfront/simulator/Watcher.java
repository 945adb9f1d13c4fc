package dev.warmfront.simulator;

import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;

/** Looks on while a simulation runs: keeps score, checks invariants, learns. */
interface Watcher {

    /** An event was decided; the cell's state has taken the changes, their effects have not happened yet. */
    void decided(Event event, Decision decision, long nowMicros);
}

package dev.warmfront.cell;

import dev.warmfront.scheduler.CellState;
import dev.warmfront.scheduler.Change;
import java.time.Instant;
import java.util.List;

/**
 * Learns what became durable. Every CDI bean of this type is called, in commit order, by the cell's own thread; it must
 * be quick and must not throw or block. This is where effects leave: assignments, provider calls, server-sent events.
 */
public interface CommitListener {

    /**
     * The cell was (re)read from the database: forget everything known before.
     *
     * @param state the state as read; read it during the call only
     */
    void reloaded(CellState state, Instant at);

    /** These changes are durable. */
    void committed(List<Change> changes, Instant at);

    /** This process does not own the cell any more: no effect may leave until the next {@link #reloaded}. */
    void released();
}

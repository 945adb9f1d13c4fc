package dev.warmfront.cell;

import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Event;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** The way into the cell: the only one. */
public interface CellInbox {

    /**
     * Hands an event to the cell.
     *
     * @param event what happened
     * @param once written in the same transaction as the event's changes when its answer is Done; null for none
     * @return the answer, after its changes are durable. Fails with {@link CellUnavailableException} when this process
     *     does not own the cell, its inbox is full, or the commit failed: the sender may repeat.
     */
    Uni<Answer> submit(Event event, @Nullable OnceOnly once);

    /** {@link #submit(Event, OnceOnly)} without an idempotency record. */
    default Uni<Answer> submit(Event event) {
        return submit(event, null);
    }
}

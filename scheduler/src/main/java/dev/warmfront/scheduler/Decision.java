package dev.warmfront.scheduler;

import java.util.List;

/**
 * What {@link Scheduler#decide} made of one event.
 *
 * @param answer what the sender is told once the changes are durable
 * @param changes in order; the state has already taken them
 */
public record Decision(Answer answer, List<Change> changes) {
    public Decision {
        changes = List.copyOf(changes);
    }
}

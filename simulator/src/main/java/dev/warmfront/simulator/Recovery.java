package dev.warmfront.simulator;

import dev.warmfront.domain.TaskState;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;

/** How long after a shift the target is met again: counted in slots of a minute, by when tasks became eligible. */
final class Recovery implements Watcher {

    private static final long SLOT = 60_000_000L;
    private static final int WINDOW = 60;
    private static final int LEAST_WINDOW = 30;

    private final Instant onset;
    private final long onsetMicros;
    private int[] tasks = new int[1024];
    private int[] waits = new int[1024];
    private int slots;

    Recovery(long onsetMicros) {
        this.onsetMicros = onsetMicros;
        this.onset = Simulation.instantOf(onsetMicros);
    }

    @Override
    public void decided(Event event, Decision decision, long nowMicros) {
        for (Change change : decision.changes()) {
            if (change instanceof Change.TaskChanged(Task task, TaskTrigger trigger)
                    && trigger == TaskTrigger.ASSIGNED
                    && task.state() == TaskState.ASSIGNED
                    && task.attempt() == 1) {
                Instant eligible = task.eligibleAt();
                Instant assigned = task.assignedAt();
                if (eligible != null && assigned != null && !eligible.isBefore(onset)) {
                    count(DemandPolicy.micros(eligible), assigned.isAfter(eligible));
                }
            }
        }
    }

    /** A task could begin at this time, and waited or not. */
    void count(long eligibleMicros, boolean waited) {
        int slot = Math.toIntExact((eligibleMicros - onsetMicros) / SLOT);
        if (slot >= tasks.length) {
            int size = Math.max(slot + 1, 2 * tasks.length);
            tasks = Arrays.copyOf(tasks, size);
            waits = Arrays.copyOf(waits, size);
        }
        slots = Math.max(slots, slot + 1);
        tasks[slot]++;
        waits[slot] += waited ? 1 : 0;
    }

    /**
     * Slots until an hour begins in which the target is met; empty when there is none. Where the record ends sooner, what is left of it
     * counts for the hour, half of one at least: else a shift near the end could not be seen to be over.
     *
     * @param share at most this share of the hour's tasks waits
     */
    OptionalLong slots(double share) {
        for (int first = 0; first == 0 || first + LEAST_WINDOW <= slots; first++) {
            long window = 0;
            long waiting = 0;
            for (int i = first; i < Math.min(first + WINDOW, slots); i++) {
                window += tasks[i];
                waiting += waits[i];
            }
            if (waiting <= share * window) {
                return OptionalLong.of(first);
            }
        }
        return OptionalLong.empty();
    }
}

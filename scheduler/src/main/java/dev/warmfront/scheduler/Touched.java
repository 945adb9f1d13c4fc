package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which domains' queues a decision may have to look at again. After each decision nothing that could be placed or launched
 * for is left undone, so only what has changed since can be; of thousands of tenants with work in their queues an event
 * concerns one. What changes by time alone (budgets, pauses) is seen to on the tick, which looks at all.
 */
final class Touched {

    private static final Touched EVERYTHING = new Touched(true);

    private boolean all;

    /** Mostly there is one. */
    private @Nullable DomainEntry first;

    private @Nullable Set<DomainEntry> others;

    private Touched(boolean all) {
        this.all = all;
    }

    static Touched everything() {
        return EVERYTHING;
    }

    /**
     * Domains in which a task or a machine has changed; all of them where anything else has.
     *
     * @param from the number of the first change that counts
     */
    static Touched by(Deciding deciding, int from) {
        Touched touched = new Touched(false);
        List<Change> changes = deciding.changes();
        for (int i = from; i < changes.size() && !touched.all; i++) {
            touched.add(deciding.state(), changes.get(i));
        }
        return touched;
    }

    private void add(CellState state, Change change) {
        switch (change) {
            case Change.TaskChanged(Task task, TaskTrigger trigger) -> {
                DomainEntry domain = state.queue().domain(task.spec().tenant());
                if (domain != null) {
                    add(domain);
                }
            }
            case Change.InstanceChanged moved -> {
                if (first == null || !first.id().equals(moved.after().domain())) {
                    add(state.index().of(moved.after().domain()));
                }
            }
            case Change.ChargeMade charge -> {
                // Takes away only.
            }
            case Change.IntentChanged intent -> {
                // The machine's own change follows.
            }
            case Change.SequenceAdvanced sequence -> {
                // Nobody's.
            }
            case Change.AgentSeen seen -> {
                // Who waits for bytes is looked at again with the tick.
            }
            case Change.DataSentAhead sent -> {
                // For a task that is not eligible.
            }
            case Change.ReservationChanged reserved -> {
                // Its machine changed with it, or the tick looks at all.
            }
            case Change.WorkflowAccepted workflow -> {
                // Its tasks follow.
            }
            default -> all = true;
        }
    }

    private void add(DomainEntry domain) {
        if (first == null || first == domain) {
            first = domain;
            return;
        }
        if (others == null) {
            others = new LinkedHashSet<>();
        }
        others.add(domain);
    }

    /** Whether all must be looked at. */
    boolean isEverything() {
        return all;
    }

    /** Which they are, each once, where it is not everything. */
    List<DomainEntry> domains() {
        if (first == null) {
            return List.of();
        }
        if (others == null) {
            return List.of(first);
        }
        List<DomainEntry> each = new ArrayList<>(others.size() + 1);
        each.add(first);
        each.addAll(others);
        return each;
    }
}

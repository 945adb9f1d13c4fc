package dev.warmfront.scheduler;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what the next tasks of a workflow will read to where they will probably run, while those before them run. Edges that a
 * workflow declares are certain, as in {@link Foreseen}; which task follows which without being declared is not known here.
 */
final class Prefetch {

    /** Between zones the large clouds take a cent for a gigabyte. */
    private static final double NANO_DOLLARS_PER_BYTE = 0.01;

    /** What an hour of waiting counts besides the machine that stands still, for tenants that name no price of theirs: ten dollars. */
    private static final HourlyRate WAIT_PRICE = new HourlyRate(10_000_000_000L);

    private static final double SECONDS_PER_HOUR = 3600;

    private static final double CERTAIN = 1;

    private Prefetch() {}

    /** Looks at what began, or left something, in this decision, and at what follows it. */
    static void sendAhead(Deciding deciding) {
        if (!deciding.state().data().isActive()) {
            return;
        }
        for (Change change : List.copyOf(deciding.changes())) {
            if (change instanceof Change.TaskChanged(Task after, TaskTrigger trigger)) {
                if (trigger == TaskTrigger.ASSIGNED) {
                    follow(deciding, after);
                } else if (trigger == TaskTrigger.SUCCEEDED) {
                    join(deciding, after);
                }
            }
        }
    }

    /** As many children as have room in the parent's place will probably run there. */
    private static void follow(Deciding deciding, Task parent) {
        CellState state = deciding.state();
        Instance instance = parent.instance() == null ? null : state.instance(parent.instance());
        if (instance == null) {
            return;
        }
        Resources room = roomAfter(instance, parent);
        for (TaskId id : state.workflows().childrenOf(parent.spec().id())) {
            Task child = state.task(id);
            if (child != null && room.covers(child.spec().request()) && isAwaited(state, child, instance)) {
                send(deciding, parent, child, instance);
                room = room.minus(child.spec().request());
            }
        }
    }

    /** What a parent left goes to where the last of the others still runs: there the child will find all of it. */
    private static void join(Deciding deciding, Task ended) {
        CellState state = deciding.state();
        for (TaskId id : state.data().outputs().readersOf(ended.spec().id())) {
            Task child = state.task(id);
            Task running = child == null ? null : runningParent(state, child);
            Instance instance =
                    running == null || running.instance() == null ? null : state.instance(running.instance());
            if (child != null
                    && running != null
                    && instance != null
                    && roomAfter(instance, running).covers(child.spec().request())
                    && isAwaited(state, child, instance)) {
                send(deciding, running, child, instance);
            }
        }
    }

    private static @Nullable Task runningParent(CellState state, Task child) {
        for (TaskId id : child.spec().parents()) {
            Task parent = state.task(id);
            if (parent != null && parent.instance() != null) {
                return parent;
            }
        }
        return null;
    }

    /** Whether it may run there and one parent alone is left, for among several nobody knows whose place the child will take, and could follow it there. */
    static boolean isAwaited(CellState state, Task child, Instance instance) {
        EnvironmentKey environment = Shape.environmentOf(child.spec());
        return child.state() == TaskState.PENDING
                && state.workflows().missingParents(child.spec().id()) == 1
                && state.tenants().permits(child.spec().tenant(), instance.offering())
                && (environment.isGeneric() || instance.warm().contains(environment));
    }

    /** All goes to one machine: where something was sent to another one before, nothing is sent here. */
    private static void send(Deciding deciding, Task parent, Task child, Instance instance) {
        SentAhead before = deciding.state().data().sentFor(child.spec().id());
        boolean elsewhere = before != null && !before.instance().equals(instance.id());
        // Where others queue, a place that becomes free goes to whoever's turn it is.
        TenantId own = child.spec().tenant();
        boolean contended = deciding.state().queue().othersWait(own);
        if (elsewhere || contended) {
            return;
        }
        List<SentAhead.Item> items = worthwhile(deciding, parent, child, instance);
        if (!items.isEmpty()) {
            if (before != null) {
                items.addAll(0, before.items());
            }
            deciding.emit(new Change.DataSentAhead(new SentAhead(
                    instance.id(), child.spec().tenant(), child.spec().id(), items)));
        }
    }

    private static Resources roomAfter(Instance instance, Task parent) {
        Resources room = instance.offering().machineType().capacity();
        for (Allocation allocation : instance.allocations()) {
            boolean parents = allocation.attempt().equals(parent.attemptId());
            room = parents ? room : room.minus(allocation.resources());
        }
        return room;
    }

    private static List<SentAhead.Item> worthwhile(Deciding deciding, Task parent, Task child, Instance instance) {
        DataIndex data = deciding.state().data();
        long spare = data.spareBytes(instance.id());
        double rate = Locality.bytesPerSecond(data, instance.id());
        double hidden = data.remainingSeconds(parent, elapsed(deciding, parent));
        HourlyRate own =
                deciding.state().tenants().objective(child.spec().tenant()).waitPrice();
        HourlyRate waiting = own == null ? WAIT_PRICE : own;
        List<SentAhead.Item> items = new ArrayList<>();
        for (TaskInput input : child.spec().data().inputs()) {
            Blob blob = data.outputs().find(input);
            if (blob != null
                    && blob.bytes() <= spare
                    && !data.has(instance.id(), child.spec().tenant(), blob)) {
                double saved = Math.min(blob.bytes() / rate, hidden);
                if (pays(CERTAIN, saved, waiting, instance.offering().hotRate(), blob.bytes())) {
                    String url = input instanceof TaskInput.Dataset dataset ? dataset.url() : null;
                    items.add(new SentAhead.Item(blob, url));
                    spare -= blob.bytes();
                    hidden = Math.max(0, hidden - saved);
                }
            }
        }
        return items;
    }

    private static double elapsed(Deciding deciding, Task parent) {
        return parent.startedAt() == null
                ? 0
                : Duration.between(parent.startedAt(), deciding.now()).toNanos() / 1e9;
    }

    /**
     * Whether p · stall saved · w &gt; bytes · price (policy.md §4).
     *
     * @param probability that the task comes, and comes there
     * @param savedSeconds for which it would else stall
     * @param waiting what waiting is worth to its tenant
     * @param machine what stands still meanwhile
     */
    static boolean pays(double probability, double savedSeconds, HourlyRate waiting, HourlyRate machine, long bytes) {
        double second = (waiting.nanosPerHour() + (double) machine.nanosPerHour()) / SECONDS_PER_HOUR;
        return probability * savedSeconds * second > bytes * NANO_DOLLARS_PER_BYTE;
    }
}

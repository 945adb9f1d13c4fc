package dev.warmfront.scheduler;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskState;
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

    /** What a second of waiting counts besides the machine that stands still: ten dollars an hour. Tenants cannot name theirs. */
    private static final double NANO_DOLLARS_PER_SECOND = 10e9 / 3600;

    private static final double CERTAIN = 1;

    private Prefetch() {}

    /** Looks at what was given out in this decision, and at what follows it. */
    static void sendAhead(Deciding deciding) {
        if (!deciding.state().data().isActive()) {
            return;
        }
        for (Change change : List.copyOf(deciding.changes())) {
            if (change instanceof Change.TaskChanged(Task after, TaskTrigger trigger)
                    && trigger == TaskTrigger.ASSIGNED) {
                follow(deciding, after);
            }
        }
    }

    /** One child takes the parent's place; where its data is too large for that, or there is none, others are left alone. */
    private static void follow(Deciding deciding, Task parent) {
        CellState state = deciding.state();
        Instance instance = parent.instance() == null ? null : state.instance(parent.instance());
        if (instance == null) {
            return;
        }
        Resources room = roomAfter(instance, parent);
        for (TaskId id : state.workflows().childrenOf(parent.spec().id())) {
            Task child = state.task(id);
            if (child != null
                    && child.state() == TaskState.PENDING
                    && !state.data().isSent(id)
                    && room.covers(child.spec().request())
                    && suits(instance, child)) {
                SentAhead sent = worthwhile(deciding, parent, child, instance);
                if (sent != null) {
                    deciding.emit(new Change.DataSentAhead(sent));
                }
                room = room.minus(child.spec().request());
            }
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

    private static boolean suits(Instance instance, Task child) {
        EnvironmentKey environment = Shape.environmentOf(child.spec());
        return environment.isGeneric() || instance.warm().contains(environment);
    }

    private static @Nullable SentAhead worthwhile(Deciding deciding, Task parent, Task child, Instance instance) {
        DataIndex data = deciding.state().data();
        long spare = data.spareBytes(instance.id());
        double rate = Locality.bytesPerSecond(data, instance.id());
        double hidden = data.remainingSeconds(parent, 0);
        List<SentAhead.Item> items = new ArrayList<>();
        for (TaskInput input : child.spec().data().inputs()) {
            Blob blob = data.outputs().find(input);
            if (blob != null
                    && blob.bytes() <= spare
                    && !data.has(instance.id(), child.spec().tenant(), blob)) {
                double saved = Math.min(blob.bytes() / rate, hidden);
                if (pays(CERTAIN, saved, instance.offering().hotRate(), blob.bytes())) {
                    String url = input instanceof TaskInput.Dataset dataset ? dataset.url() : null;
                    items.add(new SentAhead.Item(blob, url));
                    spare -= blob.bytes();
                    hidden = Math.max(0, hidden - saved);
                }
            }
        }
        return items.isEmpty()
                ? null
                : new SentAhead(
                        instance.id(), child.spec().tenant(), child.spec().id(), items);
    }

    /**
     * Whether p · stall saved · w &gt; bytes · price (policy.md §4).
     *
     * @param probability that the task comes, and comes there
     * @param savedSeconds for which it would else stall
     * @param machine what stands still meanwhile
     */
    static boolean pays(double probability, double savedSeconds, HourlyRate machine, long bytes) {
        double second = NANO_DOLLARS_PER_SECOND
                + machine.nanosPerHour() / (double) Duration.ofHours(1).toSeconds();
        return probability * savedSeconds * second > bytes * NANO_DOLLARS_PER_BYTE;
    }
}

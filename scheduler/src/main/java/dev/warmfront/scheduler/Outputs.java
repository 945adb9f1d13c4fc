package dev.warmfront.scheduler;

import dev.warmfront.domain.Blob;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskData;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskInput;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What tasks left for others, as long as an unfinished task wants to read it. Follows from the tasks' images alone, so the
 * cell and whoever speaks with agents each keep one.
 */
public final class Outputs {

    /**
     * What one task left.
     *
     * @param instance where it was made
     */
    public record Left(TenantId tenant, InstanceId instance, SortedMap<String, Blob> blobs) {}

    private final Map<TaskId, Set<TaskId>> readers = new HashMap<>();
    private final Map<TaskId, Left> left = new HashMap<>();
    private final Map<InstanceId, Map<TaskId, Left>> byInstance = new HashMap<>();

    /** Nothing yet. */
    public Outputs() {}

    /** A copy, for another thread. */
    public Outputs(Outputs other) {
        other.readers.forEach((maker, tasks) -> readers.put(maker, new LinkedHashSet<>(tasks)));
        other.left.forEach(this::put);
    }

    /** The task's newest image. Makers that had ended before all of this began come after those that read them. */
    public void see(Task after) {
        TaskData data = after.spec().data();
        for (TaskInput input : data.inputs()) {
            if (input instanceof TaskInput.Output made) {
                see(after, made.parent());
            }
        }
        if (!data.outputs().isEmpty()
                && after.state() == TaskState.SUCCEEDED
                && after.result() != null
                && after.instance() != null
                && readers.containsKey(after.spec().id())) {
            put(
                    after.spec().id(),
                    new Left(
                            after.spec().tenant(),
                            after.instance(),
                            after.result().outputs()));
        }
    }

    private void put(TaskId maker, Left made) {
        left.put(maker, made);
        byInstance
                .computeIfAbsent(made.instance(), instance -> new LinkedHashMap<>())
                .put(maker, made);
    }

    private void see(Task reader, TaskId maker) {
        TaskId id = reader.spec().id();
        if (!reader.state().isFinal()) {
            readers.computeIfAbsent(maker, key -> new LinkedHashSet<>()).add(id);
            return;
        }
        Set<TaskId> others = readers.get(maker);
        if (others != null && others.remove(id) && others.isEmpty()) {
            readers.remove(maker);
            Left gone = left.remove(maker);
            Map<TaskId, Left> there = gone == null ? null : byInstance.get(gone.instance());
            if (there != null && there.remove(maker) != null && there.isEmpty()) {
                byInstance.remove(gone.instance());
            }
        }
    }

    /** What the input is; null while nobody has made it. */
    public @Nullable Blob find(TaskInput input) {
        return switch (input) {
            case TaskInput.Dataset dataset -> dataset.blob();
            case TaskInput.Output output -> {
                Left made = left.get(output.parent());
                yield made == null ? null : made.blobs().get(output.output());
            }
        };
    }

    /** What was made there and is wanted still. */
    public Collection<Left> madeAt(InstanceId instance) {
        Map<TaskId, Left> there = byInstance.get(instance);
        return there == null ? List.of() : Collections.unmodifiableCollection(there.values());
    }

    /** Unfinished tasks that read what it leaves, in the order in which they came. */
    List<TaskId> readersOf(TaskId maker) {
        return List.copyOf(readers.getOrDefault(maker, Set.of()));
    }

    /** The task's inputs as far as they are made. */
    List<Blob> of(Task task) {
        List<Blob> blobs = new ArrayList<>();
        for (TaskInput input : task.spec().data().inputs()) {
            Blob blob = find(input);
            if (blob != null) {
                blobs.add(blob);
            }
        }
        return blobs;
    }
}

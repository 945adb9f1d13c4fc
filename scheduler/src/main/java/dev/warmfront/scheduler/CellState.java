package dev.warmfront.scheduler;

import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything a cell knows, in memory. Altered by {@link #apply} alone; single-threaded. */
public final class CellState {
    private final CellSettings settings;
    private final Map<TaskId, Task> tasks = new LinkedHashMap<>();
    private final Map<InstanceId, Instance> instances = new LinkedHashMap<>();

    private CellState(CellSettings settings) {
        this.settings = settings;
    }

    /** The state as it was written. */
    public static CellState restore(CellSettings settings, Snapshot snapshot) {
        return new CellState(settings);
    }

    /** Takes one change. Refuses an illegal transition with IllegalStateException. */
    public void apply(Change change) {}

    public CellSettings settings() {
        return settings;
    }

    public long nextSequence() {
        return 1;
    }

    public @Nullable TenantProfile tenant(TenantId id) {
        return null;
    }

    public @Nullable Environment environment(EnvironmentKey key) {
        return null;
    }

    public @Nullable Task task(TaskId id) {
        return tasks.get(id);
    }

    /** Tasks that are not final, in the order of submission. */
    public Collection<Task> tasks() {
        return tasks.values();
    }

    public @Nullable Instance instance(InstanceId id) {
        return instances.get(id);
    }

    /** Instances that are not final, in the order of their ids' sequence. */
    public Collection<Instance> instances() {
        return instances.values();
    }

    /** Intents without an outcome, in the order of issue. */
    public Collection<Intent> openIntents() {
        return java.util.List.of();
    }
}

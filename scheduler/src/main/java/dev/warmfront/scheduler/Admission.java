package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.scheduler.Answer.Refusal;
import dev.warmfront.scheduler.Answer.Refused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether tasks can be taken up: all or none. */
final class Admission {

    private Admission() {}

    /** Null when all of them can be taken. */
    static @Nullable Refused check(
            CellState state, TenantId tenant, @Nullable Workflow workflow, List<TaskSpec> tasks) {
        if (state.tenant(tenant) == null) {
            return new Refused(Refusal.UNKNOWN_TENANT, "tenant " + tenant + " is not known to this cell");
        }
        if (state.liveTasks().size() + tasks.size() > state.settings().maxLiveTasks()) {
            return new Refused(
                    Refusal.OVERLOADED,
                    "the cell holds " + state.liveTasks().size() + " unfinished tasks and takes at most "
                            + state.settings().maxLiveTasks());
        }
        // Tasks that come together mostly look alike, and most come alone.
        Set<Shape> seen = tasks.size() > 1 ? new HashSet<>() : Set.of();
        for (TaskSpec task : tasks) {
            if (!task.tenant().equals(tenant)) {
                return new Refused(Refusal.UNKNOWN_TENANT, "task " + task.id() + " is another tenant's");
            }
            if (tasks.size() == 1 || seen.add(Shape.of(task))) {
                Refused refused = checkShape(state, task);
                if (refused != null) {
                    return refused;
                }
            }
        }
        return workflow == null ? checkParentless(tasks) : checkGraph(workflow, tasks);
    }

    private static @Nullable Refused checkShape(CellState state, TaskSpec task) {
        EnvironmentKey key = new EnvironmentKey(task.tenant(), task.environment());
        if (state.environment(key) == null) {
            return new Refused(Refusal.UNKNOWN_ENVIRONMENT, "environment " + task.environment() + " does not exist");
        }
        TenantProfile tenant = state.tenant(task.tenant());
        MachineLimits limits =
                tenant == null ? MachineLimits.NONE : tenant.settings().machines();
        String nowhere = Nowhere.why(state.offerings().all(), limits, task.request());
        return nowhere == null ? null : new Refused(Refusal.NEVER_FITS, nowhere);
    }

    private static @Nullable Refused checkParentless(List<TaskSpec> tasks) {
        Set<TaskId> ids = tasks.size() > 1 ? new HashSet<>() : Set.of();
        for (TaskSpec task : tasks) {
            if (task.workflow() != null || (tasks.size() > 1 && !ids.add(task.id()))) {
                return new Refused(Refusal.INVALID_WORKFLOW, "task " + task.id() + " is listed twice or in a workflow");
            }
        }
        return null;
    }

    /** Kahn's topological order, O(tasks + edges), no recursion: what cannot be ordered is in a cycle or behind one. */
    private static @Nullable Refused checkGraph(Workflow workflow, List<TaskSpec> tasks) {
        Map<TaskId, Integer> missing = new HashMap<>();
        Map<TaskId, List<TaskId>> children = new HashMap<>();
        for (TaskSpec task : tasks) {
            boolean own = workflow.id().equals(task.workflow());
            if (!own || missing.put(task.id(), task.parents().size()) != null) {
                return new Refused(Refusal.INVALID_WORKFLOW, "task " + task.id() + " is listed twice or elsewhere");
            }
        }
        Deque<TaskId> ready = new ArrayDeque<>();
        for (TaskSpec task : tasks) {
            if (task.parents().size() != new HashSet<>(task.parents()).size()) {
                return new Refused(Refusal.INVALID_WORKFLOW, "task " + task.id() + " names a parent twice");
            }
            for (TaskId parent : task.parents()) {
                if (!missing.containsKey(parent)) {
                    return new Refused(
                            Refusal.INVALID_WORKFLOW, "task " + task.id() + " names an unknown parent " + parent);
                }
                children.computeIfAbsent(parent, key -> new ArrayList<>()).add(task.id());
            }
            if (task.parents().isEmpty()) {
                ready.add(task.id());
            }
        }
        int ordered = 0;
        while (!ready.isEmpty()) {
            ordered++;
            for (TaskId child : children.getOrDefault(ready.removeFirst(), List.of())) {
                if (missing.merge(child, -1, Integer::sum) == 0) {
                    ready.add(child);
                }
            }
        }
        return ordered == tasks.size()
                ? null
                : new Refused(
                        Refusal.INVALID_WORKFLOW, (tasks.size() - ordered) + " tasks wait for each other in a cycle");
    }
}

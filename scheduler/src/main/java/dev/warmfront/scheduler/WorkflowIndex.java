package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.WorkflowId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which tasks wait for which: the edges of live workflows, and how many parents each pending task still misses. */
final class WorkflowIndex {

    private final Map<TaskId, List<TaskId>> children = new HashMap<>();
    private final Map<TaskId, Integer> missing = new HashMap<>();
    private final Map<WorkflowId, Set<TaskId>> live = new HashMap<>();

    /**
     * @param parentsMissing how many parents have not succeeded yet
     */
    void add(Task task, int parentsMissing, Iterable<TaskId> openParents) {
        WorkflowId workflow = task.spec().workflow();
        if (workflow == null) {
            return;
        }
        live.computeIfAbsent(workflow, key -> new LinkedHashSet<>())
                .add(task.spec().id());
        if (parentsMissing > 0) {
            missing.put(task.spec().id(), parentsMissing);
            for (TaskId parent : openParents) {
                children.computeIfAbsent(parent, key -> new ArrayList<>())
                        .add(task.spec().id());
            }
        }
    }

    /** A task succeeded: its children miss one parent less. */
    void succeeded(Task task) {
        for (TaskId child : childrenOf(task.spec().id())) {
            missing.merge(child, -1, Integer::sum);
        }
    }

    void ended(Task task) {
        children.remove(task.spec().id());
        missing.remove(task.spec().id());
        WorkflowId workflow = task.spec().workflow();
        if (workflow != null) {
            Set<TaskId> tasks = live.get(workflow);
            if (tasks != null) {
                tasks.remove(task.spec().id());
                if (tasks.isEmpty()) {
                    live.remove(workflow);
                }
            }
        }
    }

    List<TaskId> childrenOf(TaskId task) {
        return children.getOrDefault(task, List.of());
    }

    int missingParents(TaskId task) {
        return missing.getOrDefault(task, 0);
    }

    /** Tasks of the workflow that are not final, in the order of submission. */
    Set<TaskId> liveTasks(WorkflowId workflow) {
        return Collections.unmodifiableSet(live.getOrDefault(workflow, Set.of()));
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.Environment;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A cell's tasks that are not final, and where each waits: for parents, for the end of a back-off, or in the queue. */
final class LiveTasks {

    private final IdTable<TaskEntry> tasks = new IdTable<>();
    private final RecentlyEnded recentlyEnded = new RecentlyEnded();

    /** By what they need beside the generic environment. */
    private final Map<EnvironmentKey, Integer> byEnvironment = new HashMap<>();

    private final TreeSet<Due> delayed = new TreeSet<>();
    private final WorkflowIndex workflows = new WorkflowIndex();
    private final FairQueue queue;

    /** @param queue where those wait that could run */
    LiveTasks(FairQueue queue) {
        this.queue = queue;
    }

    /** @param restored final ones among them, whose children do not miss them */
    void restore(List<Task> restored) {
        Set<TaskId> succeeded = new HashSet<>();
        List<Task> live = new ArrayList<>();
        for (Task task : restored) {
            if (task.state() == TaskState.SUCCEEDED) {
                succeeded.add(task.spec().id());
            } else if (!task.state().isFinal()) {
                live.add(task);
            }
        }
        live.sort(Comparator.comparing(Task::submittedAt)
                .thenComparing(task -> task.spec().id()));
        for (Task task : live) {
            List<TaskId> open = task.spec().parents().stream()
                    .filter(parent -> !succeeded.contains(parent))
                    .toList();
            add(task, open);
        }
    }

    /**
     * Takes a task's new image.
     *
     * @throws IllegalStateException when it is not a legal move from the present one
     */
    void put(Task after, TaskTrigger trigger) {
        TaskId id = after.spec().id();
        TaskEntry entry = tasks.get(id);
        TaskLifecycle.TABLE.check(entry == null ? null : entry.image().state(), trigger, after.state(), id);
        if (entry == null) {
            add(after, after.spec().parents());
            return;
        }
        unqueue(entry);
        entry.image(after);
        if (after.state().isFinal()) {
            tasks.remove(entry);
            countEnvironment(after.spec(), -1);
            if (after.state() == TaskState.SUCCEEDED) {
                workflows.succeeded(after);
            }
            workflows.ended(after);
            if (after.finishedAt() != null) {
                recentlyEnded.add(id, after.finishedAt());
            }
        } else {
            enqueue(entry);
        }
    }

    private void add(Task task, List<TaskId> openParents) {
        TaskEntry entry = new TaskEntry(task);
        tasks.add(entry);
        countEnvironment(task.spec(), 1);
        boolean pending = task.state() == TaskState.PENDING;
        workflows.add(task, pending ? openParents.size() : 0, openParents);
        enqueue(entry);
    }

    private void countEnvironment(TaskSpec spec, int by) {
        // Most tasks need the generic one only, which nobody takes away.
        if (!Environment.GENERIC.id().equals(spec.environment())) {
            byEnvironment.merge(Shape.environmentOf(spec), by, Integer::sum);
        }
    }

    private void enqueue(TaskEntry entry) {
        Task task = entry.image();
        if (task.state() != TaskState.QUEUED) {
            return;
        }
        if (task.notBefore() == null) {
            entry.place = queue.add(task);
        } else {
            delayed.add(new Due(task.notBefore(), task.spec().id()));
        }
    }

    private void unqueue(TaskEntry entry) {
        Task task = entry.image();
        FairQueue.Place place = entry.place;
        if (place != null) {
            queue.remove(place);
            entry.place = null;
        } else if (task.state() == TaskState.QUEUED && task.notBefore() != null) {
            delayed.remove(new Due(task.notBefore(), task.spec().id()));
        }
    }

    @Nullable Task get(TaskId id) {
        TaskEntry entry = tasks.get(id);
        return entry == null ? null : entry.image();
    }

    /** All of them, in the order of submission. */
    Collection<Task> all() {
        return tasks.view(TaskEntry::image);
    }

    int size() {
        return tasks.size();
    }

    /** Whether there is such a task, or was a little while ago. */
    boolean isKnown(TaskId id) {
        return tasks.get(id) != null || recentlyEnded.contains(id);
    }

    /** Whether any needs the environment. */
    boolean need(EnvironmentKey key) {
        return key.isGeneric()
                ? all().stream()
                        .anyMatch(task -> Shape.environmentOf(task.spec()).equals(key))
                : byEnvironment.getOrDefault(key, 0) > 0;
    }

    /** Those whose back-off is over, the earliest first. */
    List<Task> due(Instant now) {
        List<Task> due = new ArrayList<>();
        for (Due entry : delayed) {
            if (entry.at().isAfter(now)) {
                break;
            }
            Task task = get(entry.task());
            if (task != null) {
                due.add(task);
            }
        }
        return due;
    }

    WorkflowIndex workflows() {
        return workflows;
    }
}

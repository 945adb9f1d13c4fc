package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.RetryPolicy;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import dev.warmfront.scheduler.Answer.Refusal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens to tasks: submission, the ends of attempts, cancellation, and what that means for other tasks. */
final class TaskHandler {

    private TaskHandler() {}

    static Answer submit(Deciding deciding, TenantId tenant, @Nullable Workflow workflow, List<TaskSpec> tasks) {
        Answer refusal = Admission.check(deciding.state(), tenant, workflow, tasks);
        if (refusal != null) {
            return refusal;
        }
        List<TaskSpec> fresh = new ArrayList<>(tasks.size());
        for (TaskSpec task : tasks) {
            if (!deciding.state().liveTasks().isKnown(task.id())) {
                fresh.add(task);
            }
        }
        if (fresh.isEmpty()) {
            return Answer.DONE;
        }
        if (workflow != null) {
            deciding.emit(new Change.WorkflowAccepted(workflow));
        }
        for (TaskSpec spec : fresh) {
            boolean free = spec.parents().isEmpty();
            Instant now = deciding.now();
            deciding.emit(
                    new Task(
                            spec,
                            free ? TaskState.QUEUED : TaskState.PENDING,
                            0,
                            0,
                            0,
                            null,
                            now,
                            free ? now : null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            ""),
                    TaskTrigger.SUBMITTED);
        }
        return Answer.DONE;
    }

    static void started(Deciding deciding, InstanceId instance, AttemptId attempt) {
        Task task = current(deciding, instance, attempt);
        if (task != null && task.state() == TaskState.ASSIGNED) {
            deciding.emit(
                    new TaskEdit(task)
                            .state(TaskState.RUNNING)
                            .started(deciding.now())
                            .build(),
                    TaskTrigger.STARTED);
        }
    }

    /** The task whose live attempt this is on this instance; null when the report is of an old attempt (I2). */
    static @Nullable Task current(Deciding deciding, InstanceId instance, AttemptId attempt) {
        Task task = deciding.state().task(attempt.task());
        boolean live = task != null
                && task.spec().tenant().equals(attempt.tenant())
                && task.attempt() == attempt.number()
                && instance.equals(task.instance());
        return live ? task : null;
    }

    /** The attempt ended as the agent says; its instance no longer holds it. */
    static void finished(Deciding deciding, Task task, AttemptResult result) {
        if (task.state() == TaskState.CANCELLING) {
            cancelled(deciding, new TaskEdit(task).result(result), "cancelled on request");
            return;
        }
        Task running = task;
        if (task.state() == TaskState.ASSIGNED && result.end() != AttemptResult.End.NOT_STARTED) {
            // The report of its start was overtaken by that of its end.
            running = new TaskEdit(task)
                    .state(TaskState.RUNNING)
                    .started(deciding.now())
                    .build();
            deciding.emit(running, TaskTrigger.STARTED);
        }
        switch (result.end()) {
            case EVICTED, CANCELLED -> requeue(deciding, running, result);
            case EXITED, TIMED_OUT, NOT_STARTED, OUT_OF_MEMORY -> {
                if (result.succeeded()
                        && result.outputs()
                                .keySet()
                                .containsAll(running.spec().data().outputs().keySet())) {
                    succeeded(deciding, running, result);
                } else {
                    failed(deciding, new TaskEdit(running).result(result), running, describe(result));
                }
            }
        }
    }

    private static String describe(AttemptResult result) {
        String what =
                switch (result.end()) {
                    case EXITED -> "the command ended with exit code " + result.exitCode();
                    case TIMED_OUT -> "the attempt was killed at its timeout";
                    case NOT_STARTED -> "the command could not be started";
                    case OUT_OF_MEMORY -> "the attempt was killed at its memory limit";
                    case CANCELLED, EVICTED -> "the attempt was ended by its machine";
                };
        return result.detail().isEmpty() ? what : what + ": " + result.detail();
    }

    private static void succeeded(Deciding deciding, Task task, AttemptResult result) {
        List<TaskId> children =
                List.copyOf(deciding.state().workflows().childrenOf(task.spec().id()));
        deciding.emit(
                new TaskEdit(task)
                        .state(TaskState.SUCCEEDED)
                        .result(result)
                        .finished(deciding.now(), "")
                        .build(),
                TaskTrigger.SUCCEEDED);
        for (TaskId child : children) {
            Task waiting = deciding.state().task(child);
            if (waiting != null
                    && waiting.state() == TaskState.PENDING
                    && deciding.state().workflows().missingParents(child) == 0) {
                deciding.emit(
                        new TaskEdit(waiting)
                                .state(TaskState.QUEUED)
                                .eligible(deciding.now())
                                .build(),
                        TaskTrigger.UNBLOCKED);
            }
        }
    }

    /** The command's own fault, or its environment's: another try if its policy has one left. */
    static void failed(Deciding deciding, TaskEdit edit, Task before, String why) {
        RetryPolicy retry = before.spec().retry();
        int failures = before.failures() + 1;
        edit.failed();
        if (failures < retry.maxAttempts()) {
            var backoff = retry.backoffAfter(failures);
            edit.state(TaskState.QUEUED)
                    .unassigned()
                    .notBefore(backoff.isZero() ? null : deciding.now().plus(backoff));
            deciding.emit(edit.build(), TaskTrigger.RETRIED);
        } else {
            List<TaskId> children = List.copyOf(
                    deciding.state().workflows().childrenOf(before.spec().id()));
            edit.state(TaskState.FAILED).finished(deciding.now(), why);
            deciding.emit(edit.build(), TaskTrigger.FAILED);
            cancelDescendants(deciding, children, before.spec().name());
        }
    }

    /** The machine ended under it: no fault of the task, unless that happens to it again and again. */
    static void requeue(Deciding deciding, Task task, @Nullable AttemptResult result) {
        // One that was stopped for others' sake did not lose its machine: it may happen to it as often as it must.
        boolean stopped = deciding.state().reservations().isStopped(task.attemptId());
        TaskEdit edit = stopped ? new TaskEdit(task) : new TaskEdit(task).lost();
        if (result != null) {
            edit.result(result);
        }
        if (task.state() == TaskState.CANCELLING) {
            cancelled(deciding, edit, "cancelled on request");
        } else if (!stopped && task.losses() + 1 > RetryPolicy.MAX_LOST_ATTEMPTS) {
            List<TaskId> children = List.copyOf(
                    deciding.state().workflows().childrenOf(task.spec().id()));
            edit.state(TaskState.FAILED)
                    .finished(deciding.now(), "it lost its machine " + (task.losses() + 1) + " times");
            deciding.emit(edit.build(), TaskTrigger.FAILED);
            cancelDescendants(deciding, children, task.spec().name());
        } else {
            deciding.emit(edit.state(TaskState.QUEUED).unassigned().build(), TaskTrigger.REQUEUED);
        }
    }

    static Answer cancel(Deciding deciding, TenantId tenant, TaskId id) {
        Task task = deciding.state().task(id);
        if (task == null || !task.spec().tenant().equals(tenant)) {
            return new Answer.Refused(Refusal.UNKNOWN_TASK, "no such task is unfinished");
        }
        cancel(deciding, task, "cancelled on request");
        return Answer.DONE;
    }

    static Answer cancelWorkflow(Deciding deciding, TenantId tenant, WorkflowId workflow) {
        List<TaskId> live = List.copyOf(deciding.state().workflows().liveTasks(workflow));
        boolean own = live.stream()
                .map(deciding.state()::task)
                .anyMatch(task -> task != null && task.spec().tenant().equals(tenant));
        if (!own) {
            return new Answer.Refused(Refusal.UNKNOWN_WORKFLOW, "no such workflow is unfinished");
        }
        for (TaskId id : live) {
            Task task = deciding.state().task(id);
            if (task != null) {
                cancel(deciding, task, "its workflow was cancelled on request");
            }
        }
        return Answer.DONE;
    }

    private static void cancel(Deciding deciding, Task task, String why) {
        switch (task.state()) {
            case PENDING, QUEUED -> cancelled(deciding, new TaskEdit(task), why);
            case ASSIGNED, RUNNING ->
                deciding.emit(new TaskEdit(task).state(TaskState.CANCELLING).build(), TaskTrigger.CANCEL_REQUESTED);
            case CANCELLING, SUCCEEDED, FAILED, CANCELLED -> {
                // It is on its way, or over.
            }
        }
    }

    private static void cancelled(Deciding deciding, TaskEdit edit, String why) {
        Task after =
                edit.state(TaskState.CANCELLED).finished(deciding.now(), why).build();
        List<TaskId> children =
                List.copyOf(deciding.state().workflows().childrenOf(after.spec().id()));
        deciding.emit(after, TaskTrigger.CANCELLED);
        cancelDescendants(deciding, children, after.spec().name());
    }

    /** A task that did not succeed takes with it all that wait for it, however far down. */
    private static void cancelDescendants(Deciding deciding, List<TaskId> children, String parent) {
        Deque<TaskId> open = new ArrayDeque<>(children);
        while (!open.isEmpty()) {
            Task task = deciding.state().task(open.removeFirst());
            if (task == null || task.state() != TaskState.PENDING) {
                continue;
            }
            open.addAll(deciding.state().workflows().childrenOf(task.spec().id()));
            deciding.emit(
                    new TaskEdit(task)
                            .state(TaskState.CANCELLED)
                            .finished(deciding.now(), "a task that it waited for did not succeed: " + parent)
                            .build(),
                    TaskTrigger.CANCELLED);
        }
    }

    /** The environment could not be loaded: a try of each task that waits for it is used up, so this cannot go on forever. */
    static void environmentFailed(Deciding deciding, EnvironmentKey key, String why) {
        CellState state = deciding.state();
        for (Lane lane : List.copyOf(state.queue().lanes(key.tenant()))) {
            if (lane.shape().environment().equals(key)) {
                for (TaskId id : lane.tasks()) {
                    Task task = state.task(id);
                    if (task != null && task.state() == TaskState.QUEUED) {
                        failed(
                                deciding,
                                new TaskEdit(task),
                                task,
                                "environment " + key.environment() + " could not be warmed up: " + why);
                    }
                }
            }
        }
    }

    static void releaseDue(Deciding deciding) {
        for (Task task : deciding.state().liveTasks().due(deciding.now())) {
            deciding.emit(new TaskEdit(task).notBefore(null).build(), TaskTrigger.RELEASED);
        }
    }
}

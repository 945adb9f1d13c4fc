package dev.warmfront.scheduler;

import static dev.warmfront.domain.TaskState.ASSIGNED;
import static dev.warmfront.domain.TaskState.CANCELLED;
import static dev.warmfront.domain.TaskState.CANCELLING;
import static dev.warmfront.domain.TaskState.FAILED;
import static dev.warmfront.domain.TaskState.PENDING;
import static dev.warmfront.domain.TaskState.QUEUED;
import static dev.warmfront.domain.TaskState.RUNNING;
import static dev.warmfront.domain.TaskState.SUCCEEDED;

import dev.warmfront.domain.TaskState;
import java.util.List;

/** Which moves a task can make. The diagram in docs/lifecycle-task.md is made from this table. */
final class TaskLifecycle {

    static final TransitionTable<TaskState, TaskTrigger> TABLE = TransitionTable.of(
                    "task", TaskState.class, TaskTrigger.class)
            .birth(TaskTrigger.SUBMITTED, QUEUED)
            .birth(TaskTrigger.SUBMITTED, PENDING)
            .move(List.of(PENDING), TaskTrigger.UNBLOCKED, QUEUED)
            .move(List.of(QUEUED), TaskTrigger.ASSIGNED, ASSIGNED)
            .move(List.of(ASSIGNED), TaskTrigger.STARTED, RUNNING)
            .move(List.of(RUNNING), TaskTrigger.SUCCEEDED, SUCCEEDED)
            // QUEUED: its environment could not be warmed up, or it lost too many machines.
            .move(List.of(QUEUED, ASSIGNED, RUNNING), TaskTrigger.FAILED, FAILED)
            .move(List.of(QUEUED, ASSIGNED, RUNNING), TaskTrigger.RETRIED, QUEUED)
            .move(List.of(QUEUED), TaskTrigger.RELEASED, QUEUED)
            .move(List.of(ASSIGNED, RUNNING), TaskTrigger.REQUEUED, QUEUED)
            .move(List.of(ASSIGNED, RUNNING), TaskTrigger.CANCEL_REQUESTED, CANCELLING)
            .move(List.of(PENDING, QUEUED, CANCELLING), TaskTrigger.CANCELLED, CANCELLED)
            .build();

    private TaskLifecycle() {}
}

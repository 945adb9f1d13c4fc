package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.Tier;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A new image of a task in the making. */
final class TaskEdit {

    private final Task before;
    private TaskState state;
    private int attempt;
    private int failures;
    private int losses;
    private @Nullable InstanceId instance;
    private @Nullable Instant eligibleAt;
    private @Nullable Instant notBefore;
    private @Nullable Instant assignedAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;
    private @Nullable Tier startKind;
    private @Nullable AttemptResult result;
    private String detail;

    TaskEdit(Task before) {
        this.before = before;
        this.state = before.state();
        this.attempt = before.attempt();
        this.failures = before.failures();
        this.losses = before.losses();
        this.instance = before.instance();
        this.eligibleAt = before.eligibleAt();
        this.notBefore = before.notBefore();
        this.assignedAt = before.assignedAt();
        this.startedAt = before.startedAt();
        this.finishedAt = before.finishedAt();
        this.startKind = before.startKind();
        this.result = before.result();
        this.detail = before.detail();
    }

    TaskEdit state(TaskState value) {
        state = value;
        return this;
    }

    TaskEdit eligible(Instant at) {
        eligibleAt = at;
        return this;
    }

    TaskEdit notBefore(@Nullable Instant at) {
        notBefore = at;
        return this;
    }

    /** The next attempt is given to an instance. */
    TaskEdit assigned(InstanceId where, Instant at, Tier kind) {
        attempt++;
        instance = where;
        assignedAt = at;
        startedAt = null;
        startKind = kind;
        return this;
    }

    TaskEdit started(Instant at) {
        startedAt = at;
        return this;
    }

    /** Back to the queue: no instance, no times of an attempt. */
    TaskEdit unassigned() {
        instance = null;
        assignedAt = null;
        startedAt = null;
        startKind = null;
        return this;
    }

    TaskEdit failed() {
        failures++;
        return this;
    }

    TaskEdit lost() {
        losses++;
        return this;
    }

    TaskEdit result(AttemptResult value) {
        result = value;
        return this;
    }

    TaskEdit finished(Instant at, String why) {
        finishedAt = at;
        detail = why;
        return this;
    }

    Task build() {
        return new Task(
                before.spec(),
                state,
                attempt,
                failures,
                losses,
                instance,
                before.submittedAt(),
                eligibleAt,
                notBefore,
                assignedAt,
                startedAt,
                finishedAt,
                startKind,
                result,
                detail);
    }
}

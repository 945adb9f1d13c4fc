package dev.warmfront.cell;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.Charge;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.Tier;
import dev.warmfront.scheduler.Answer;
import dev.warmfront.scheduler.Change;
import dev.warmfront.scheduler.Decision;
import dev.warmfront.scheduler.Instance;
import dev.warmfront.scheduler.Intent;
import dev.warmfront.scheduler.PoolAdvice;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.Task;
import dev.warmfront.scheduler.TaskTrigger;
import dev.warmfront.scheduler.TenantAccount;
import dev.warmfront.scheduler.Workflow;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was decided since the last commit began, reduced to what has to be written: the last image of each row, and every
 * row of history. Filled by the cell's thread, then handed to the writer and not touched again.
 */
final class Batch {

    /**
     * An instance's move, for people and learners.
     *
     * @param environment the one that it begins to load; null where it loads none, or several, of which nobody will know how long each took
     */
    record Transition(
            InstanceId instance,
            Instant at,
            @Nullable InstanceState from,
            InstanceState to,
            String trigger,
            String code,
            String reason,
            @Nullable EnvironmentKey environment) {}

    /** One try of a task, as far as it has come. */
    record Attempt(
            AttemptId id,
            InstanceId instance,
            Instant assignedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Tier startKind,
            @Nullable String end,
            @Nullable Integer exitCode,
            String detail) {}

    /** A pool's settings; the empty id is the default of all pools. */
    record PoolRow(String id, PoolSettings settings) {}

    private record TenantMonth(TenantId tenant, YearMonth month) {}

    private final List<Submission> submissions = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final Map<TaskId, Task> tasks = new LinkedHashMap<>();
    private final Set<TaskId> newTasks = new LinkedHashSet<>();
    private final Map<AttemptId, Attempt> attempts = new LinkedHashMap<>();
    private final Map<InstanceId, Instance> instances = new LinkedHashMap<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final Map<IntentToken, Intent> intents = new LinkedHashMap<>();
    private final List<Workflow> workflows = new ArrayList<>();
    private final List<Charge> charges = new ArrayList<>();
    private final Map<String, PoolRow> pools = new LinkedHashMap<>();
    private final Map<String, PoolAdvice> advice = new LinkedHashMap<>();
    private final Map<TaskId, Reservation> reservations = new LinkedHashMap<>();
    private final List<OnceOnly> onceOnly = new ArrayList<>();
    private Instant at = Instant.EPOCH;

    /**
     * Adds a decision.
     *
     * @param before images of instances before this batch's decision, for the names of their former states
     */
    void add(Submission submission, Decision decision, Instant now, States before) {
        submissions.add(submission);
        answers.add(decision.answer());
        changes.addAll(decision.changes());
        at = now;
        decision.changes().forEach(change -> add(change, now, before));
        OnceOnly once = submission.once();
        if (once != null && decision.answer() instanceof Answer.Done) {
            onceOnly.add(once);
        }
    }

    /** The states that instances had when last seen; kept by the cell across batches. */
    interface States {
        /** Remembers the state and gives the one before; null for a new instance. */
        @Nullable InstanceState swap(InstanceId instance, InstanceState state);

        /** Remembers the task's last image and gives the one before; null for a new task. */
        @Nullable Task swap(Task task);
    }

    private void add(Change change, Instant now, States before) {
        switch (change) {
            case Change.TaskChanged(Task after, TaskTrigger trigger) -> addTask(after, trigger, now, before);
            case Change.InstanceChanged moved -> {
                Instance after = moved.after();
                instances.put(after.id(), after);
                InstanceState from = before.swap(after.id(), after.state());
                if (moved.trigger() != null) {
                    transitions.add(new Transition(
                            after.id(),
                            now,
                            from,
                            after.state(),
                            moved.trigger().name(),
                            moved.reason().code(),
                            moved.reason().text(),
                            after.loading()));
                }
            }
            case Change.IntentChanged(Intent after) -> intents.put(after.token(), after);
            case Change.ChargeMade(Charge charge) -> charges.add(charge);
            case Change.WorkflowAccepted(Workflow workflow) -> workflows.add(workflow);
            case Change.PoolChanged(PoolId pool, PoolSettings settings) -> {
                String id = pool == null ? "" : pool.toString();
                pools.put(id, new PoolRow(id, settings));
            }
            case Change.PoolAdvised(PoolAdvice given) -> advice.put(given.pool().toString(), given);
            case Change.TenantChanged tenant -> {
                // Written by its own feature before the event came.
            }
            case Change.EnvironmentChanged environment -> {
                // Written by its own feature before the event came.
            }
            case Change.EnvironmentDropped environment -> {
                // Deleted by its own feature when it has the answer.
            }
            case Change.OfferingsChanged offerings -> {
                // The providers' truth: asked for again at every start.
            }
            case Change.OfferingBlocked blocked -> {
                // A pause of seconds; after a restart the provider says again that it has nothing.
            }
            case Change.InstanceHeldBack held -> {
                // As short-lived as the pause of an offering.
            }
            case Change.AgentSeen seen -> {
                // Agents say so again.
            }
            case Change.DataSentAhead sent -> {
                // A task fetches what it lacks.
            }
            case Change.ReservationChanged(Reservation after) -> reservations.put(after.task(), after);
            case Change.CurvesKnown curves -> {
                // The learner says so again.
            }
            case Change.SuccessorsKnown successors -> {
                // The learner says so again.
            }
            case Change.SequenceAdvanced sequence -> {
                // The fence writes the last one.
            }
        }
    }

    private void addTask(Task after, TaskTrigger trigger, Instant now, States before) {
        TaskId id = after.spec().id();
        tasks.put(id, after);
        Task previous = before.swap(after);
        if (previous == null) {
            newTasks.add(id);
            return;
        }
        if (trigger == TaskTrigger.ASSIGNED || trigger == TaskTrigger.STARTED) {
            Attempt attempt = attempt(after, null, null, null, "");
            attempts.put(attempt.id(), attempt);
        } else if (previous.instance() != null && (after.state().isFinal() || after.instance() == null)) {
            // The image before still has the attempt's times and place.
            boolean lost = after.losses() > previous.losses() && Objects.equals(after.result(), previous.result());
            var result = after.result();
            String end = lost || result == null ? "LOST" : result.end().name();
            Integer exitCode = lost || result == null ? null : result.exitCode();
            String detail = lost || result == null ? "its machine ended" : result.detail();
            Attempt attempt = attempt(previous, now, end, exitCode, detail);
            attempts.put(attempt.id(), attempt);
        }
    }

    private static Attempt attempt(
            Task task, @Nullable Instant finishedAt, @Nullable String end, @Nullable Integer exitCode, String detail) {
        InstanceId instance = task.instance();
        Instant assignedAt = task.assignedAt();
        if (instance == null || assignedAt == null) {
            throw new IllegalStateException("task " + task.spec().id() + " has an attempt without a place");
        }
        return new Attempt(
                task.attemptId(),
                instance,
                assignedAt,
                task.startedAt(),
                finishedAt,
                task.startKind(),
                end,
                exitCode,
                detail);
    }

    boolean isEmpty() {
        return submissions.isEmpty();
    }

    /** Whether anything has to be written. */
    boolean hasWrites() {
        return !changes.isEmpty();
    }

    int size() {
        return submissions.size();
    }

    List<Submission> submissions() {
        return submissions;
    }

    List<Answer> answers() {
        return answers;
    }

    List<Change> changes() {
        return changes;
    }

    Instant at() {
        return at;
    }

    /** New tasks to which nothing has happened yet. */
    List<Task> freshTasks() {
        return newTasks.stream().map(this::task).filter(Batch::isFresh).toList();
    }

    /** New tasks to which something has. */
    List<Task> insertedTasks() {
        return newTasks.stream().map(this::task).filter(task -> !isFresh(task)).toList();
    }

    private static boolean isFresh(Task task) {
        return (task.state() == TaskState.QUEUED || task.state() == TaskState.PENDING)
                && task.attempt() == 0
                && task.failures() == 0
                && task.losses() == 0
                && task.notBefore() == null
                && task.detail().isEmpty();
    }

    List<Task> updatedTasks() {
        return tasks.values().stream()
                .filter(task -> !newTasks.contains(task.spec().id()))
                .toList();
    }

    private Task task(TaskId id) {
        Task task = tasks.get(id);
        if (task == null) {
            throw new IllegalStateException("new task " + id + " has no image");
        }
        return task;
    }

    List<Attempt> attempts() {
        return List.copyOf(attempts.values());
    }

    List<Instance> instances() {
        return List.copyOf(instances.values());
    }

    List<Transition> transitions() {
        return transitions;
    }

    List<Intent> intents() {
        return List.copyOf(intents.values());
    }

    List<Workflow> workflows() {
        return workflows;
    }

    List<Charge> charges() {
        return charges;
    }

    /** What the charges come to by tenant and month. */
    Collection<TenantAccount> accounts() {
        Map<TenantMonth, TenantAccount> accounts = new LinkedHashMap<>();
        for (Charge charge : charges) {
            if (charge.tenant() != null) {
                TenantAccount one = TenantAccount.of(charge.tenant(), charge);
                accounts.merge(new TenantMonth(one.tenant(), one.month()), one, TenantAccount::plus);
            }
        }
        return accounts.values();
    }

    List<PoolRow> pools() {
        return List.copyOf(pools.values());
    }

    List<PoolAdvice> advice() {
        return List.copyOf(advice.values());
    }

    List<Reservation> reservations() {
        return List.copyOf(reservations.values());
    }

    List<OnceOnly> onceOnly() {
        return onceOnly;
    }
}

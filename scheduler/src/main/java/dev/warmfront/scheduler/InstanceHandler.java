package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.Tier;
import dev.warmfront.scheduler.Answer.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What happens to instances once they exist: agents' reports, drains, losses, deadlines. */
final class InstanceHandler {

    private InstanceHandler() {}

    static void registered(Deciding deciding, InstanceId id) {
        Instance instance = deciding.state().instance(id);
        if (instance == null || !InstanceLifecycle.TABLE.allows(instance.state(), InstanceTrigger.AGENT_REGISTERED)) {
            return;
        }
        Instance charged = Billing.settle(deciding, instance);
        deciding.move(
                Billing.begin(charged, deciding.now())
                        .state(InstanceState.WARMING, deciding.now())
                        .standbyMode(null),
                InstanceTrigger.AGENT_REGISTERED,
                new Reason("agent-registered", "its agent called home"));
    }

    /**
     * Has an idle instance load one environment more.
     *
     * @param cause for whose sake; who held it until now where that is null
     */
    static void specialise(
            Deciding deciding, Instance idle, EnvironmentKey environment, @Nullable Cause cause, Reason reason) {
        Instance charged = Billing.settle(deciding, idle);
        TreeSet<EnvironmentKey> warming = new TreeSet<>(charged.warming());
        warming.add(environment);
        deciding.move(
                new InstanceEdit(charged)
                        .state(InstanceState.WARMING, deciding.now())
                        .warming(Collections.unmodifiableSortedSet(warming))
                        .cause(cause == null ? charged.cause() : cause),
                InstanceTrigger.SPECIALISED,
                reason);
    }

    static void warmUpFinished(
            Deciding deciding, InstanceId id, SortedSet<EnvironmentKey> warm, @Nullable String failure) {
        Instance instance = deciding.state().instance(id);
        if (instance == null || instance.state() != InstanceState.WARMING) {
            return;
        }
        if (failure == null && !warm.containsAll(instance.warming())) {
            // A report from before the last environment was asked for; the one that counts is on its way.
            return;
        }
        SortedSet<EnvironmentKey> failed = new TreeSet<>(instance.warming());
        failed.removeAll(warm);
        if (failure != null && namesAnother(failure, failed)) {
            // A late report of an earlier warm-up: what is being loaded now may well succeed.
            return;
        }
        Instant now = deciding.now();
        Instance charged = Billing.settle(deciding, instance);
        InstanceEdit edit = new InstanceEdit(charged)
                .state(InstanceState.HOT, now)
                .warm(Collections.unmodifiableSortedSet(new TreeSet<>(warm)))
                .warming(Collections.emptySortedSet())
                .used(now, deciding.state().nextUse());
        if (instance.hotSince() == null) {
            // Not so when it was hot and only loads another environment: who waits for that found a hot machine.
            edit.hotSince(now);
        }
        if (failure == null) {
            deciding.move(edit, InstanceTrigger.WARMED, new Reason("warmed", "everything asked for is loaded"));
        } else {
            deciding.move(
                    edit,
                    InstanceTrigger.WARM_UP_FAILED,
                    new Reason("warm-up-failed", "an environment could not be loaded"));
            failed.forEach(key -> TaskHandler.environmentFailed(deciding, key, failure));
        }
    }

    /** Whether the failure is that of an environment which is not among these. */
    private static boolean namesAnother(String failure, SortedSet<EnvironmentKey> failed) {
        int colon = failure.indexOf(": ");
        String name = colon < 0 ? "" : failure.substring(0, colon);
        // A key has a slash and no blank; anything else is no name, and means all of them.
        boolean names = name.indexOf('/') > 0 && name.indexOf(' ') < 0;
        return names && failed.stream().noneMatch(key -> key.toString().equals(name));
    }

    static void attemptFinished(Deciding deciding, InstanceId id, AttemptId attempt, AttemptResult result) {
        Instance instance = deciding.state().instance(id);
        Task task = TaskHandler.current(deciding, id, attempt);
        if (instance == null || task == null) {
            return;
        }
        release(deciding, instance, attempt);
        TaskHandler.finished(deciding, task, result);
    }

    private static void release(Deciding deciding, Instance instance, AttemptId attempt) {
        List<Allocation> left = new ArrayList<>(instance.allocations().size());
        for (Allocation allocation : instance.allocations()) {
            if (!allocation.attempt().equals(attempt)) {
                left.add(allocation);
            }
        }
        if (left.size() == instance.allocations().size()) {
            return;
        }
        InstanceEdit edit = Billing.settled(deciding, instance)
                .allocations(left)
                .cause(new Cause(attempt.tenant(), attempt.task()))
                .used(deciding.now(), deciding.state().nextUse());
        if (left.isEmpty() && instance.state() == InstanceState.BUSY) {
            deciding.move(
                    edit.state(InstanceState.HOT, deciding.now()),
                    InstanceTrigger.IDLED,
                    new Reason("idled", "its last attempt ended"));
        } else {
            deciding.carry(edit.build(), "attempt-ended", "an attempt ended");
            deciding.endIfDone(instance.id());
        }
    }

    static Answer drain(Deciding deciding, InstanceId id, Reason reason) {
        Instance instance = deciding.state().instance(id);
        if (instance == null) {
            return new Answer.Refused(Refusal.UNKNOWN_INSTANCE, "no such instance is alive");
        }
        if (InstanceLifecycle.TABLE.allows(instance.state(), InstanceTrigger.DRAINED)) {
            leave(deciding, instance, InstanceState.DRAINING, InstanceTrigger.DRAINED, reason);
        }
        return Answer.DONE;
    }

    static void interrupted(Deciding deciding, InstanceId id) {
        if (deciding.state().instance(id) != null) {
            drain(deciding, id, new Reason("interrupted", "the provider is taking it back"));
        }
    }

    /** Out of service for good: no new work, no environment on its way; ended at once where nothing runs. */
    static void leave(
            Deciding deciding, Instance instance, InstanceState state, InstanceTrigger trigger, Reason reason) {
        Instance charged = Billing.settle(deciding, instance);
        InstanceEdit edit = new InstanceEdit(charged)
                .state(state, deciding.now())
                .warming(Collections.emptySortedSet())
                .standbyMode(null);
        deciding.move(edit, trigger, reason);
        deciding.endIfDone(instance.id());
    }

    static void silent(Deciding deciding, InstanceId id) {
        Instance instance = deciding.state().instance(id);
        if (instance == null) {
            return;
        }
        switch (instance.state()) {
            case WARMING, HOT, BUSY ->
                lose(deciding, instance, new Reason("silent", "nothing was heard of its agent for too long"));
            case DRAINING -> {
                if (!instance.allocations().isEmpty()) {
                    lose(deciding, instance, new Reason("silent", "nothing was heard of its agent for too long"));
                }
            }
            case REQUESTED, BOOTING, STOPPING, STANDBY, STARTING, LOST, TERMINATED, FAILED -> {
                // Not expected to speak; deadlines look after those that are under way.
            }
        }
    }

    static void lose(Deciding deciding, Instance instance, Reason reason) {
        leave(deciding, instance, InstanceState.LOST, InstanceTrigger.LOST, reason);
    }

    /** The provider does not have it any more. */
    static void gone(Deciding deciding, InstanceId id) {
        Instance instance = deciding.state().instance(id);
        if (instance == null || deciding.state().intents().has(id, Intent.Kind.LAUNCH)) {
            // A launch whose answer is out may not be listed yet: its answer decides.
            return;
        }
        ended(deciding, instance, new Reason("gone", "the provider does not list it any more"));
    }

    /** Its end is certain: billing stops, its attempts are over. */
    static void ended(Deciding deciding, Instance instance, Reason reason) {
        Instance charged = Billing.settle(deciding, instance);
        if (charged.state() != InstanceState.LOST && charged.state() != InstanceState.DRAINING) {
            InstanceEdit edit = new InstanceEdit(charged)
                    .state(InstanceState.LOST, deciding.now())
                    .warming(Collections.emptySortedSet())
                    .standbyMode(null);
            deciding.move(edit, InstanceTrigger.LOST, reason);
            charged = Objects.requireNonNull(deciding.state().instance(instance.id()));
        }
        List<Allocation> attempts = charged.allocations();
        deciding.move(
                new InstanceEdit(charged)
                        .state(InstanceState.TERMINATED, deciding.now())
                        .allocations(List.of())
                        .rateSince(null),
                InstanceTrigger.ENDED,
                reason);
        requeue(deciding, instance.id(), attempts);
    }

    private static void requeue(Deciding deciding, InstanceId id, List<Allocation> attempts) {
        for (Allocation allocation : attempts) {
            Task task = TaskHandler.current(deciding, id, allocation.attempt());
            if (task != null) {
                TaskHandler.requeue(deciding, task, null);
            }
        }
    }

    /** The sweep found a machine with our tags. */
    static void found(Deciding deciding, ProviderId provider, String ref, InstanceId id) {
        Instance instance = deciding.state().instance(id);
        if (instance != null && instance.ref() == null) {
            deciding.carry(
                    new InstanceEdit(instance).ref(ref).build(), "adopted", "the sweep found it at its provider");
            deciding.endIfDone(id);
            return;
        }
        if (instance != null && ref.equals(instance.ref())) {
            deciding.endIfDone(id);
            return;
        }
        boolean underWay = deciding.state().intents().on(id).stream()
                .anyMatch(intent -> intent.kind() == Intent.Kind.TERMINATE && ref.equals(intent.ref()));
        if (!underWay) {
            deciding.intend(Intent.Kind.TERMINATE, id, provider, ref, null, false);
        }
    }

    /** Deadlines, retries of ends, and charges that are due. Looks only at instances that one of these may concern. */
    static void tick(Deciding deciding, Duration chargeEvery) {
        CellSettings settings = deciding.state().settings();
        for (Instance instance : concerned(deciding, chargeEvery)) {
            Duration inState = Duration.between(instance.stateSince(), deciding.now());
            switch (instance.state()) {
                case REQUESTED, BOOTING, WARMING, STARTING -> {
                    if (inState.compareTo(settings.bootDeadline()) > 0) {
                        lose(deciding, instance, new Reason("overdue", "it was not ready in time"));
                    }
                }
                case STOPPING -> {
                    if (inState.compareTo(settings.stopDeadline()) > 0) {
                        leave(
                                deciding,
                                instance,
                                InstanceState.DRAINING,
                                InstanceTrigger.STOP_REFUSED,
                                new Reason("stop-overdue", "it was not in standby in time"));
                    }
                }
                case LOST -> {
                    if (inState.compareTo(settings.fenceDeadline()) > 0
                            && !instance.allocations().isEmpty()) {
                        giveUp(deciding, instance);
                    }
                    deciding.endIfDone(instance.id());
                }
                case DRAINING -> deciding.endIfDone(instance.id());
                case HOT, BUSY, STANDBY, TERMINATED, FAILED -> {
                    // Nothing is overdue in these.
                }
            }
            chargeIfDue(deciding, instance.id(), chargeEvery);
        }
    }

    private static List<Instance> concerned(Deciding deciding, Duration chargeEvery) {
        InstanceIndex index = deciding.state().index();
        return index.withUnderWay(index.charges().chargedUntil(deciding.now().minus(chargeEvery)));
    }

    /** The provider does not confirm the end: its attempts are started again elsewhere all the same. */
    private static void giveUp(Deciding deciding, Instance instance) {
        Instance charged = Billing.settle(deciding, instance);
        List<Allocation> attempts = charged.allocations();
        deciding.carry(
                new InstanceEdit(charged).allocations(List.of()).build(),
                "fence-deadline",
                "its end was not confirmed in time; its attempts run again elsewhere");
        requeue(deciding, instance.id(), attempts);
    }

    private static void chargeIfDue(Deciding deciding, InstanceId id, Duration chargeEvery) {
        Instance instance = deciding.state().instance(id);
        if (instance == null || instance.chargedUntil() == null || instance.rateSince() == null) {
            return;
        }
        Duration uncharged = Duration.between(instance.chargedUntil(), deciding.now());
        if (uncharged.compareTo(chargeEvery) >= 0) {
            deciding.carry(Billing.settle(deciding, instance), "charged", "a stretch of its time was charged");
        }
    }

    /** How it became hot the last time. */
    static Tier startKind(Instance instance, @Nullable Instant eligibleAt) {
        boolean waitedForIt = eligibleAt != null
                && instance.hotSince() != null
                && instance.hotSince().isAfter(eligibleAt);
        return waitedForIt ? instance.wokenFrom() : Tier.HOT;
    }
}

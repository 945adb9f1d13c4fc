package dev.warmfront.scheduler;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.ProviderOutcome.Accepted;
import dev.warmfront.domain.ProviderOutcome.InsufficientCapacity;
import dev.warmfront.domain.ProviderOutcome.Invalid;
import dev.warmfront.domain.ProviderOutcome.NotFound;
import dev.warmfront.domain.ProviderOutcome.QuotaExceeded;
import dev.warmfront.domain.ProviderOutcome.Throttled;
import dev.warmfront.domain.ProviderOutcome.Unsupported;
import java.util.Collections;

/** What the outcome of an intended call means for its instance. */
final class IntentHandler {

    private IntentHandler() {}

    static void answered(Deciding deciding, IntentToken token, ProviderOutcome outcome) {
        Intent intent = deciding.state().intents().get(token);
        if (intent == null) {
            // Answered before: a call that was dispatched again.
            return;
        }
        deciding.emit(new Change.IntentChanged(new Intent(
                intent.token(),
                intent.kind(),
                intent.instance(),
                intent.provider(),
                intent.ref(),
                intent.standbyMode(),
                intent.speculative(),
                intent.issuedAt(),
                outcome)));
        Instance instance = deciding.state().instance(intent.instance());
        boolean orphan = instance == null
                || (intent.kind() == Intent.Kind.TERMINATE
                        && intent.ref() != null
                        && !intent.ref().equals(instance.ref()));
        if (orphan || instance == null) {
            return;
        }
        switch (intent.kind()) {
            case LAUNCH -> launched(deciding, instance, outcome);
            case START -> started(deciding, instance, outcome);
            case STOP -> stopped(deciding, instance, outcome);
            case TERMINATE -> terminated(deciding, instance, outcome);
        }
    }

    private static void launched(Deciding deciding, Instance instance, ProviderOutcome outcome) {
        if (outcome instanceof Accepted(String ref, HourlyRate hotRate)) {
            Instance charged = Billing.settle(deciding, instance);
            InstanceEdit edit = Billing.begin(charged, deciding.now()).ref(ref);
            if (hotRate != null && !hotRate.equals(instance.offering().hotRate())) {
                edit.hotRate(hotRate, deciding.now());
            }
            if (instance.state() == InstanceState.REQUESTED) {
                deciding.move(
                        edit.state(InstanceState.BOOTING, deciding.now()),
                        InstanceTrigger.LAUNCH_ACCEPTED,
                        new Reason("launch-accepted", "the provider brings it up"));
            } else {
                deciding.carry(edit.build(), "launch-accepted", "the provider named it");
                deciding.endIfDone(instance.id());
            }
            return;
        }
        Reason reason = refusal(outcome);
        OfferingId offering = instance.offering().id();
        boolean lack = outcome instanceof InsufficientCapacity || outcome instanceof QuotaExceeded;
        deciding.emit(new Change.OfferingBlocked(
                offering,
                deciding.now().plus(deciding.state().settings().stockOutPause()),
                reason.text(),
                lack ? deciding.state().refusals().shortages(offering) + 1 : 0));
        if (instance.state() == InstanceState.REQUESTED) {
            deciding.move(
                    new InstanceEdit(instance)
                            .state(InstanceState.FAILED, deciding.now())
                            .warming(Collections.emptySortedSet()),
                    InstanceTrigger.LAUNCH_REFUSED,
                    reason);
        } else {
            // Given up meanwhile, or its agent spoke though the provider says that it never was: nothing of it may live
            // on.
            InstanceHandler.ended(deciding, instance, reason);
        }
    }

    private static void started(Deciding deciding, Instance instance, ProviderOutcome outcome) {
        if (instance.state() != InstanceState.STARTING || outcome instanceof Accepted) {
            return;
        }
        if (outcome instanceof NotFound) {
            InstanceHandler.ended(deciding, instance, refusal(outcome));
            return;
        }
        Instance charged = Billing.settle(deciding, instance);
        deciding.emit(new Change.InstanceHeldBack(
                instance.id(), deciding.now().plus(deciding.state().settings().stockOutPause())));
        deciding.move(
                new InstanceEdit(charged).state(InstanceState.STANDBY, deciding.now()),
                InstanceTrigger.START_REFUSED,
                refusal(outcome));
    }

    private static void stopped(Deciding deciding, Instance instance, ProviderOutcome outcome) {
        if (instance.state() != InstanceState.STOPPING) {
            return;
        }
        switch (outcome) {
            case Accepted accepted -> {
                Instance charged = Billing.settle(deciding, instance);
                deciding.move(
                        new InstanceEdit(charged).state(InstanceState.STANDBY, deciding.now()),
                        InstanceTrigger.STOPPED,
                        new Reason("stopped", "it is held in standby"));
            }
            case NotFound gone -> InstanceHandler.ended(deciding, instance, refusal(outcome));
            case InsufficientCapacity no -> refuseStop(deciding, instance, outcome);
            case QuotaExceeded no -> refuseStop(deciding, instance, outcome);
            case Throttled no -> refuseStop(deciding, instance, outcome);
            case Invalid no -> refuseStop(deciding, instance, outcome);
            case Unsupported no -> refuseStop(deciding, instance, outcome);
        }
    }

    private static void refuseStop(Deciding deciding, Instance instance, ProviderOutcome outcome) {
        InstanceHandler.leave(
                deciding, instance, InstanceState.DRAINING, InstanceTrigger.STOP_REFUSED, refusal(outcome));
    }

    private static void terminated(Deciding deciding, Instance instance, ProviderOutcome outcome) {
        if (outcome instanceof Accepted || outcome instanceof NotFound) {
            InstanceHandler.ended(deciding, instance, new Reason("ended", "the provider confirmed its end"));
        } else {
            deciding.emit(new Change.InstanceHeldBack(
                    instance.id(),
                    deciding.now().plus(deciding.state().settings().stockOutPause())));
        }
    }

    private static Reason refusal(ProviderOutcome outcome) {
        return switch (outcome) {
            case Accepted accepted -> new Reason("accepted", "the provider accepted");
            case InsufficientCapacity no ->
                new Reason("no-capacity", "no capacity for %s in %s".formatted(no.machineType(), no.zone()));
            case QuotaExceeded(String what) -> new Reason("quota-exceeded", "a quota is used up: " + what);
            case Throttled throttled -> new Reason("throttled", "the provider was asked too often");
            case Invalid(String why) -> new Reason("invalid", "the provider refused: " + why);
            case NotFound notFound -> new Reason("not-found", "the provider does not have it");
            case Unsupported(String capability) ->
                new Reason("unsupported", "the provider cannot do that: " + capability);
        };
    }
}

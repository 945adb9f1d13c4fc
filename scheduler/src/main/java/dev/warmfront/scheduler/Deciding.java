package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.StandbyMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One decision in the making: the state, the present, and the changes so far, each of which the state has already taken. */
final class Deciding {

    private final CellState state;
    private final Instant now;

    /** Most decisions make three or fewer. */
    private final List<Change> changes = new ArrayList<>(4);

    Deciding(CellState state, Instant now) {
        this.state = state;
        this.now = now;
    }

    CellState state() {
        return state;
    }

    Instant now() {
        return now;
    }

    List<Change> changes() {
        return changes;
    }

    void emit(Change change) {
        state.apply(change);
        changes.add(change);
    }

    void emit(Task after, TaskTrigger trigger) {
        emit(new Change.TaskChanged(after, trigger));
    }

    /** Only what the instance carries changed. */
    void carry(Instance after, String code, String text) {
        emit(new Change.InstanceChanged(after, null, new Reason(code, text)));
    }

    /** The instance moves on. Where the move changes its price, the new one holds from now; it must be settled until now. */
    void move(InstanceEdit edit, InstanceTrigger trigger, Reason reason) {
        Instance after = edit.build();
        boolean billed = edit.before().rateSince() != null && after.rateSince() != null;
        if (billed && !Billing.rate(edit.before()).equals(Billing.rate(after))) {
            after = edit.rateSince(now).build();
        }
        emit(new Change.InstanceChanged(after, trigger, reason));
    }

    /** Takes a number that was never given before. */
    long nextNumber() {
        long number = state.nextSequence();
        emit(new Change.SequenceAdvanced(number + 1));
        return number;
    }

    /** Intends a call on the instance. */
    void intend(Intent.Kind kind, Instance instance, @Nullable StandbyMode mode, boolean speculative) {
        intend(kind, instance.id(), instance.offering().placement().provider(), instance.ref(), mode, speculative);
    }

    /** Intends a call on a machine that may have no row. */
    void intend(
            Intent.Kind kind,
            InstanceId instance,
            ProviderId provider,
            @Nullable String ref,
            @Nullable StandbyMode mode,
            boolean speculative) {
        IntentToken token = new IntentToken(
                state.settings().cell() + "-" + kind.name().toLowerCase(Locale.ROOT) + "-" + nextNumber());
        emit(new Change.IntentChanged(new Intent(token, kind, instance, provider, ref, mode, speculative, now, null)));
    }

    /**
     * Has an instance ended that has nothing left to do: LOST, or DRAINING without attempts. Waits while its launch is
     * unanswered (the provider's name for it is not known) and while an end is already under way or was just refused.
     */
    void endIfDone(InstanceId id) {
        Instance instance = state.instance(id);
        if (instance == null) {
            return;
        }
        boolean done = instance.state() == InstanceState.LOST
                || (instance.state() == InstanceState.DRAINING
                        && instance.allocations().isEmpty());
        if (done
                && !state.intents().has(id, Intent.Kind.LAUNCH)
                && !state.intents().has(id, Intent.Kind.TERMINATE)
                && !state.refusals().isHeldBack(id, now)) {
            intend(Intent.Kind.TERMINATE, instance, null, false);
        }
    }
}

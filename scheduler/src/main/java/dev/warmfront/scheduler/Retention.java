package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long idle machines are kept, inside the bounds of the tenants that they are held for, whatever a pool's policy thinks. */
final class Retention {

    private Retention() {}

    /** Whether the machine's tenant wants it kept a while longer, or it alone has what an unfinished task will read. */
    static boolean keeps(Deciding deciding, InstanceId id) {
        CellState state = deciding.state();
        if (state.data().isIrreplaceable(id)) {
            return true;
        }
        Instance instance = state.tenants().isAnyBounded() ? state.instance(id) : null;
        Cause cause = instance == null ? null : instance.cause();
        return instance != null
                && cause != null
                && state.tenants().permits(cause.tenant(), instance.offering())
                && state.tenants().mustKeep(cause.tenant(), idle(instance, deciding.now()), deciding.now());
    }

    /** Gives up what its tenant does not want held any longer, or cannot pay for. */
    static void enforce(Deciding deciding) {
        CellState state = deciding.state();
        if (!state.tenants().isAnyBounded()) {
            return;
        }
        for (Instance instance : List.copyOf(state.instances())) {
            Reason reason = whyGivenUp(deciding, instance);
            if (reason != null) {
                PoolPlanner.terminate(deciding, instance.id(), reason);
            }
        }
    }

    private static @Nullable Reason whyGivenUp(Deciding deciding, Instance instance) {
        CellState state = deciding.state();
        boolean held = instance.state() == InstanceState.HOT || instance.state() == InstanceState.STANDBY;
        if (!held || state.poolSettings(instance.pool()).paused()) {
            return null;
        }
        Cause cause = instance.cause();
        TenantId tenant = cause == null ? instance.domain().tenant() : cause.tenant();
        if (tenant == null) {
            return null;
        }
        if (!state.tenants().permits(tenant, instance.offering())
                && !state.data().isIrreplaceable(instance.id())) {
            return new Reason(
                    "not-permitted",
                    "the settings of the tenant that it is held for do not permit such machines any more");
        }
        // What nobody has caused is an operator's floor: that is not of the tenant's bounds.
        return cause == null
                ? null
                : state.tenants().mustGiveUp(tenant, idle(instance, deciding.now()), deciding.now());
    }

    /** Since it was last of use, or came up. */
    private static Duration idle(Instance instance, Instant now) {
        Instant hot = instance.hotSince();
        Instant since = hot != null && hot.isAfter(instance.lastUsedAt()) ? hot : instance.lastUsedAt();
        return Duration.between(since, now);
    }
}

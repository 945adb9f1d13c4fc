package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.ChargeKind;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns an instance's time into charges. Before anything that changes its price or its use, the stretch since the last
 * charge is charged: split among its attempts by dominant share, the rest to the one for whose sake it is held. Pieces are
 * differences of one cumulative cost, and splits give every nano-dollar to someone, so charges sum to the cost (I6).
 */
final class Billing {

    /** An instance whose use does not change is charged this often. */
    static final Duration LONGEST_STRETCH = Duration.ofMinutes(1);

    private static final long WHOLE_PPM = 1_000_000;

    private Billing() {}

    /** What the instance costs per hour as it is. */
    static HourlyRate rate(Instance instance) {
        StandbyMode mode = instance.standbyMode();
        if (instance.state() == InstanceState.STANDBY && mode != null) {
            return instance.offering().standbyRates().getOrDefault(mode, HourlyRate.FREE);
        }
        return instance.offering().hotRate();
    }

    /**
     * Charges what is due until now.
     *
     * @return the instance as it is charged; the caller emits it, changed further or not
     */
    static Instance settle(Deciding deciding, Instance instance) {
        return settled(deciding, instance).build();
    }

    /** The same, of one that changes further: saves an image in between. */
    static InstanceEdit settled(Deciding deciding, Instance instance) {
        InstanceEdit edit = new InstanceEdit(instance);
        Instant since = instance.rateSince();
        Instant from = instance.chargedUntil();
        Instant now = deciding.now();
        if (since != null && from != null && now.isAfter(from)) {
            Money piece = rate(instance).between(since, from, now);
            charge(deciding, instance, piece, from, now);
            edit.charged(now, instance.cost().plus(piece));
        }
        return edit;
    }

    /** Billing begins now, unless it has. */
    static InstanceEdit begin(Instance instance, Instant now) {
        InstanceEdit edit = new InstanceEdit(instance);
        if (instance.rateSince() == null) {
            edit.rateSince(now).charged(now, instance.cost());
        }
        return edit;
    }

    private static void charge(Deciding deciding, Instance instance, Money piece, Instant from, Instant to) {
        // What runs on a lost machine is of no use to anybody, and the agent may have stopped long ago.
        if (instance.allocations().isEmpty() || instance.state() == InstanceState.LOST) {
            Cause cause = instance.cause();
            emit(
                    deciding,
                    cause == null ? null : cause.tenant(),
                    instance,
                    idleKind(instance),
                    piece,
                    from,
                    to,
                    cause == null ? null : cause.task());
            return;
        }
        Resources capacity = instance.offering().machineType().capacity();
        List<Long> shares = new ArrayList<>();
        long taken = 0;
        for (Allocation allocation : instance.allocations()) {
            long share = allocation.resources().dominantSharePpm(capacity);
            shares.add(share);
            taken += share;
        }
        if (shares.size() == 1 && taken >= WHOLE_PPM) {
            // It has the machine for itself, and pays for all of it.
            Allocation only = instance.allocations().getFirst();
            emit(
                    deciding,
                    only.attempt().tenant(),
                    instance,
                    ChargeKind.ACTIVE,
                    piece,
                    from,
                    to,
                    only.attempt().task());
            return;
        }
        // Dominant shares of different dimensions may sum to more than the whole: then nothing was idle.
        shares.add(Math.max(0, WHOLE_PPM - taken));
        List<Money> parts = piece.split(shares);
        for (int i = 0; i < instance.allocations().size(); i++) {
            Allocation allocation = instance.allocations().get(i);
            TenantId tenant = allocation.attempt().tenant();
            emit(
                    deciding,
                    tenant,
                    instance,
                    ChargeKind.ACTIVE,
                    parts.get(i),
                    from,
                    to,
                    allocation.attempt().task());
        }
        Cause cause = instance.cause();
        emit(
                deciding,
                cause == null ? null : cause.tenant(),
                instance,
                ChargeKind.IDLE_HOT,
                parts.getLast(),
                from,
                to,
                cause == null ? null : cause.task());
    }

    private static void emit(
            Deciding deciding,
            @Nullable TenantId tenant,
            Instance instance,
            ChargeKind kind,
            Money amount,
            Instant from,
            Instant to,
            @Nullable TaskId cause) {
        if (!amount.isZero()) {
            deciding.emit(new Change.ChargeMade(new Charge(tenant, instance.id(), kind, amount, from, to, cause)));
        }
    }

    private static ChargeKind idleKind(Instance instance) {
        return switch (instance.state()) {
            case HOT, BUSY -> ChargeKind.IDLE_HOT;
            case STOPPING, STANDBY, STARTING -> ChargeKind.STANDBY;
            case WARMING -> instance.wokenFrom() == Tier.STANDBY ? ChargeKind.STANDBY : ChargeKind.LAUNCH;
            case REQUESTED, BOOTING, DRAINING, LOST, TERMINATED, FAILED -> ChargeKind.LAUNCH;
        };
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.Charge;
import dev.warmfront.domain.ChargeKind;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tenant of a cell: its profile, what it was charged and what its attempts hold, which {@link Tenants} is asked for, and what
 * it has queued, which the {@link FairQueue} keeps. Nearly every event concerns one tenant and all of this.
 */
final class TenantEntry extends IdTable.Entry {

    private final TenantId id;
    private @Nullable TenantProfile profile;

    /** Whether it has settings of its own: few do, so that the others cost nothing. */
    private boolean bounded;

    private final Map<Shape, Lane> lanes = new LinkedHashMap<>();

    /** The lane that became empty last: mostly the next task's, where tasks are placed as they come. */
    private @Nullable Lane emptied;

    private @Nullable DomainEntry domain;
    private Resources used = Resources.NONE;

    // A TenantAccount that changes in place: there is a charge for every task.
    private YearMonth month = YearMonth.of(1970, 1);
    private long nanos;
    private @Nullable Instant lastActive;

    TenantEntry(TenantId id) {
        super(id);
        this.id = id;
    }

    TenantId id() {
        return id;
    }

    // ---- what is known of it

    /** Null where nobody has told of it: its tasks wait until somebody does. */
    @Nullable TenantProfile profile() {
        return profile;
    }

    void profile(TenantProfile told) {
        profile = told;
        bounded = !told.settings().equals(TenantSettings.NONE);
    }

    TenantSettings settings() {
        return profile == null ? TenantSettings.NONE : profile.settings();
    }

    boolean isBounded() {
        return bounded;
    }

    // ---- what it uses and pays

    /** What its live attempts hold. */
    Resources used() {
        return used;
    }

    void uses(Resources more) {
        // Mostly there was nothing: then no new sum is made.
        used = used.isNone() ? more : used.plus(more);
    }

    void usesNoMore(Resources less) {
        used = used.minus(less);
    }

    void put(TenantAccount account) {
        month = account.month();
        nanos = account.spent().nanos();
        lastActive = account.lastActive();
    }

    /** @param counts the month in which it does */
    void charged(Charge charge, YearMonth counts) {
        if (!counts.equals(month) && counts.isAfter(month)) {
            month = counts;
            nanos = 0;
        }
        if (counts.equals(month)) {
            nanos = Math.addExact(nanos, charge.amount().nanos());
        }
        Instant active = lastActive;
        if (charge.kind() == ChargeKind.ACTIVE && (active == null || charge.to().isAfter(active))) {
            lastActive = charge.to();
        }
    }

    /** What it was charged in that month so far. */
    Money spent(YearMonth in) {
        return in.equals(month) ? Money.ofNanos(nanos) : Money.ZERO;
    }

    /** Until when any task of its has been charged for running; null when none has. */
    @Nullable Instant lastActive() {
        return lastActive;
    }

    // ---- what it has queued

    /** Whose machines its tasks may run on; null where the tenant is not known. */
    @Nullable DomainEntry domain() {
        return domain;
    }

    void domain(DomainEntry value) {
        domain = value;
    }

    boolean isWaiting() {
        return !lanes.isEmpty();
    }

    /** In the order in which their shapes first queued. */
    Collection<Lane> lanes() {
        return lanes.values();
    }

    /** The shape's lane, made if need be. */
    Lane lane(Shape shape) {
        return lanes.computeIfAbsent(shape, this::emptyLane);
    }

    private Lane emptyLane(Shape shape) {
        Lane again = emptied;
        if (again == null || !again.shape().equals(shape)) {
            return new Lane(shape);
        }
        emptied = null;
        again.unstick();
        return again;
    }

    /** Nothing is in it any more. */
    void emptied(Lane lane) {
        lanes.remove(lane.shape());
        emptied = lane;
    }

    /** The lane whose head goes first among those that are worth a try, or null. */
    @Nullable Lane next(long gains) {
        return next(gains, lane -> true);
    }

    /** The same of those that may go. */
    @Nullable Lane next(long gains, Predicate<Lane> may) {
        Lane best = null;
        for (Lane lane : lanes.values()) {
            if (!lane.isStuck(gains) && (best == null || lane.first().compareTo(best.first()) < 0) && may.test(lane)) {
                best = lane;
            }
        }
        return best;
    }
}

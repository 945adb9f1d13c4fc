package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.Tier;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** A new image of an instance in the making. */
final class InstanceEdit {

    private final Instance before;
    private Offering offering;
    private InstanceState state;
    private Instant stateSince;
    private @Nullable String ref;
    private SortedSet<EnvironmentKey> warm;
    private SortedSet<EnvironmentKey> warming;
    private List<Allocation> allocations;
    private @Nullable StandbyMode standbyMode;
    private Tier wokenFrom;
    private @Nullable Instant hotSince;
    private Instant lastUsedAt;
    private long lastUse;
    private @Nullable Cause cause;
    private @Nullable Instant rateSince;
    private @Nullable Instant chargedUntil;
    private Money cost;

    InstanceEdit(Instance before) {
        this.before = before;
        this.offering = before.offering();
        this.state = before.state();
        this.stateSince = before.stateSince();
        this.ref = before.ref();
        this.warm = before.warm();
        this.warming = before.warming();
        this.allocations = before.allocations();
        this.standbyMode = before.standbyMode();
        this.wokenFrom = before.wokenFrom();
        this.hotSince = before.hotSince();
        this.lastUsedAt = before.lastUsedAt();
        this.lastUse = before.lastUse();
        this.cause = before.cause();
        this.rateSince = before.rateSince();
        this.chargedUntil = before.chargedUntil();
        this.cost = before.cost();
    }

    InstanceEdit state(InstanceState next, Instant since) {
        state = next;
        stateSince = since;
        return this;
    }

    InstanceEdit ref(String value) {
        ref = value;
        return this;
    }

    InstanceEdit warm(SortedSet<EnvironmentKey> value) {
        warm = value;
        return this;
    }

    InstanceEdit warming(SortedSet<EnvironmentKey> value) {
        warming = value;
        return this;
    }

    InstanceEdit allocations(List<Allocation> value) {
        allocations = List.copyOf(value);
        return this;
    }

    InstanceEdit standbyMode(@Nullable StandbyMode value) {
        standbyMode = value;
        return this;
    }

    InstanceEdit wokenFrom(Tier value) {
        wokenFrom = value;
        return this;
    }

    /** When it became hot; null when it is on its way there from a start. */
    InstanceEdit hotSince(@Nullable Instant value) {
        hotSince = value;
        return this;
    }

    InstanceEdit used(Instant at, long use) {
        lastUsedAt = at;
        lastUse = use;
        return this;
    }

    InstanceEdit cause(@Nullable Cause value) {
        cause = value;
        return this;
    }

    /** A new price holds from {@code at} on; null: it is billed no more. */
    InstanceEdit rateSince(@Nullable Instant at) {
        rateSince = at;
        return this;
    }

    /** What it turned out to cost while it runs, from {@code at} on; it is charged until then. */
    InstanceEdit hotRate(HourlyRate rate, Instant at) {
        offering = new Offering(
                offering.placement(), offering.machineType(), offering.purchaseModel(), rate, offering.standbyRates());
        return rateSince(at);
    }

    InstanceEdit charged(Instant until, Money total) {
        chargedUntil = until;
        cost = total;
        return this;
    }

    /** The image that this began with. */
    Instance before() {
        return before;
    }

    Instance build() {
        return new Instance(
                before.id(),
                offering,
                before.domain(),
                state,
                stateSince,
                ref,
                warm,
                warming,
                allocations,
                standbyMode,
                wokenFrom,
                hotSince,
                lastUsedAt,
                lastUse,
                cause,
                rateSince,
                chargedUntil,
                cost,
                before.launchRequestedAt());
    }
}

package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.InstanceState;
import dev.warmfront.domain.IsolationDomain;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.domain.Tier;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * An instance as the cell knows it; immutable, each change makes a new image.
 *
 * @param id its name
 * @param offering what was launched, at which price
 * @param domain whose tasks it may run
 * @param state where it stands
 * @param stateSince since when
 * @param ref the provider's own name for it; null until the provider accepted
 * @param warm environments loaded, besides the generic one
 * @param warming environments to be loaded before it is hot (again)
 * @param allocations live attempts in the order they came
 * @param standbyMode how it is, or is about to be, held in standby; null elsewhere
 * @param wokenFrom COLD or STANDBY: how it became hot the last time
 * @param hotSince when it last became hot; null before
 * @param lastUsedAt when an attempt last began or ended here, or it became hot; the key of most-recently-used order
 * @param lastUse order among instances with the same {@code lastUsedAt}: the cell's sequence at that moment
 * @param cause for whose sake it was launched or is held; null when an operator's floor or nobody is
 * @param rateSince since when it is billed at its current rate; null before billing begins and after it ended
 * @param chargedUntil up to when charges were made; null before billing begins
 * @param cost sum of its charges
 * @param launchRequestedAt when its launch was decided
 */
public record Instance(
        InstanceId id,
        Offering offering,
        IsolationDomain domain,
        InstanceState state,
        Instant stateSince,
        @Nullable String ref,
        SortedSet<EnvironmentKey> warm,
        SortedSet<EnvironmentKey> warming,
        List<Allocation> allocations,
        @Nullable StandbyMode standbyMode,
        Tier wokenFrom,
        @Nullable Instant hotSince,
        Instant lastUsedAt,
        long lastUse,
        @Nullable Cause cause,
        @Nullable Instant rateSince,
        @Nullable Instant chargedUntil,
        Money cost,
        Instant launchRequestedAt) {

    /** What it loads before it is hot; null where that is nothing, or several, of which nobody will know how long each took. */
    public @Nullable EnvironmentKey loading() {
        return state == InstanceState.WARMING && warming.size() == 1 ? warming.first() : null;
    }

    public PoolId pool() {
        return new PoolId(offering.id(), domain);
    }
}

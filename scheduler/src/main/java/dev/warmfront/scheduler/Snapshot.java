package dev.warmfront.scheduler;

import dev.warmfront.domain.Environment;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.PoolId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * Everything a cell must read back to go on where it stopped.
 *
 * @param nextSequence the next number for identifiers
 * @param tenants of the cell
 * @param accounts what tenants were charged in the latest month in which they were
 * @param environments by tenant
 * @param offerings of all providers
 * @param defaultPool settings of pools without their own
 * @param pools settings by pool
 * @param advice what policies that are only listened to would have done last
 * @param tasks tasks that are not final, and the final ones that are parents of those
 * @param instances instances that are not final
 * @param openIntents intents without an outcome
 * @param reservations reservations that are not final, and of unfinished tasks those whose attempt was stopped
 */
public record Snapshot(
        long nextSequence,
        List<TenantProfile> tenants,
        List<TenantAccount> accounts,
        List<TenantEnvironment> environments,
        List<Offering> offerings,
        PoolSettings defaultPool,
        SortedMap<PoolId, PoolSettings> pools,
        List<PoolAdvice> advice,
        List<Task> tasks,
        List<Instance> instances,
        List<Intent> openIntents,
        List<Reservation> reservations) {

    /** Of a cell that has nothing yet. */
    static final Snapshot EMPTY = new Snapshot(
            1,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            PoolSettings.DEFAULT,
            Collections.emptySortedMap(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());

    /** An environment with its owner. */
    public record TenantEnvironment(TenantId tenant, Environment environment) {}
}

package dev.warmfront.costs;

import java.util.List;

/**
 * The whole installation's costs: {@code charges + unattributed = instance cost}, to the nano-dollar.
 *
 * @param chargesNanoUsd paid by tenants
 * @param unattributedNanoUsd caused by nobody: the operator's own
 * @param instanceCostNanoUsd what the machines have cost, computed instance by instance
 */
public record CostSummaryView(
        long chargesNanoUsd,
        long unattributedNanoUsd,
        long instanceCostNanoUsd,
        long instances,
        List<TenantCostView> tenants) {

    /** One tenant's part. */
    public record TenantCostView(
            String tenant,
            long totalNanoUsd,
            long activeNanoUsd,
            long idleHotNanoUsd,
            long standbyNanoUsd,
            long launchNanoUsd) {}
}

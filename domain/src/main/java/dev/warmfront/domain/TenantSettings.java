package dev.warmfront.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants held and spent for it.
 *
 * @param monthlyBudget what may be charged to it in a calendar month (UTC); null without a bound, zero to run nothing
 * @param minRetention an idle machine held for its sake is kept at least that long, ≥ 0
 * @param maxRetention nothing is held or launched ahead for its sake longer than this after its last task; null without a
 *     bound
 * @param objective how much it minds waiting
 * @param machines which ones its tasks may run on
 */
public record TenantSettings(
        @Nullable Money monthlyBudget,
        Duration minRetention,
        @Nullable Duration maxRetention,
        Objective objective,
        MachineLimits machines) {

    /** No bounds, no wishes. */
    public static final TenantSettings NONE = new TenantSettings(null, Duration.ZERO, null, Objective.NONE);

    public TenantSettings {
        if (monthlyBudget != null && monthlyBudget.nanos() < 0) {
            throw new IllegalArgumentException("a budget is negative: " + monthlyBudget);
        }
        if (minRetention.isNegative() || (maxRetention != null && maxRetention.compareTo(minRetention) < 0)) {
            throw new IllegalArgumentException(
                    "retention needs 0 ≤ least ≤ most, not %s and %s".formatted(minRetention, maxRetention));
        }
    }

    /** Of one whose tasks may run on any machine. */
    public TenantSettings(
            @Nullable Money monthlyBudget,
            Duration minRetention,
            @Nullable Duration maxRetention,
            Objective objective) {
        this(monthlyBudget, minRetention, maxRetention, objective, MachineLimits.NONE);
    }
}

package dev.warmfront.tenant;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.scheduler.Allowance;
import java.time.Duration;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants held and spent for it, and how it stands.
 *
 * @param month the present one (UTC)
 * @param spentNanoUsd charged in it so far
 * @param allowance OPEN; NO_SPECULATION from nine tenths of the budget on: nothing is launched ahead of tasks; SPENT: nothing
 *     begins until the month or the budget changes
 * @param version for {@code If-Match}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SettingsView(
        @Nullable Long monthlyBudgetNanoUsd,
        double minRetentionSeconds,
        @Nullable Double maxRetentionSeconds,
        String month,
        long spentNanoUsd,
        Allowance allowance,
        long version) {

    static SettingsView of(TenantSettings settings, YearMonth month, Money spent, long version) {
        Money budget = settings.monthlyBudget();
        Duration most = settings.maxRetention();
        return new SettingsView(
                budget == null ? null : budget.nanos(),
                settings.minRetention().toMillis() / 1e3,
                most == null ? null : most.toMillis() / 1e3,
                month.toString(),
                spent.nanos(),
                Allowance.of(budget, spent),
                version);
    }
}

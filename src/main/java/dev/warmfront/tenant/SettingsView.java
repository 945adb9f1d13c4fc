package dev.warmfront.tenant;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.scheduler.Allowance;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants held and spent for it, and how it stands.
 *
 * @param placements where tasks may run; null for anywhere
 * @param spotShare how much of what runs at a time may be on spot machines, 0–1
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
        @Nullable Double p95WaitSeconds,
        @Nullable Long waitPriceNanoUsdPerHour,
        @Nullable List<String> placements,
        BigDecimal spotShare,
        String month,
        long spentNanoUsd,
        Allowance allowance,
        long version) {

    static SettingsView of(TenantSettings settings, YearMonth month, Money spent, long version) {
        Money budget = settings.monthlyBudget();
        Duration most = settings.maxRetention();
        Duration wait = settings.objective().p95Wait();
        HourlyRate price = settings.objective().waitPrice();
        return new SettingsView(
                budget == null ? null : budget.nanos(),
                settings.minRetention().toMillis() / 1e3,
                most == null ? null : most.toMillis() / 1e3,
                wait == null ? null : wait.toMillis() / 1e3,
                price == null ? null : price.nanosPerHour(),
                settings.machines().placements().isEmpty()
                        ? null
                        : settings.machines().placements().stream()
                                .map(PlacementPattern::text)
                                .toList(),
                share(settings.machines().spotSharePpm()),
                month.toString(),
                spent.nanos(),
                Allowance.of(budget, spent),
                version);
    }

    /** Never in the notation with an exponent. */
    private static BigDecimal share(int ppm) {
        BigDecimal share = BigDecimal.valueOf(ppm, 6).stripTrailingZeros();
        return share.scale() < 0 ? share.setScale(0) : share;
    }
}

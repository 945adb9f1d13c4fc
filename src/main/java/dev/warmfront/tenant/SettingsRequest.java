package dev.warmfront.tenant;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Problems;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants held and spent for it, all of it: what is left out has no bound.
 *
 * @param monthlyBudgetNanoUsd what may be charged in a calendar month (UTC), ≥ 0
 * @param minRetentionSeconds how long an idle machine is kept at least
 * @param maxRetentionSeconds how long after its last task anything is held or launched ahead
 * @param p95WaitSeconds one task in twenty may wait for longer
 * @param waitPriceNanoUsdPerHour what an hour of one task's waiting is worth, ≥ 0
 */
record SettingsRequest(
        @Nullable Long monthlyBudgetNanoUsd,
        @Nullable Double minRetentionSeconds,
        @Nullable Double maxRetentionSeconds,
        @Nullable Double p95WaitSeconds,
        @Nullable Long waitPriceNanoUsdPerHour) {

    TenantSettings settings() {
        if (monthlyBudgetNanoUsd != null && monthlyBudgetNanoUsd < 0) {
            throw Problems.invalid("monthlyBudgetNanoUsd", "nano-dollars, not negative; left out: no bound");
        }
        Duration least = Bodies.seconds("minRetentionSeconds", minRetentionSeconds);
        Duration most = Bodies.seconds("maxRetentionSeconds", maxRetentionSeconds);
        if (least != null && most != null && most.compareTo(least) < 0) {
            throw Problems.invalid("maxRetentionSeconds", "not less than minRetentionSeconds");
        }
        if (waitPriceNanoUsdPerHour != null && waitPriceNanoUsdPerHour < 0) {
            throw Problems.invalid("waitPriceNanoUsdPerHour", "nano-dollars an hour, not negative; left out: no price");
        }
        return new TenantSettings(
                monthlyBudgetNanoUsd == null ? null : Money.ofNanos(monthlyBudgetNanoUsd),
                least == null ? Duration.ZERO : least,
                most,
                new Objective(
                        Bodies.seconds("p95WaitSeconds", p95WaitSeconds),
                        waitPriceNanoUsdPerHour == null ? null : new HourlyRate(waitPriceNanoUsdPerHour)));
    }
}

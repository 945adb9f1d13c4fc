package dev.warmfront.tenant;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.TenantSettings;
import dev.warmfront.problem.Bodies;
import dev.warmfront.problem.Problems;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant wants held and spent for it, all of it: what is left out has no bound.
 *
 * @param monthlyBudgetNanoUsd what may be charged in a calendar month (UTC), ≥ 0
 * @param minRetentionSeconds how long an idle machine is kept at least
 * @param maxRetentionSeconds how long after its last task anything is held or launched ahead
 * @param p95WaitSeconds one task in twenty may wait for longer
 * @param waitPriceNanoUsdPerHour what an hour of one task's waiting is worth, ≥ 0
 * @param placements where tasks may run: {@code provider}, {@code provider/region} or {@code provider/region/zone}; left
 *     out or empty: anywhere
 * @param spotShare how much of what runs at a time may be on spot machines, 0–1; left out: 1
 */
record SettingsRequest(
        @Nullable Long monthlyBudgetNanoUsd,
        @Nullable Double minRetentionSeconds,
        @Nullable Double maxRetentionSeconds,
        @Nullable Double p95WaitSeconds,
        @Nullable Long waitPriceNanoUsdPerHour,
        @Nullable List<@Nullable String> placements,
        @Nullable BigDecimal spotShare) {

    private static final int MOST_PLACEMENTS = 64;

    /** Of a share that is kept in millionths. */
    private static final int DECIMALS = 6;

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
                        waitPriceNanoUsdPerHour == null ? null : new HourlyRate(waitPriceNanoUsdPerHour)),
                new MachineLimits(patterns(), spotSharePpm()));
    }

    private int spotSharePpm() {
        if (spotShare == null) {
            return MachineLimits.WHOLE_PPM;
        }
        boolean share = spotShare.signum() >= 0 && spotShare.compareTo(BigDecimal.ONE) <= 0;
        if (!share || spotShare.stripTrailingZeros().scale() > DECIMALS) {
            throw Problems.invalid("spotShare", "0 to 1 with at most six decimals; left out: 1");
        }
        return spotShare.movePointRight(DECIMALS).intValueExact();
    }

    private List<PlacementPattern> patterns() {
        if (placements == null) {
            return List.of();
        }
        if (placements.size() > MOST_PLACEMENTS) {
            throw Problems.invalid("placements", "at most " + MOST_PLACEMENTS + "; left out: anywhere");
        }
        List<PlacementPattern> patterns = new ArrayList<>();
        for (String text : placements) {
            try {
                patterns.add(new PlacementPattern(text == null ? "" : text));
            } catch (IllegalArgumentException e) {
                throw Problems.invalid("placements", String.valueOf(e.getMessage()));
            }
        }
        return patterns;
    }
}

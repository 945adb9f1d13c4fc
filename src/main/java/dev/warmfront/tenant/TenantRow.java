package dev.warmfront.tenant;

import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.Money;
import dev.warmfront.domain.Objective;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.domain.TenantSettings;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "tenant")
class TenantRow {

    @Id
    String tenantId;

    String cellId;
    String name;
    int weight;

    @Enumerated(EnumType.STRING)
    Isolation isolation;

    Instant createdAt;

    @Column(name = "monthly_budget_nanos")
    @Nullable Long monthlyBudgetNanos;

    @Column(name = "min_retention_millis")
    long minRetentionMillis;

    @Column(name = "max_retention_millis")
    @Nullable Long maxRetentionMillis;

    @Column(name = "p95_wait_millis")
    @Nullable Long p95WaitMillis;

    @Column(name = "wait_price_nanos_per_hour")
    @Nullable Long waitPriceNanosPerHour;

    @Column(columnDefinition = "text")
    @ColumnTransformer(read = "placements::text", write = "?::text::jsonb")
    String placements = "[]";

    @Column(name = "spot_share_ppm")
    int spotSharePpm = MachineLimits.WHOLE_PPM;

    @Column(name = "settings_version")
    long settingsVersion = 1;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it
    TenantRow() {}

    TenantRow(TenantProfile profile, String cellId, String name, Instant createdAt) {
        this.tenantId = profile.id().value();
        this.cellId = cellId;
        this.name = name;
        this.weight = profile.weight();
        this.isolation = profile.isolation();
        this.createdAt = createdAt;
    }

    TenantProfile profile() {
        return new TenantProfile(new TenantId(tenantId), weight, isolation, settings());
    }

    TenantSettings settings() {
        return new TenantSettings(
                monthlyBudgetNanos == null ? null : Money.ofNanos(monthlyBudgetNanos),
                Duration.ofMillis(minRetentionMillis),
                maxRetentionMillis == null ? null : Duration.ofMillis(maxRetentionMillis),
                new Objective(
                        p95WaitMillis == null ? null : Duration.ofMillis(p95WaitMillis),
                        waitPriceNanosPerHour == null ? null : new HourlyRate(waitPriceNanosPerHour)),
                new MachineLimits(CellJson.placements(placements), spotSharePpm));
    }

    void settings(TenantSettings settings) {
        Money budget = settings.monthlyBudget();
        Duration most = settings.maxRetention();
        monthlyBudgetNanos = budget == null ? null : budget.nanos();
        minRetentionMillis = settings.minRetention().toMillis();
        maxRetentionMillis = most == null ? null : most.toMillis();
        Duration wait = settings.objective().p95Wait();
        HourlyRate price = settings.objective().waitPrice();
        p95WaitMillis = wait == null ? null : wait.toMillis();
        waitPriceNanosPerHour = price == null ? null : price.nanosPerHour();
        placements = CellJson.placements(settings.machines().placements());
        spotSharePpm = settings.machines().spotSharePpm();
        settingsVersion++;
    }

    TenantView view() {
        return new TenantView(tenantId, name, weight, isolation, createdAt);
    }
}

package dev.warmfront.tenant;

import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

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
        return new TenantProfile(new TenantId(tenantId), weight, isolation);
    }

    TenantView view() {
        return new TenantView(tenantId, name, weight, isolation, createdAt);
    }
}

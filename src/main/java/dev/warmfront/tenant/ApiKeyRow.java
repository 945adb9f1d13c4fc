package dev.warmfront.tenant;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "api_key")
@IdClass(ApiKeyRow.Key.class)
class ApiKeyRow {

    record Key(String tenantId, String keyId) {}

    @Id
    String tenantId;

    @Id
    String keyId;

    byte[] keyHash;
    String role;
    String name;
    Instant createdAt;

    @Nullable Instant revokedAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it
    ApiKeyRow() {}

    ApiKeyRow(String tenantId, String keyId, byte[] keyHash, Role role, String name, Instant createdAt) {
        this.tenantId = tenantId;
        this.keyId = keyId;
        this.keyHash = keyHash;
        this.role = role.text();
        this.name = name;
        this.createdAt = createdAt;
    }

    ApiKeyView view() {
        return new ApiKeyView(keyId, null, role, name, createdAt, revokedAt);
    }
}

package dev.warmfront.environment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.hibernate.annotations.ColumnTransformer;

@Entity
@Table(name = "environment")
@IdClass(EnvironmentRow.Key.class)
class EnvironmentRow {

    record Key(String tenantId, String environmentId) {}

    @Id
    String tenantId;

    @Id
    String environmentId;

    @Column(columnDefinition = "text")
    @ColumnTransformer(read = "warm_up::text", write = "?::text::jsonb")
    String warmUp;

    @Column(columnDefinition = "text")
    @ColumnTransformer(read = "variables::text", write = "?::text::jsonb")
    String variables;

    @Version
    long version;

    Instant createdAt;
    Instant updatedAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it
    EnvironmentRow() {}

    EnvironmentRow(String tenantId, String environmentId, String warmUp, String variables, Instant now) {
        this.tenantId = tenantId;
        this.environmentId = environmentId;
        this.warmUp = warmUp;
        this.variables = variables;
        this.createdAt = now;
        this.updatedAt = now;
    }
}

package dev.warmfront.task;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.hibernate.annotations.ColumnTransformer;

@Entity
@Table(name = "task_definition")
@IdClass(DefinitionRow.Key.class)
class DefinitionRow {

    record Key(String tenantId, String name) {}

    @Id
    String tenantId;

    @Id
    String name;

    @Column(columnDefinition = "text")
    @ColumnTransformer(read = "body::text", write = "?::text::jsonb")
    String body;

    @Version
    long version;

    Instant createdAt;
    Instant updatedAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it
    DefinitionRow() {}

    DefinitionRow(String tenantId, String name, String body, Instant now) {
        this.tenantId = tenantId;
        this.name = name;
        this.body = body;
        this.createdAt = now;
        this.updatedAt = now;
    }
}

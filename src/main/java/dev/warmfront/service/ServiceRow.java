package dev.warmfront.service;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.ColumnTransformer;

@Entity
@Table(name = "service")
@IdClass(ServiceRow.Key.class)
class ServiceRow {

    record Key(String tenantId, String name) {}

    @Id
    String tenantId;

    @Id
    String name;

    @Column(columnDefinition = "text")
    @ColumnTransformer(read = "endpoints::text", write = "?::text::jsonb")
    String endpoints;

    Instant createdAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it
    ServiceRow() {}

    ServiceRow(String tenantId, String name, String endpoints, Instant now) {
        this.tenantId = tenantId;
        this.name = name;
        this.endpoints = endpoints;
        this.createdAt = now;
    }
}

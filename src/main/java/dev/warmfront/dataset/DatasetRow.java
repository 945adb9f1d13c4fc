package dev.warmfront.dataset;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "dataset")
@IdClass(DatasetRow.Key.class)
class DatasetRow {

    record Key(String tenantId, String name) {}

    @Id
    String tenantId;

    @Id
    String name;

    String url;
    String sha256;
    long bytes;
    Instant createdAt;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it
    DatasetRow() {}

    DatasetRow(String tenantId, String name, String url, String sha256, long bytes, Instant now) {
        this.tenantId = tenantId;
        this.name = name;
        this.url = url;
        this.sha256 = sha256;
        this.bytes = bytes;
        this.createdAt = now;
    }
}

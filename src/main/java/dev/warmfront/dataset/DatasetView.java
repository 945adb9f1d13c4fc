package dev.warmfront.dataset;

import java.time.Instant;

/** A file that tasks may read. */
public record DatasetView(String name, String url, String sha256, long bytes, Instant createdAt) {

    static DatasetView of(DatasetRow row) {
        return new DatasetView(row.name, row.url, row.sha256, row.bytes, row.createdAt);
    }
}

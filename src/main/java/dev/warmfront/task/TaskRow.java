package dev.warmfront.task;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A task for reading; the cell alone writes it. */
@Entity
@Immutable
@Table(name = "task")
@IdClass(TaskRow.Key.class)
class TaskRow {

    record Key(String tenantId, String taskId) {}

    @Id
    String tenantId;

    @Id
    String taskId;

    @Nullable String workflowId;

    String taskType;
    String name;

    @Column(columnDefinition = "text")
    String spec;

    String state;
    int attempt;
    int failures;
    int losses;

    @Nullable String instanceId;

    Instant submittedAt;

    @Nullable Instant eligibleAt;

    @Nullable Instant assignedAt;

    @Nullable Instant startedAt;

    @Nullable Instant finishedAt;

    @Nullable String startKind;

    @Nullable String resultEnd;

    @Nullable Integer exitCode;

    @Nullable Long cpuNanos;

    @Nullable Long peakMemoryBytes;

    @Nullable Long readBytes;

    @Nullable Long writtenBytes;

    @Nullable Long networkBytes;

    @Nullable Long wallNanos;

    @Nullable String resultDetail;

    String detail;

    @Nullable String outputs;

    @SuppressWarnings("NullAway.Init") // Hibernate fills it
    TaskRow() {}
}

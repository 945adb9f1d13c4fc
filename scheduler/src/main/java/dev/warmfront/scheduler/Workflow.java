package dev.warmfront.scheduler;

import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.WorkflowId;
import java.time.Instant;

/**
 * A declared DAG, as accepted. Its progress is its tasks' progress.
 *
 * @param tasks how many tasks it has, ≥ 1
 */
public record Workflow(TenantId tenant, WorkflowId id, String name, int tasks, Instant submittedAt) {}

package dev.warmfront.scheduler;

import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;

/**
 * For whose sake an instance is launched or held: it pays for launch and idle time.
 *
 * @param tenant who pays
 * @param task the task that asked for it, or used it last
 */
public record Cause(TenantId tenant, TaskId task) {}

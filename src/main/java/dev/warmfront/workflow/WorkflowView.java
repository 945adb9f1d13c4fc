package dev.warmfront.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A workflow.
 *
 * @param tasks how many it has
 * @param state RUNNING until every task is final; then SUCCEEDED, or FAILED or CANCELLED where a task is
 * @param byState its tasks by their states
 * @param finishedAt when its last task became final
 * @param makespanSeconds from submission to then
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkflowView(
        String id,
        String name,
        long tasks,
        String state,
        Map<String, Long> byState,
        @Nullable Instant submittedAt,
        @Nullable Instant finishedAt,
        @Nullable Double makespanSeconds) {}

package dev.warmfront.scheduler;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.Resources;

/**
 * What is set aside on an instance for one attempt.
 *
 * @param attempt for which attempt
 * @param resources how much
 */
public record Allocation(AttemptId attempt, Resources resources) {}

package dev.warmfront.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a tenant minds waiting (policy.md §1): a percentile, a price, both, or neither, which is the operator's default.
 *
 * @param p95Wait at most one of its tasks in twenty shall wait for longer, ≥ 0; null without a target
 * @param waitPrice what an hour of one task's waiting is worth to it; null where it names no price
 */
public record Objective(
        @Nullable Duration p95Wait, @Nullable HourlyRate waitPrice) {

    /** Whatever the operator holds to be right. */
    public static final Objective NONE = new Objective(null, null);

    public Objective {
        if (p95Wait != null && p95Wait.isNegative()) {
            throw new IllegalArgumentException("a wait is negative: " + p95Wait);
        }
    }
}

package dev.warmfront.cost;

import dev.warmfront.domain.Money;
import java.time.Duration;

/**
 * What a clairvoyant pays for a set of tasks, and what it does with its instances.
 *
 * @param tasks how many tasks
 * @param spend all it pays, c_H·Σ runtime included
 * @param busy c_H·Σ runtime, which every policy pays
 * @param launches cold launches
 * @param resumes wakes from standby, as many as stops to standby
 * @param idleHot time that instances stay hot between tasks
 * @param standby time held in standby, transitions not included
 * @param waits tasks that wait for a launch or a resume
 * @param waiting the waits of all tasks together; no part of {@code spend}
 */
public record Bound(
        long tasks,
        Money spend,
        Money busy,
        long launches,
        long resumes,
        Duration idleHot,
        Duration standby,
        long waits,
        Duration waiting) {

    /** Of no tasks. */
    static final Bound NOTHING =
            new Bound(0, Money.ZERO, Money.ZERO, 0, 0, Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);

    /** What readiness costs: spend without busy time, the denominator of ρ_ovh (policy.md §2). */
    public Money overhead() {
        return spend.minus(busy);
    }
}

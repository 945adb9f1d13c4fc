package dev.warmfront.scheduler;

import dev.warmfront.domain.CellId;
import java.time.Duration;

/**
 * Limits and deadlines of a cell.
 *
 * @param cell its name, part of the identifiers that it gives out
 * @param bootDeadline an instance that is not hot this long after it was requested or started is given up, > 0
 * @param stopDeadline an instance that is not in standby this long after its stop was decided is ended, > 0
 * @param stockOutPause how long an offering is left alone after the provider had no capacity or quota, > 0
 * @param fenceDeadline after an instance was lost its attempts are started again elsewhere when the provider confirmed
 *     its end, or after this long at the latest, > 0
 * @param maxLiveTasks tasks not yet final that the cell takes, ≥ 1
 * @param maxSpeculativeIntents open speculative calls at once, ≥ 0
 */
public record CellSettings(
        CellId cell,
        Duration bootDeadline,
        Duration stopDeadline,
        Duration stockOutPause,
        Duration fenceDeadline,
        int maxLiveTasks,
        int maxSpeculativeIntents) {

    /** Sensible values for a cell of this name. */
    public static CellSettings defaults(CellId cell) {
        return new CellSettings(
                cell,
                Duration.ofMinutes(15),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                1_000_000,
                200);
    }
}

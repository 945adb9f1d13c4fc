package dev.warmfront.cost;

import java.time.Duration;

/**
 * How long an instance takes to change its tier (policy.md §1). Starting values come from measurements, later ones are
 * learned from the installation's own launches.
 *
 * @param launch L_O, from OFF to HOT: launch, boot and warm-up
 * @param resume L_S, from STANDBY to HOT
 * @param stop L_h, from HOT to STANDBY
 */
public record LeadTimes(Duration launch, Duration resume, Duration stop) {

    /** Longer than any machine takes; keeps sums of them inside a long of nanoseconds. */
    public static final Duration MAX = Duration.ofDays(7);

    public LeadTimes {
        check("launch", launch);
        check("resume", resume);
        check("stop", stop);
    }

    /** L_h + L_S: a gap shorter than this cannot be spent in standby. */
    public Duration roundTrip() {
        return stop.plus(resume);
    }

    static void check(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(what + " must take 0 to 7 days, not " + duration);
        }
    }
}

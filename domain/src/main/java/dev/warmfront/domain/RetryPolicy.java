package dev.warmfront.domain;

import java.time.Duration;

/**
 * What happens when an attempt does not succeed. Attempts that end because a machine was lost or taken back are not the
 * task's fault: they are bounded by {@link #MAX_LOST_ATTEMPTS} instead of {@code maxAttempts}.
 *
 * @param maxAttempts tries in all while the command itself fails, 1–100
 * @param backoff wait before the second try; doubles with each further one, up to an hour
 */
public record RetryPolicy(int maxAttempts, Duration backoff) {

    /** A task that loses this many machines is itself the suspect, and fails. */
    public static final int MAX_LOST_ATTEMPTS = 20;

    // Before NONE, whose constructor reads it.
    private static final Duration MAX_BACKOFF = Duration.ofHours(1);

    public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO);

    public RetryPolicy {
        if (maxAttempts < 1 || maxAttempts > 100) {
            throw new IllegalArgumentException("maxAttempts must be 1 to 100, not " + maxAttempts);
        }
        if (backoff.isNegative() || backoff.compareTo(MAX_BACKOFF) > 0) {
            throw new IllegalArgumentException("backoff must be 0 to 1 h, not " + backoff);
        }
    }

    /**
     * The wait before the next try.
     *
     * @param failures tries that failed so far, ≥ 1
     */
    public Duration backoffAfter(int failures) {
        if (backoff.isZero()) {
            return Duration.ZERO;
        }
        int doublings = Math.min(failures - 1, 22);
        Duration wait = backoff.multipliedBy(1L << doublings);
        return wait.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : wait;
    }
}

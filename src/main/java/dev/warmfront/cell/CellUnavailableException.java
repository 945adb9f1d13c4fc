package dev.warmfront.cell;

import java.time.Duration;

/** The cell cannot take the event now; nothing changed and the sender may repeat after a while. */
public final class CellUnavailableException extends RuntimeException {

    private final Duration retryAfter;

    public CellUnavailableException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}

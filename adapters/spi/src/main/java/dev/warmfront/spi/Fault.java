package dev.warmfront.spi;

import java.time.Duration;

/** What goes wrong with one call of a provider. */
public sealed interface Fault {

    /** The answer takes this long; then all goes well. */
    record Delay(Duration by) implements Fault {

        public Delay {
            notNegative(by);
        }
    }

    /** The network delivers it twice; the second answer counts. */
    record Duplicate() implements Fault {}

    /** It never arrives: nothing is done, and the caller gets a {@link ProviderUnavailableException}. */
    record DropRequest() implements Fault {}

    /** It is done and the answer is lost: the caller gets a {@link ProviderUnavailableException}. */
    record DropAnswer() implements Fault {}

    /** Asked too often: nothing is done. */
    record Throttle(Duration retryAfter) implements Fault {

        public Throttle {
            notNegative(retryAfter);
        }
    }

    /** There is no capacity: nothing is done. For launch and start; other calls go well. */
    record StockOut() implements Fault {}

    /**
     * The instance is in a state that does not allow it: nothing is done. For start, stop and terminate; other calls go
     * well.
     */
    record WrongState() implements Fault {}

    private static void notNegative(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a fault's time is negative: " + duration);
        }
    }
}

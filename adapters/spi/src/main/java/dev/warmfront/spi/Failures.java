package dev.warmfront.spi;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What adapters need to make one sentence of a client's exception. */
public final class Failures {

    private static final Pattern BREAKS = Pattern.compile("\\s+");
    private static final int LONGEST_QUOTE = 240;

    /** Causes may go round in circles. */
    private static final int DEEPEST = 20;

    private Failures() {}

    /** Whether the failure, or what caused it, is of that kind. */
    public static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        int depth = 0;
        for (Throwable at = failure; at != null && depth < DEEPEST; at = at.getCause()) {
            if (kind.isInstance(at)) {
                return true;
            }
            depth++;
        }
        return false;
    }

    /** What somebody else said, to be quoted within a sentence: one line, not too long, without the full stop. */
    public static String quote(String message) {
        String line = BREAKS.matcher(message).replaceAll(" ").strip();
        String cut = line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "…" : line;
        return cut.endsWith(".") ? cut.substring(0, cut.length() - 1) : cut;
    }

    /**
     * Why nothing came back.
     *
     * @param retryable false when asking again cannot help before somebody changes a setting
     * @param what goes on after the name of what was asked
     */
    public record Unreached(boolean retryable, String what) {}

    /**
     * What the failure of a connection means, for adapters that have the settings {@code endpoint} and
     * {@code call-timeout-millis}; empty when it is not of the connection.
     *
     * @param late whether the client has its own way to say that it waited too long
     */
    public static Optional<Unreached> unreached(Throwable failure, boolean late, Duration callTimeout) {
        if (has(failure, SSLException.class)) {
            return Optional.of(new Unreached(
                    false,
                    "does not prove who it is: check the setting endpoint, or give the JVM the authority that"
                            + " signed its certificate"));
        }
        if (has(failure, UnknownHostException.class)) {
            return Optional.of(new Unreached(false, "is not a known host: check the setting endpoint"));
        }
        if (late || has(failure, SocketTimeoutException.class)) {
            return Optional.of(new Unreached(
                    true,
                    "did not answer within %d ms: check the setting endpoint, or raise call-timeout-millis"
                            .formatted(callTimeout.toMillis())));
        }
        if (has(failure, ConnectException.class)) {
            return Optional.of(new Unreached(true, "takes no connection: check the setting endpoint"));
        }
        return Optional.empty();
    }
}

package dev.warmfront.spi;

import dev.warmfront.domain.ProviderId;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What clouds' adapters have in common in turning failures into sentences that name the setting to change. */
public abstract class CloudErrors {

    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final ProviderId id;
    private final String where;
    private final Duration callTimeout;
    private final Duration transitionDeadline;

    /**
     * @param where begins every sentence: who was called
     * @param callTimeout the setting {@code call-timeout-millis}
     * @param transitionDeadline the setting {@code transition-seconds}
     */
    protected CloudErrors(ProviderId id, String where, Duration callTimeout, Duration transitionDeadline) {
        this.id = id;
        this.where = where;
        this.callTimeout = callTimeout;
        this.transitionDeadline = transitionDeadline;
    }

    /** An endpoint in place of a cloud's own, without what may be secret in its URL. */
    protected static String at(String cloud, URI endpoint) {
        return "the %s endpoint %s://%s".formatted(cloud, endpoint.getScheme(), endpoint.getAuthority());
    }

    /** Words of messages about requests and the settings that they come from, in the order in which they are looked for. */
    protected static SequencedMap<String, String> words(String... wordsAndSettings) {
        LinkedHashMap<String, String> words = new LinkedHashMap<>();
        for (int i = 0; i < wordsAndSettings.length; i += 2) {
            words.put(wordsAndSettings[i], wordsAndSettings[i + 1]);
        }
        return words;
    }

    /** The setting that a message is about; empty where none of the words is in it. */
    protected static Optional<String> setting(SequencedMap<String, String> words, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return words.entrySet().stream()
                .filter(word -> lower.contains(word.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The message within a body of JSON, or the body, to be quoted. */
    protected static String message(String body) {
        Matcher message = MESSAGE.matcher(body);
        return Failures.quote(
                message.find() ? message.group(1).replace("\\\"", "\"").replace("\\n", " ") : body);
    }

    /**
     * A sentence about who was called.
     *
     * @param what goes on after the name of who was called
     */
    public final ProviderUnavailableException said(String operation, boolean retryable, String what, Exception cause) {
        return new ProviderUnavailableException(id, operation, retryable, where + " " + what, cause);
    }

    /** Nothing came back; empty when that is not for a reason of the connection. */
    protected final Optional<ProviderUnavailableException> unreached(
            String operation, boolean late, Exception failure) {
        return Failures.unreached(failure, late, callTimeout)
                .map(known -> said(operation, known.retryable(), known.what(), failure));
    }

    /** It was not reached for a reason that nobody foresaw. */
    protected final ProviderUnavailableException unreachedSomehow(String operation, Exception failure) {
        String says = Failures.quote(String.valueOf(failure.getMessage()));
        return said(operation, true, "was not reached: " + says, failure);
    }

    /** None of the offerings that the settings ask for is there. */
    final ProviderUnavailableException nothing(String operation, String settings) {
        return said(
                operation,
                false,
                "has none of the machine types in any of the zones: check the settings " + settings,
                new IllegalStateException("no machine types"));
    }

    /** The control plane is stopping: whoever comes next finds out what became of it. */
    public final ProviderUnavailableException brokenOff(String operation, Exception cause) {
        return said(operation, true, "was not waited for: " + operation, cause);
    }

    /** It takes longer than it may. */
    public final ProviderUnavailableException late(String operation, Exception cause) {
        return said(
                operation,
                true,
                "has not done it within the setting transition-seconds (%d s): %s"
                        .formatted(transitionDeadline.toSeconds(), operation),
                cause);
    }

    /**
     * Blocks until it is there.
     *
     * @return what is said of it then; empty when it is not known any more
     * @throws ProviderUnavailableException when it takes longer than it may
     */
    public final <T> Optional<T> await(String operation, Arrivals<T> arrivals, String ref, Predicate<T> there) {
        try {
            return arrivals.await(ref, there, transitionDeadline);
        } catch (TimeoutException late) {
            throw late(operation, late);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw brokenOff(operation, e);
        }
    }
}

package dev.warmfront.jclouds;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.Failures;
import dev.warmfront.spi.ProviderUnavailableException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jclouds.http.HttpResponse;
import org.jclouds.http.HttpResponseException;

/** Turns what Nova, Keystone and jclouds say went wrong into outcomes, and into sentences that name the setting. */
final class NovaErrors {

    /** What Nova's own rate limits are counted in. */
    private static final Duration RATE = Duration.ofSeconds(20);

    private static final int DEEPEST = 20;
    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Words of messages about requests, and the settings that they come from; the first that is found is named. */
    private static final SequencedMap<String, String> SETTINGS = settings();

    private final ProviderId id;
    private final NovaSettings settings;

    NovaErrors(ProviderId id, NovaSettings settings) {
        this.id = id;
        this.settings = settings;
    }

    private static SequencedMap<String, String> settings() {
        LinkedHashMap<String, String> words = new LinkedHashMap<>();
        words.put("image", "image");
        words.put("flavor", "machine-types");
        words.put("availability zone", "zones");
        words.put("network", "networks");
        words.put("security group", "security-groups");
        words.put("user data", "agent-url");
        return words;
    }

    /** What was answered, where an answer came at all. jclouds wraps it in several ways. */
    private static Optional<HttpResponseException> answered(Throwable failure) {
        int depth = 0;
        for (Throwable at = failure; at != null && depth < DEEPEST; at = at.getCause()) {
            if (at instanceof HttpResponseException answer && answer.getResponse() != null) {
                return Optional.of(answer);
            }
            depth++;
        }
        return Optional.empty();
    }

    /** The status of the answer; 0 where none came. */
    static int status(Throwable failure) {
        return answered(failure)
                .map(HttpResponseException::getResponse)
                .map(HttpResponse::getStatusCode)
                .orElse(0);
    }

    /** Whether the server is on its way elsewhere: a look later will show what has become of it. */
    static boolean isBusy(RuntimeException failure) {
        return status(failure) == 409;
    }

    /**
     * The outcome of a call that was answered with an error.
     *
     * @throws ProviderUnavailableException where there was no answer, or it says nothing about the request
     */
    ProviderOutcome outcome(String operation, RuntimeException failure) {
        int status = status(failure);
        String message = message(failure);
        String lower = message.toLowerCase(Locale.ROOT);
        if ((status == 403 || status == 413) && lower.contains("quota")) {
            return new ProviderOutcome.QuotaExceeded("Nova's project %s: %s; ask the operator of the cloud to raise it"
                    .formatted(settings.account().project(), message));
        }
        if (status == 413 || status == 429) {
            return new ProviderOutcome.Throttled(RATE);
        }
        if (status != 400) {
            throw unavailable(operation, failure);
        }
        for (Map.Entry<String, String> word : SETTINGS.entrySet()) {
            if (lower.contains(word.getKey())) {
                return new ProviderOutcome.Invalid("setting %s: Nova says %s".formatted(word.getValue(), message));
            }
        }
        return new ProviderOutcome.Invalid("Nova refuses to %s: %s".formatted(operation, message));
    }

    /** A call that has no outcome to say it with, or says nothing about the request, failed. */
    ProviderUnavailableException unavailable(String operation, RuntimeException failure) {
        int status = status(failure);
        if (status == 0) {
            return unreached(operation, failure);
        }
        return switch (status) {
            case 401 ->
                said(
                        operation,
                        false,
                        "does not take the credentials: check the settings user, user-domain, project, project-domain"
                                + " and password",
                        failure);
            case 403 ->
                said(
                        operation,
                        false,
                        "does not permit to %s: give the setting user a role in the setting project that may: %s"
                                .formatted(operation, message(failure)),
                        failure);
            case 404 ->
                said(
                        operation,
                        false,
                        "does not know what is asked for: check the settings endpoint and region",
                        failure);
            case 413, 429 -> said(operation, true, "was asked too often to " + operation, failure);
            default ->
                said(
                        operation,
                        status >= 500,
                        "could not %s: %s (%d)".formatted(operation, message(failure), status),
                        failure);
        };
    }

    private ProviderUnavailableException unreached(String operation, RuntimeException failure) {
        Optional<Failures.Unreached> known = Failures.unreached(failure, false, settings.callTimeout());
        if (known.isPresent()) {
            return said(operation, known.get().retryable(), known.get().what(), failure);
        }
        String says = Failures.quote(String.valueOf(failure.getMessage()));
        // Regions are looked up in Keystone's catalogue before anything is asked of them.
        if (failure instanceof IllegalArgumentException || says.contains("region")) {
            return said(
                    operation,
                    false,
                    "has no Nova in the setting region %s: %s".formatted(settings.region(), says),
                    failure);
        }
        return said(operation, true, "was not reached: " + says, failure);
    }

    /** A flavor that the settings name is not there. */
    ProviderUnavailableException noFlavor(String operation, String name) {
        return said(
                operation,
                false,
                "has no flavor %s in the setting region %s: check the setting machine-types"
                        .formatted(name, settings.region()),
                new IllegalStateException("no flavor"));
    }

    /** The control plane is stopping: whoever comes next finds out what became of it. */
    ProviderUnavailableException brokenOff(String operation, Exception cause) {
        return said(operation, true, "was not waited for: " + operation, cause);
    }

    ProviderUnavailableException late(String operation, Exception cause) {
        return said(
                operation,
                true,
                "has not done it within the setting transition-seconds (%d s): %s"
                        .formatted(settings.transitionDeadline().toSeconds(), operation),
                cause);
    }

    ProviderUnavailableException said(String operation, boolean retryable, String what, Exception cause) {
        String where = "the OpenStack at " + settings.endpoint().getScheme() + "://"
                + settings.endpoint().getAuthority();
        return new ProviderUnavailableException(id, operation, retryable, where + " " + what, cause);
    }

    private static String message(Throwable failure) {
        String content = answered(failure)
                .map(HttpResponseException::getContent)
                .map(String::valueOf)
                .orElseGet(() -> String.valueOf(failure.getMessage()));
        Matcher message = MESSAGE.matcher(content);
        return Failures.quote(
                message.find() ? message.group(1).replace("\\\"", "\"").replace("\\n", " ") : content);
    }
}

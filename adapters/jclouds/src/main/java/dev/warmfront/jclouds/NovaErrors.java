package dev.warmfront.jclouds;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.CloudErrors;
import dev.warmfront.spi.Failures;
import dev.warmfront.spi.ProviderUnavailableException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.jclouds.http.HttpResponse;
import org.jclouds.http.HttpResponseException;

/** Turns what Nova, Keystone and jclouds say went wrong into outcomes, and into sentences that name the setting. */
final class NovaErrors extends CloudErrors {

    /** What Nova's own rate limits are counted in. */
    private static final Duration RATE = Duration.ofSeconds(20);

    private static final int DEEPEST = 20;

    /** Words of messages about requests, and the settings that they come from; the first that is found is named. */
    private static final SequencedMap<String, String> SETTINGS = words(
            "image", "image",
            "flavor", "machine-types",
            "availability zone", "zones",
            "network", "networks",
            "security group", "security-groups",
            "user data", "agent-url");

    private final NovaSettings settings;

    NovaErrors(ProviderId id, NovaSettings settings) {
        super(
                id,
                "the OpenStack at " + settings.endpoint().getScheme() + "://"
                        + settings.endpoint().getAuthority(),
                settings.callTimeout(),
                settings.transitionDeadline());
        this.settings = settings;
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
        return new ProviderOutcome.Invalid(setting(SETTINGS, message)
                .map(setting -> "setting %s: Nova says %s".formatted(setting, message))
                .orElseGet(() -> "Nova refuses to %s: %s".formatted(operation, message)));
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
        Optional<ProviderUnavailableException> known = unreached(operation, false, failure);
        if (known.isPresent()) {
            return known.get();
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
        return unreachedSomehow(operation, failure);
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

    private static String message(Throwable failure) {
        return message(answered(failure)
                .map(HttpResponseException::getContent)
                .map(String::valueOf)
                .orElseGet(() -> String.valueOf(failure.getMessage())));
    }
}

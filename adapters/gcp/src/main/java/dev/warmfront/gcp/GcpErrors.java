package dev.warmfront.gcp;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.cloud.compute.v1.Errors;
import com.google.cloud.compute.v1.Operation;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.CloudErrors;
import dev.warmfront.spi.Failures;
import dev.warmfront.spi.ProviderUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what Compute Engine and its client say went wrong into outcomes, and into sentences that name the setting. */
final class GcpErrors extends CloudErrors {

    /** Rate quotas are filled anew each minute. */
    private static final Duration RATE = Duration.ofSeconds(20);

    private static final Set<String> CAPACITY = Set.of(
            "ZONE_RESOURCE_POOL_EXHAUSTED",
            "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS",
            "RESOURCE_POOL_EXHAUSTED",
            "STOCKOUT");
    private static final Set<String> QUOTA = Set.of("QUOTA_EXCEEDED", "quotaExceeded", "LIMIT_EXCEEDED");
    private static final Set<String> RATES =
            Set.of("RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT");
    private static final Set<String> NO_API = Set.of("accessNotConfigured", "SERVICE_DISABLED");

    /** Words of messages about requests, and the settings that they come from; the first that is found is named. */
    private static final SequencedMap<String, String> SETTINGS = words(
            "image", "image",
            "disksizegb", "disk-gibibytes",
            "machinetype", "machine-types",
            "subnetwork", "subnetwork",
            "network", "subnetwork",
            "serviceaccount", "service-account",
            "service account", "service-account",
            "zone '", "zones",
            "project", "project");

    private static final Pattern REASON = Pattern.compile("\"reason\"\\s*:\\s*\"([^\"]+)\"");

    private final GcpSettings settings;

    GcpErrors(ProviderId id, GcpSettings settings) {
        super(
                id,
                settings.cloud()
                        .endpoint()
                        .map(uri -> at("Compute Engine", uri))
                        .orElse("Compute Engine"),
                settings.cloud().callTimeout(),
                settings.cloud().transitionDeadline());
        this.settings = settings;
    }

    /** What an operation failed with; empty when it did not. */
    static Optional<Errors> failure(Operation operation) {
        return operation.getError().getErrorsList().stream().findFirst();
    }

    static boolean isCapacity(Errors failure) {
        return CAPACITY.contains(failure.getCode());
    }

    /** Whether another operation is under way on the instance: a look later will show what has become of it. */
    static boolean isBusy(ApiException failure) {
        return reason(failure).equals("resourceNotReady");
    }

    /** The outcome of an operation that failed. */
    ProviderOutcome outcome(String operation, String zone, String type, Errors failure) {
        return outcome(operation, zone, type, failure.getCode(), Failures.quote(failure.getMessage()), null);
    }

    /**
     * The outcome of a call that was answered with an error.
     *
     * @throws ProviderUnavailableException where the answer says nothing about the request
     */
    ProviderOutcome outcome(String operation, String zone, String type, ApiException failure) {
        return outcome(operation, zone, type, reason(failure), message(failure), failure);
    }

    private ProviderOutcome outcome(
            String operation, String zone, String type, String code, String message, @Nullable ApiException cause) {
        if (CAPACITY.contains(code)) {
            return new ProviderOutcome.InsufficientCapacity(zone, type);
        }
        if (QUOTA.contains(code)) {
            return new ProviderOutcome.QuotaExceeded("Compute Engine in %s: %s; ask Google to raise it (Quotas)"
                    .formatted(settings.cloud().region(), message));
        }
        if (RATES.contains(code) || is(cause, StatusCode.Code.RESOURCE_EXHAUSTED)) {
            return new ProviderOutcome.Throttled(RATE);
        }
        boolean aboutRequest = is(cause, StatusCode.Code.INVALID_ARGUMENT)
                || is(cause, StatusCode.Code.NOT_FOUND)
                || is(cause, StatusCode.Code.FAILED_PRECONDITION);
        if (cause != null && !aboutRequest) {
            throw unavailable(operation, cause);
        }
        return new ProviderOutcome.Invalid(setting(SETTINGS, message)
                .map(setting -> "setting %s: Compute Engine says %s (%s)".formatted(setting, message, code))
                .orElseGet(() -> "Compute Engine refuses to %s: %s (%s)".formatted(operation, message, code)));
    }

    /** A call that has no outcome to say it with, or says nothing about the request, failed. */
    ProviderUnavailableException unavailable(String operation, ApiException failure) {
        String reason = reason(failure);
        String message = message(failure);
        int status = httpStatus(failure);
        if (!isAnswer(body(failure))) {
            // Where nothing came back the client makes up a status of its own.
            return unreached(operation, failure);
        }
        if (NO_API.contains(reason)) {
            return said(
                    operation,
                    false,
                    "is not enabled for the setting project %s: %s".formatted(settings.project(), message),
                    failure);
        }
        if (status == 401) {
            return said(
                    operation,
                    false,
                    "does not take the credentials: set others by the setting credentials-file, or by the"
                            + " platform's (application default)",
                    failure);
        }
        if (RATES.contains(reason) || status == 429) {
            return said(operation, true, "was asked too often to %s".formatted(operation), failure);
        }
        if (status == 403) {
            return said(
                    operation,
                    false,
                    ("does not permit to %s: give the service account the permission (docs/providers.md has the"
                                    + " list), or change the setting project: %s")
                            .formatted(operation, message),
                    failure);
        }
        if (status == 404) {
            return said(
                    operation,
                    false,
                    "does not know what is asked for; check the settings project, region and zones: %s"
                            .formatted(message),
                    failure);
        }
        return said(operation, status >= 500, "could not %s: %s (%s)".formatted(operation, message, reason), failure);
    }

    /** It was not reached, or nobody knows. */
    ProviderUnavailableException unreached(String operation, Exception failure) {
        boolean late = failure instanceof ApiException expired && is(expired, StatusCode.Code.DEADLINE_EXCEEDED);
        String says = String.valueOf(failure.getMessage());
        boolean notOfACall = !(failure instanceof ApiException);
        Optional<ProviderUnavailableException> known = unreached(operation, late, failure);
        if (known.isEmpty()
                && (says.contains("credentials") || (settings.credentialsFile().isPresent() && notOfACall))) {
            return said(
                    operation,
                    false,
                    "needs credentials and there are none that can be used: set the setting credentials-file, or"
                            + " the platform's (application default)",
                    failure);
        }
        return known.orElseGet(() -> unreachedSomehow(operation, failure));
    }

    private static boolean is(@Nullable ApiException failure, StatusCode.Code code) {
        return failure != null && failure.getStatusCode().getCode() == code;
    }

    static int httpStatus(ApiException failure) {
        return failure.getStatusCode().getTransportCode() instanceof Integer status ? status : 0;
    }

    /** Google's word for the reason, such as {@code rateLimitExceeded}. */
    static String reason(ApiException failure) {
        Matcher reason = REASON.matcher(body(failure));
        return reason.find()
                ? reason.group(1)
                : failure.getStatusCode().getCode().name();
    }

    private static String message(ApiException failure) {
        return message(body(failure));
    }

    /** The answer's body, which the client hides in the text of some cause. */
    private static String body(Throwable failure) {
        int depth = 0;
        for (Throwable at = failure; at != null && depth < 20; at = at.getCause()) {
            String text = String.valueOf(at.getMessage());
            if (isAnswer(text)) {
                return text;
            }
            depth++;
        }
        return String.valueOf(failure.getMessage());
    }

    private static boolean isAnswer(String text) {
        return text.contains("\"reason\"") || text.contains("\"message\"");
    }
}

package dev.warmfront.aws;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.CloudErrors;
import dev.warmfront.spi.Failures;
import dev.warmfront.spi.ProviderUnavailableException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what EC2 and the SDK say went wrong into outcomes, and into sentences that name the setting to change. */
final class AwsErrors extends CloudErrors {

    private static final Duration THROTTLED = Duration.ofSeconds(2);

    private static final Set<String> CAPACITY = Set.of(
            "InsufficientInstanceCapacity",
            "InsufficientHostCapacity",
            "InsufficientReservedInstanceCapacity",
            "InsufficientFreeAddressesInSubnet",
            "InsufficientCapacity",
            "UnfulfillableCapacity",
            "SpotMaxPriceTooLow",
            "MaxPriceTooLow");
    private static final Set<String> QUOTA = Set.of(
            "VcpuLimitExceeded",
            "InstanceLimitExceeded",
            "MaxSpotInstanceCountExceeded",
            "VolumeLimitExceeded",
            "MaxIOPSLimitExceeded");
    private static final Set<String> THROTTLING = Set.of(
            "RequestLimitExceeded",
            "RequestResourceCountExceeded",
            "ResourceCountExceeded",
            "EC2ThrottledException",
            "Throttling",
            "ThrottlingException",
            "RequestThrottled",
            "BandwidthLimitExceeded");
    private static final Set<String> GONE = Set.of("InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed");
    private static final Set<String> CREDENTIALS = Set.of(
            "AuthFailure",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
            "MissingAuthenticationToken",
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired");
    private static final Set<String> ACCOUNT =
            Set.of("OptInRequired", "Blocked", "PendingVerification", "Client.PendingVerification");
    private static final Set<String> PERMISSION =
            Set.of("UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation");

    /** What of our settings an error code is about. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("InvalidAMIID.NotFound", "image"),
            Map.entry("InvalidAMIID.Malformed", "image"),
            Map.entry("InvalidAMIID.Unavailable", "image"),
            Map.entry("InvalidSubnetID.NotFound", "subnets"),
            Map.entry("InvalidSubnet", "subnets"),
            Map.entry("MissingInput", "subnets"),
            Map.entry("InvalidZone.NotFound", "zones"),
            Map.entry("InvalidGroup.NotFound", "security-groups"),
            Map.entry("InvalidGroupId.Malformed", "security-groups"),
            Map.entry("InvalidSecurityGroupID.NotFound", "security-groups"),
            Map.entry("InvalidIamInstanceProfile", "instance-profile"),
            Map.entry("InvalidIamInstanceProfileArn.Malformed", "instance-profile"),
            Map.entry("InvalidBlockDeviceMapping", "root-device"),
            Map.entry("InvalidInstanceType", "machine-types"),
            Map.entry("UnsupportedHibernationConfiguration", "hibernate"));

    private final AwsSettings settings;

    AwsErrors(ProviderId id, AwsSettings settings) {
        super(
                id,
                settings.cloud()
                        .endpoint()
                        .map(uri -> at("EC2", uri))
                        .orElse("EC2 in " + settings.cloud().region()),
                settings.cloud().callTimeout(),
                settings.cloud().transitionDeadline());
        this.settings = settings;
    }

    static String code(AwsServiceException failure) {
        return failure.awsErrorDetails() == null || failure.awsErrorDetails().errorCode() == null
                ? ""
                : failure.awsErrorDetails().errorCode();
    }

    static boolean isGone(AwsServiceException failure) {
        return GONE.contains(code(failure));
    }

    static boolean isCapacity(String code) {
        return CAPACITY.contains(code);
    }

    /**
     * The outcome of a call that EC2 answered with an error.
     *
     * @param zone where capacity was asked for
     * @param type of which machine type
     * @throws ProviderUnavailableException where the answer says nothing about the request
     */
    ProviderOutcome outcome(String operation, String zone, String type, AwsServiceException failure) {
        return outcome(operation, zone, type, code(failure), message(failure), failure);
    }

    /** The same for an error that came as data, as a fleet's do. */
    ProviderOutcome outcome(
            String operation, String zone, String type, String code, String message, @Nullable Exception cause) {
        if (CAPACITY.contains(code)) {
            return new ProviderOutcome.InsufficientCapacity(zone, type);
        }
        if (QUOTA.contains(code)) {
            return new ProviderOutcome.QuotaExceeded("EC2 in %s: %s; ask AWS to raise it (Service Quotas)"
                    .formatted(settings.cloud().region(), message));
        }
        if (THROTTLING.contains(code)) {
            return new ProviderOutcome.Throttled(THROTTLED);
        }
        if (GONE.contains(code)) {
            return new ProviderOutcome.NotFound();
        }
        String lower = message.toLowerCase(Locale.ROOT);
        String setting = SETTINGS.getOrDefault(code, lower.contains("iaminstanceprofile") ? "instance-profile" : "");
        if (!setting.isEmpty()) {
            return new ProviderOutcome.Invalid("setting %s: EC2 says %s (%s)".formatted(setting, message, code));
        }
        boolean serverSide = cause instanceof AwsServiceException answered && answered.statusCode() >= 500;
        if (CREDENTIALS.contains(code) || ACCOUNT.contains(code) || PERMISSION.contains(code) || serverSide) {
            throw unavailable(operation, code, message, serverSide, cause);
        }
        return new ProviderOutcome.Invalid("EC2 refuses to %s: %s (%s)".formatted(operation, message, code));
    }

    /** A call without outcomes failed. */
    ProviderUnavailableException unavailable(String operation, SdkException failure) {
        if (failure instanceof AwsServiceException answered) {
            boolean again = THROTTLING.contains(code(answered)) || answered.statusCode() >= 500;
            return unavailable(operation, code(answered), message(answered), again, failure);
        }
        return unreached(operation, failure);
    }

    private ProviderUnavailableException unavailable(
            String operation, String code, String message, boolean retryable, @Nullable Exception cause) {
        String what;
        if (CREDENTIALS.contains(code)) {
            what = ("does not take the credentials (%s): set others in the environment, the shared credentials"
                            + " file (setting profile) or the machine's role")
                    .formatted(code);
        } else if (PERMISSION.contains(code)) {
            what = ("does not permit %s: give the role of the credentials the permission (docs/providers.md has"
                            + " the list)")
                    .formatted(operation);
        } else if (ACCOUNT.contains(code)) {
            what = "does not serve this account in the setting region %s: %s (%s)"
                    .formatted(settings.cloud().region(), message, code);
        } else if (SETTINGS.containsKey(code)) {
            what = "refuses %s because of the setting %s: %s (%s)"
                    .formatted(operation, SETTINGS.get(code), message, code);
        } else {
            what = "could not %s: %s (%s)".formatted(operation, message, code);
        }
        return said(operation, retryable, what, orNone(cause, code));
    }

    private ProviderUnavailableException unreached(String operation, SdkException failure) {
        if (Failures.has(failure, UnknownHostException.class)) {
            // The SDK makes the host's name of the region's.
            return said(operation, false, "is not a known host: check the settings region and endpoint", failure);
        }
        boolean late = Failures.has(failure, ApiCallTimeoutException.class)
                || Failures.has(failure, ApiCallAttemptTimeoutException.class);
        Optional<ProviderUnavailableException> known = unreached(operation, late, failure);
        if (known.isEmpty() && String.valueOf(failure.getMessage()).contains("credentials")) {
            String what = "needs credentials and there are none: set them in the environment, the shared credentials"
                    + " file (setting profile) or the machine's role";
            return said(operation, false, what, failure);
        }
        return known.orElseGet(() -> unreachedSomehow(operation, failure));
    }

    private static Exception orNone(@Nullable Exception cause, String code) {
        return cause == null ? new IllegalStateException(code) : cause;
    }

    private static String message(AwsServiceException failure) {
        String message = failure.awsErrorDetails() == null
                ? null
                : failure.awsErrorDetails().errorMessage();
        return Failures.quote(message == null ? String.valueOf(failure.getMessage()) : message);
    }
}

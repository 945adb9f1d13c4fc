package dev.warmfront.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.Ec2ClientBuilder;
import software.amazon.awssdk.services.ec2.model.CreateFleetRequest;
import software.amazon.awssdk.services.ec2.model.CreateFleetResponse;
import software.amazon.awssdk.services.ec2.model.CreateLaunchTemplateRequest;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateChange;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.InstanceTypeOffering;
import software.amazon.awssdk.services.ec2.model.LocationType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.model.SpotPrice;

/**
 * The EC2 calls that are used, and no others. Launches are tried once: the SDK would take a stock-out for a hiccup and ask
 * three times more, each time slower, where another zone could have been asked. Throws what the SDK throws.
 */
final class Ec2 implements AutoCloseable {

    private static final int ATTEMPTS = 3;
    private static final int MOST_CONNECTIONS = 64;
    private static final int TYPES_PER_CALL = 100;

    private final SdkHttpClient http;
    private final Ec2Client client;
    private final Ec2Client launching;
    private final int pageSize;

    /**
     * @param pageSize how many instances one answer lists
     */
    Ec2(AwsSettings settings, int pageSize) {
        this.pageSize = pageSize;
        this.http = Apache5HttpClient.builder()
                .maxConnections(MOST_CONNECTIONS)
                .connectionTimeout(settings.cloud().callTimeout())
                .socketTimeout(settings.cloud().callTimeout())
                .build();
        AwsCredentialsProvider credentials = settings.profile()
                .<AwsCredentialsProvider>map(name ->
                        ProfileCredentialsProvider.builder().profileName(name).build())
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
        RetryStrategy patient = AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(ATTEMPTS)
                .build();
        this.client = client(
                settings, credentials, patient, settings.cloud().callTimeout().multipliedBy(ATTEMPTS));
        this.launching = client(
                settings,
                credentials,
                AwsRetryStrategy.doNotRetry(),
                settings.cloud().callTimeout());
    }

    private Ec2Client client(
            AwsSettings settings, AwsCredentialsProvider credentials, RetryStrategy retries, Duration timeout) {
        Ec2ClientBuilder builder = Ec2Client.builder()
                .region(Region.of(settings.cloud().region()))
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(retries)
                        .apiCallAttemptTimeout(settings.cloud().callTimeout())
                        .apiCallTimeout(timeout));
        settings.cloud().endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    Instance run(RunInstancesRequest request) {
        return launching.runInstances(request).instances().getFirst();
    }

    CreateFleetResponse createFleet(CreateFleetRequest request) {
        return launching.createFleet(request);
    }

    void createLaunchTemplate(CreateLaunchTemplateRequest request) {
        client.createLaunchTemplate(request);
    }

    void deleteLaunchTemplate(String name) {
        client.deleteLaunchTemplate(request -> request.launchTemplateName(name));
    }

    /** Not repeated by the SDK either: without capacity it says so as a launch does. */
    InstanceStateChange start(String ref) {
        return launching
                .startInstances(request -> request.instanceIds(ref))
                .startingInstances()
                .getFirst();
    }

    InstanceStateChange stop(String ref, boolean hibernate) {
        return client.stopInstances(request -> request.instanceIds(ref).hibernate(hibernate))
                .stoppingInstances()
                .getFirst();
    }

    InstanceStateChange terminate(String ref) {
        return client.terminateInstances(request -> request.instanceIds(ref))
                .terminatingInstances()
                .getFirst();
    }

    /** Instances with this tag, ended ones included, of all pages. */
    List<Instance> tagged(String tag, String value) {
        Filter filter = Filter.builder().name("tag:" + tag).values(value).build();
        return list(filter);
    }

    /** Those of these instances that EC2 knows. A filter, since a list of ids fails as a whole when one is unknown. */
    List<Instance> named(Collection<String> refs) {
        return list(Filter.builder().name("instance-id").values(refs).build());
    }

    private List<Instance> list(Filter filter) {
        List<Instance> found = new ArrayList<>();
        client.describeInstancesPaginator(request -> request.filters(filter).maxResults(pageSize))
                .reservations()
                .forEach(reservation -> found.addAll(reservation.instances()));
        return found;
    }

    List<InstanceTypeInfo> types(List<String> names) {
        List<InstanceTypeInfo> types = new ArrayList<>();
        for (int from = 0; from < names.size(); from += TYPES_PER_CALL) {
            List<String> some = names.subList(from, Math.min(names.size(), from + TYPES_PER_CALL));
            client.describeInstanceTypesPaginator(request -> request.instanceTypesWithStrings(some))
                    .instanceTypes()
                    .forEach(types::add);
        }
        return types;
    }

    /** Which of these types exist in which zone. */
    List<InstanceTypeOffering> typesByZone(List<String> types) {
        List<InstanceTypeOffering> offerings = new ArrayList<>();
        Filter filter = Filter.builder().name("instance-type").values(types).build();
        client.describeInstanceTypeOfferingsPaginator(request ->
                        request.locationType(LocationType.AVAILABILITY_ZONE).filters(filter))
                .instanceTypeOfferings()
                .forEach(offerings::add);
        return offerings;
    }

    /** Spot prices of Linux that hold at that time: one for each type and zone. */
    List<SpotPrice> spotPrices(List<String> types, Instant at) {
        List<SpotPrice> prices = new ArrayList<>();
        client.describeSpotPriceHistoryPaginator(request -> request.instanceTypesWithStrings(types)
                        .productDescriptions("Linux/UNIX")
                        .startTime(at)
                        .endTime(at))
                .spotPriceHistory()
                .forEach(prices::add);
        return prices;
    }

    @Override
    public void close() {
        client.close();
        launching.close();
        http.close();
    }
}

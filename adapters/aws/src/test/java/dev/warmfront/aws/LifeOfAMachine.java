package dev.warmfront.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.Launches;
import dev.warmfront.spi.ProviderInstance;
import dev.warmfront.spi.ProviderInstance.Status;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One machine from its launch to its end at any EC2-compatible endpoint. Less than the contract: emulators do not honour
 * client tokens, and have no stock-outs and no wrong states.
 */
final class LifeOfAMachine {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final IntentToken TOKEN = new IntentToken("t");

    private LifeOfAMachine() {}

    /**
     * @param endpoint empty for the region's own
     * @param image an AMI that is there
     */
    static void at(String endpoint, String image) throws InterruptedException {
        Map<String, String> settings = new TreeMap<>(
                Map.of("region", "us-east-1", "image", image, "zones", "us-east-1a", "machine-types", "m5.large"));
        settings.put("endpoint", endpoint);
        try (AwsProvider provider = AwsProvider.open(Ec2Account.ID, AwsSettings.parse(settings))) {
            // A run leaves ended instances behind: the next one must not find its tokens and tags used.
            LaunchRequest request = Launches.of(
                    Ec2Account.INSTALLATION,
                    provider.offerings().getFirst(),
                    UUID.randomUUID().toString());
            ProviderOutcome launched = provider.launch(request);
            assertThat(launched).isInstanceOf(ProviderOutcome.Accepted.class);
            String ref = ((ProviderOutcome.Accepted) launched).ref();
            try {
                await(provider, ref, Status.RUNNING);
                assertThat(provider.stop(ref, StandbyMode.STOPPED, TOKEN)).isEqualTo(launched);
                await(provider, ref, Status.STOPPED);
                assertThat(provider.start(ref, TOKEN)).isEqualTo(launched);
                await(provider, ref, Status.RUNNING);
            } finally {
                assertThat(provider.terminate(ref, TOKEN)).isEqualTo(launched);
            }
            assertThat(provider.describe(Ec2Account.INSTALLATION))
                    .extracting(ProviderInstance::ref)
                    .doesNotContain(ref);
        }
    }

    private static void await(AwsProvider provider, String ref, Status status) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (provider.describe(Ec2Account.INSTALLATION).stream()
                .noneMatch(found -> found.ref().equals(ref) && found.status() == status)) {
            assertThat(System.nanoTime()).as("%s is %s", ref, status).isLessThan(deadline);
            Thread.sleep(200);
        }
    }
}

package dev.warmfront.aws;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * On any EC2-compatible endpoint: {@code WARMFRONT_EC2_ENDPOINT} names it, {@code WARMFRONT_EC2_IMAGE} an AMI there, and the
 * credentials come as they always do. On EC2 itself this costs a minute of an m5.large.
 */
@EnabledIfEnvironmentVariable(named = AwsProviderFactory.ENDPOINT_VARIABLE, matches = "https?://.+")
class EndpointTest {

    @Test
    void aMachineLivesFromItsLaunchToItsEnd() throws InterruptedException {
        LifeOfAMachine.at(
                Objects.requireNonNull(System.getenv(AwsProviderFactory.ENDPOINT_VARIABLE)),
                Objects.requireNonNullElse(System.getenv("WARMFRONT_EC2_IMAGE"), "ami-12c6146b"));
    }
}

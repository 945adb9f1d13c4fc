package dev.warmfront.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderUnavailableException;
import dev.warmfront.spi.ProvidersPage;
import dev.warmfront.spi.TroubledEndpoints;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong is said in one sentence that names the setting to change. */
class AwsTroubleTest {

    private static final Pattern ONE_LINE = Pattern.compile("[^\\n]{10,400}");

    private final Ec2Account account;

    AwsTroubleTest() throws IOException {
        account = new Ec2Account();
    }

    @AfterEach
    void close() {
        account.close();
    }

    private ProviderUnavailableException troubleOfOfferings() {
        try (ComputeProvider provider = account.open()) {
            provider.offerings();
        } catch (ProviderUnavailableException trouble) {
            assertThat(trouble.getMessage()).matches(ONE_LINE);
            return trouble;
        }
        throw new AssertionError("no trouble");
    }

    private ProviderOutcome launched() {
        try (ComputeProvider provider = account.open()) {
            LaunchRequest request = Ec2Account.request(provider.offerings().getFirst(), "t-1");
            ProviderOutcome outcome = provider.launch(request);
            assertThat(account.ec2.world.living()).isEmpty();
            assertThat(outcome.toString()).doesNotContain(request.registrationToken());
            return outcome;
        }
    }

    @Test
    void wrongCredentials() {
        account.ec2.refuseCredentials();
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("credentials").hasMessageContaining("setting profile");
        assertThat(trouble.retryable()).isFalse();
    }

    @Test
    void aProfileThatIsNotThere() {
        account.with("profile", "no-such-profile");
        assertThat(troubleOfOfferings()).hasMessageContaining("setting profile");
    }

    @Test
    void missingPermission() {
        account.ec2.forbid("RunInstances");
        assertThatThrownBy(this::launched).isInstanceOfSatisfying(ProviderUnavailableException.class, trouble -> {
            assertThat(trouble).hasMessageContaining("does not permit launch instances");
            assertThat(trouble.retryable()).isFalse();
        });
    }

    @Test
    void anUnknownRegion() {
        account.settings().remove("endpoint");
        account.with("region", "xx-nowhere-9")
                .with("zones", "xx-nowhere-9a")
                .with("prices-file", pricesOf("xx-nowhere-9"));
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("settings region and endpoint");
    }

    @Test
    void aZoneThatIsNotThere() {
        account.with("zones", "us-east-1q");
        assertThat(troubleOfOfferings()).hasMessageContaining("settings machine-types, groups, zones");
    }

    private String pricesOf(String region) {
        try {
            var file = java.nio.file.Files.createTempFile("prices", ".csv");
            file.toFile().deleteOnExit();
            java.nio.file.Files.writeString(
                    file,
                    "provider,region,machine_type,ondemand_usd_h,vcpu,mem_gib\naws,%s,%s,0.1,2,8\n"
                            .formatted(region, Ec2Account.TYPE));
            return file.toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aBadImage() {
        account.with("image", "ami-00000000000000bad");
        assertThat(launched())
                .isInstanceOfSatisfying(ProviderOutcome.Invalid.class, invalid -> assertThat(invalid.why())
                        .contains("setting image")
                        .matches(ONE_LINE));
    }

    @Test
    void aBadImageOfAGroup() {
        account.with("image", "ami-00000000000000bad")
                .with("groups", "g=m7i.large+m6i.large")
                .with("machine-types", "");
        assertThat(launched())
                .isInstanceOfSatisfying(ProviderOutcome.Invalid.class, invalid -> assertThat(invalid.why())
                        .contains("setting image"));
    }

    @Test
    void aQuotaOfNothing() {
        account.ec2.world.vcpuQuota(0);
        assertThat(launched())
                .isInstanceOfSatisfying(ProviderOutcome.QuotaExceeded.class, quota -> assertThat(quota.what())
                        .contains("vCPU limit of 0")
                        .contains("Service Quotas"));
    }

    @Test
    void anEndpointThatHangs() {
        account.with("call-timeout-millis", "150");
        account.ec2.hang("DescribeInstanceTypes");
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("150 ms").hasMessageContaining("setting endpoint");
        assertThat(trouble.retryable()).isTrue();
    }

    @Test
    void anEndpointThatIsNotThere() throws Exception {
        account.with("endpoint", TroubledEndpoints.nobody().toString());
        assertThat(troubleOfOfferings()).hasMessageContaining("setting endpoint");
    }

    @Test
    void anEndpointWithoutTls() throws Exception {
        try (TroubledEndpoints plain = TroubledEndpoints.withoutTls()) {
            account.with("endpoint", plain.https().toString());
            ProviderUnavailableException trouble = troubleOfOfferings();
            assertThat(trouble).hasMessageContaining("prove who it is").hasMessageContaining("setting endpoint");
            assertThat(trouble.retryable()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    region        | us_east      | region
                    image         | debian-12    | image
                    zones         | eu-west-1a   | zones
                    machine-types | m7i          | machine-types
                    machine-types | m7i.enormous | prices-file
                    groups        | general      | groups
                    endpoint      | localhost    | endpoint
                    spot          | maybe        | spot
                    disk-gibibytes| 0            | disk-gibibytes
                    tls-root-file | /no/such.pem | tls-root-file
                    agent-jar     | a;b          | agent-jar
                    zone          | us-east-1a   | zone is unknown
                    subnets       | us-east-1a=s | zones or subnets
                    """)
    void aSettingThatIsWrongIsNamed(String name, String value, String named) {
        Map<String, String> settings = new TreeMap<>(account.settings());
        settings.put(name, value);
        assertThatThrownBy(() -> new AwsProviderFactory().create(Ec2Account.ID, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named)
                .hasMessageMatching(ONE_LINE);
    }

    @Test
    void isFoundByItsKind() {
        assertThat(java.util.ServiceLoader.load(dev.warmfront.spi.ComputeProviderFactory.class))
                .extracting(dev.warmfront.spi.ComputeProviderFactory::kind)
                .contains("aws");
    }

    @Test
    void itsSettingsAreOnThePageOfProviders() {
        ProvidersPage.checkSettings(new AwsProviderFactory());
    }
}

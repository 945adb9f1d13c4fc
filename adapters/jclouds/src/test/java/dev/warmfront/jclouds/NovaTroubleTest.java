package dev.warmfront.jclouds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderUnavailableException;
import dev.warmfront.spi.ProvidersPage;
import dev.warmfront.spi.TroubledEndpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong is said in one sentence that names the setting to change. */
class NovaTroubleTest {

    private static final Pattern ONE_LINE = Pattern.compile("[^\\n]{10,450}");

    private final NovaProject project;

    NovaTroubleTest() throws IOException {
        project = new NovaProject();
    }

    @AfterEach
    void close() {
        project.close();
    }

    private ProviderUnavailableException troubleOfOfferings() {
        try (ComputeProvider provider = project.open()) {
            provider.offerings();
        } catch (ProviderUnavailableException trouble) {
            assertThat(trouble.getMessage()).matches(ONE_LINE).doesNotContain(NovaStandIn.PASSWORD);
            return trouble;
        }
        throw new AssertionError("no trouble");
    }

    private ProviderOutcome launched() {
        try (ComputeProvider provider = project.open()) {
            LaunchRequest request = NovaProject.request(provider.offerings().getFirst(), "t-1");
            ProviderOutcome outcome = provider.launch(request);
            assertThat(project.nova.world.servers()).isEmpty();
            assertThat(outcome.toString()).doesNotContain(request.registrationToken());
            return outcome;
        }
    }

    private String refusal() {
        ProviderOutcome outcome = launched();
        assertThat(outcome).isInstanceOf(ProviderOutcome.Invalid.class);
        return ((ProviderOutcome.Invalid) outcome).why();
    }

    @Test
    void wrongCredentials() {
        project.with("password", "another");
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble)
                .hasMessageContaining("does not take the credentials")
                .hasMessageContaining("user-domain");
        assertThat(trouble.retryable()).isFalse();
    }

    @Test
    void missingPermission() {
        project.nova.refuse(
                "create",
                new NovaRefusal(
                        403, "forbidden", "Policy doesn't allow os_compute_api:servers:create to be performed."));
        assertThatThrownBy(this::launched).isInstanceOfSatisfying(ProviderUnavailableException.class, trouble -> {
            assertThat(trouble)
                    .hasMessageContaining("does not permit to create servers")
                    .hasMessageContaining("setting user");
            assertThat(trouble.retryable()).isFalse();
        });
    }

    @Test
    void anUnknownRegion() {
        project.with("region", "Atlantis");
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("setting region Atlantis");
        assertThat(trouble.retryable()).isFalse();
    }

    @Test
    void anUnknownFlavor() {
        project.with("machine-types", "m9.huge:9");
        assertThat(troubleOfOfferings())
                .hasMessageContaining("no flavor m9.huge")
                .hasMessageContaining("machine-types");
    }

    @Test
    void tooManyCalls() {
        project.nova.refuse("create", new NovaRefusal(429, "overLimit", "This request was rate-limited."));
        assertThat(launched()).isInstanceOf(ProviderOutcome.Throttled.class);
    }

    @Test
    void aBadImage() {
        project.with("image", "11111111-1111-1111-1111-111111111111");
        assertThat(refusal()).startsWith("setting image: ").matches(ONE_LINE);
    }

    @Test
    void anUnknownZoneAndNetwork() {
        project.with("zones", "moon");
        assertThat(refusal()).startsWith("setting zones: ").matches(ONE_LINE);
        project.with("zones", NovaWorld.ZONE).with("networks", "11111111-1111-1111-1111-111111111111");
        assertThat(refusal()).startsWith("setting networks: ").matches(ONE_LINE);
    }

    @Test
    void aQuotaOfNothing() {
        project.nova.world.quota(0);
        assertThat(launched())
                .isInstanceOfSatisfying(ProviderOutcome.QuotaExceeded.class, quota -> assertThat(quota.what())
                        .contains("already used 0 of 0 instances")
                        .contains("ask the operator"));
    }

    @Test
    void anEndpointThatHangs() {
        project.with("call-timeout-millis", "150");
        project.nova.hang("flavors");
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("150 ms").hasMessageContaining("setting endpoint");
        assertThat(trouble.retryable()).isTrue();
    }

    @Test
    void anEndpointThatIsNotThere() throws Exception {
        project.with("endpoint", TroubledEndpoints.nobody() + "/v3");
        assertThat(troubleOfOfferings()).hasMessageContaining("takes no connection: check the setting endpoint");
    }

    @Test
    void anEndpointWithoutTls() throws Exception {
        try (TroubledEndpoints plain = TroubledEndpoints.withoutTls()) {
            project.with("endpoint", plain.https() + "/v3");
            ProviderUnavailableException trouble = troubleOfOfferings();
            assertThat(trouble).hasMessageContaining("prove who it is").hasMessageContaining("setting endpoint");
            assertThat(trouble.retryable()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    endpoint          | localhost        | endpoint
                    machine-types     | m1.small         | machine-types
                    machine-types     | a:1,a:2          | two entries for a
                    machine-types     | a:1:L4           | machine-types
                    image             | a b              | image
                    password          | ''               | password-file
                    stopped-fraction  | 1.5              | stopped-fraction
                    suspend           | maybe            | suspend
                    zones             | ','              | zones
                    zone              | nova             | zone is unknown
                    """)
    void aSettingThatIsWrongIsNamed(String name, String value, String named) {
        Map<String, String> settings = new TreeMap<>(project.settings());
        settings.put(name, value);
        assertThatThrownBy(() -> new NovaProviderFactory().create(NovaProject.ID, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named)
                .hasMessageMatching(ONE_LINE);
    }

    @Test
    void aPasswordComesFromAFileAndIsNotShown(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), NovaStandIn.PASSWORD + "\n");
        project.settings().remove("password");
        project.with("password-file", file.toString());
        assertThat(NovaSettings.parse(project.settings()).toString()).doesNotContain(NovaStandIn.PASSWORD);
        try (ComputeProvider provider = project.open()) {
            assertThat(provider.offerings()).hasSize(1);
        }
    }

    @Test
    void isFoundByItsKind() {
        assertThat(ServiceLoader.load(ComputeProviderFactory.class))
                .extracting(ComputeProviderFactory::kind)
                .contains("openstack");
    }

    @Test
    void itsSettingsAreOnThePageOfProviders() {
        ProvidersPage.checkSettings(new NovaProviderFactory());
    }
}

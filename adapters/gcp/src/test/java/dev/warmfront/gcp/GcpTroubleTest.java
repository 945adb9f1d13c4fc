package dev.warmfront.gcp;

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
class GcpTroubleTest {

    private static final Pattern ONE_LINE = Pattern.compile("[^\\n]{10,450}");

    private final GceProject project;

    GcpTroubleTest() throws IOException {
        project = new GceProject();
    }

    @AfterEach
    void close() {
        project.close();
    }

    private ProviderUnavailableException troubleOfOfferings() {
        try (ComputeProvider provider = project.open()) {
            provider.offerings();
        } catch (ProviderUnavailableException trouble) {
            assertThat(trouble.getMessage()).matches(ONE_LINE);
            return trouble;
        }
        throw new AssertionError("no trouble");
    }

    private ProviderOutcome launched() {
        try (ComputeProvider provider = project.open()) {
            LaunchRequest request = GceProject.request(provider.offerings().getFirst(), "t-1");
            ProviderOutcome outcome = provider.launch(request);
            assertThat(project.gce.world.living()).isEmpty();
            assertThat(outcome.toString()).doesNotContain(request.registrationToken());
            return outcome;
        }
    }

    @Test
    void wrongCredentials() {
        project.gce.refuse("machineTypes", new GceError(401, "authError", "Invalid Credentials"));
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("credentials-file");
        assertThat(trouble.retryable()).isFalse();
    }

    @Test
    void aCredentialsFileThatIsNone(@TempDir Path folder) throws IOException {
        project.settings().remove("endpoint");
        project.with(
                "credentials-file",
                Files.writeString(folder.resolve("key.json"), "{}").toString());
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("setting credentials-file");
        assertThat(trouble.retryable()).isFalse();
    }

    @Test
    void missingPermission() {
        project.gce.refuse(
                "insert",
                new GceError(403, "forbidden", "Required 'compute.instances.create' permission for 'projects/x'"));
        assertThatThrownBy(this::launched).isInstanceOfSatisfying(ProviderUnavailableException.class, trouble -> {
            assertThat(trouble)
                    .hasMessageContaining("does not permit to insert instances")
                    .hasMessageContaining("compute.instances.create");
            assertThat(trouble.retryable()).isFalse();
        });
    }

    @Test
    void anApiThatIsNotEnabled() {
        project.gce.refuse(
                "machineTypes", new GceError(403, "accessNotConfigured", "Compute Engine API has not been used"));
        assertThat(troubleOfOfferings()).hasMessageContaining("not enabled for the setting project stand-in");
    }

    @Test
    void anUnknownZone() {
        project.with("zones", "us-central1-z");
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("settings project, region and zones");
    }

    @Test
    void tooManyCalls() {
        project.gce.refuse("insert", new GceError(403, "rateLimitExceeded", "Rate Limit Exceeded"));
        assertThat(launched()).isInstanceOf(ProviderOutcome.Throttled.class);
    }

    @Test
    void aBadImage() {
        project.with("image", "projects/nowhere/global/images/family/none");
        assertThat(launched())
                .isInstanceOfSatisfying(ProviderOutcome.Invalid.class, invalid -> assertThat(invalid.why())
                        .contains("setting image")
                        .matches(ONE_LINE));
    }

    @Test
    void aQuotaOfNothing() {
        project.gce.world.cpuQuota(0);
        assertThat(launched())
                .isInstanceOfSatisfying(
                        ProviderOutcome.QuotaExceeded.class,
                        quota -> assertThat(quota.what()).contains("Limit: 0.0").contains("ask Google"));
    }

    @Test
    void anEndpointThatHangs() {
        project.with("call-timeout-millis", "150");
        project.gce.hang("machineTypes");
        ProviderUnavailableException trouble = troubleOfOfferings();
        assertThat(trouble).hasMessageContaining("150 ms").hasMessageContaining("setting endpoint");
        assertThat(trouble.retryable()).isTrue();
    }

    @Test
    void anEndpointThatIsNotThere() throws Exception {
        project.with("endpoint", TroubledEndpoints.nobody().toString());
        assertThat(troubleOfOfferings()).hasMessageContaining("takes no connection: check the setting endpoint");
    }

    @Test
    void anEndpointWithoutTls() throws Exception {
        try (TroubledEndpoints plain = TroubledEndpoints.withoutTls()) {
            project.with("endpoint", plain.https().toString());
            ProviderUnavailableException trouble = troubleOfOfferings();
            assertThat(trouble).hasMessageContaining("prove who it is").hasMessageContaining("setting endpoint");
            assertThat(trouble.retryable()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    project          | UPPER            | project
                    region           | us_central       | region
                    zones            | europe-west4-a   | zones
                    machine-types    | n2               | machine-types
                    machine-types    | n2-enormous-2    | prices-file
                    groups           | general          | groups
                    endpoint         | localhost        | endpoint
                    spot             | maybe            | spot
                    disk-gibibytes   | 1                | disk-gibibytes
                    credentials-file | /no/such.json    | credentials-file
                    image            | a b              | image
                    zone             | us-central1-a    | zone is unknown
                    """)
    void aSettingThatIsWrongIsNamed(String name, String value, String named) {
        Map<String, String> settings = new TreeMap<>(project.settings());
        settings.put(name, value);
        assertThatThrownBy(() -> new GcpProviderFactory().create(GceProject.ID, settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named)
                .hasMessageMatching(ONE_LINE);
    }

    @Test
    void isFoundByItsKind() {
        assertThat(ServiceLoader.load(ComputeProviderFactory.class))
                .extracting(ComputeProviderFactory::kind)
                .contains("gcp");
    }

    @Test
    void itsSettingsAreOnThePageOfProviders() {
        ProvidersPage.checkSettings(new GcpProviderFactory());
    }
}

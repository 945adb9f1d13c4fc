package dev.warmfront.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ComputeProviderFactory;
import dev.warmfront.spi.Launches;
import dev.warmfront.spi.TroubleContract;
import dev.warmfront.spi.TroubledEndpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is said in one sentence that names the setting to change. */
class GcpTroubleTest extends TroubleContract<GceProject> {

    private final TroubledEndpoints plain = TroubledEndpoints.withoutTls();

    GcpTroubleTest() throws IOException {
        super(new GceProject());
    }

    @AfterEach
    void closeTheEndpoint() throws IOException {
        plain.close();
    }

    @Override
    protected ComputeProviderFactory factory() {
        return new GcpProviderFactory();
    }

    @Override
    protected List<Wrong> wrongSettings() {
        return List.of(
                new Wrong("project", "UPPER", "project"),
                new Wrong("region", "us_central", "region"),
                new Wrong("zones", "europe-west4-a", "zones"),
                new Wrong("machine-types", "n2", "machine-types"),
                new Wrong("machine-types", "n2-enormous-2", "prices-file"),
                new Wrong("groups", "general", "groups"),
                new Wrong("endpoint", "localhost", "endpoint"),
                new Wrong("spot", "maybe", "spot"),
                new Wrong("disk-gibibytes", "1", "disk-gibibytes"),
                new Wrong("credentials-file", "/no/such.json", "credentials-file"),
                new Wrong("image", "a b", "image"),
                new Wrong("zone", "us-central1-a", "zone is unknown"));
    }

    @Override
    protected List<String> bringAbout(Trouble trouble) throws IOException {
        return switch (trouble) {
            case WRONG_CREDENTIALS -> {
                account.gce.refuse("machineTypes", new GceError(401, "authError", "Invalid Credentials"));
                yield List.of("does not take the credentials", "setting credentials-file");
            }
            case MISSING_PERMISSION -> {
                account.gce.refuse(
                        "insert",
                        new GceError(
                                403, "forbidden", "Required 'compute.instances.create' permission for 'projects/x'"));
                yield List.of("does not permit to insert instances", "compute.instances.create", "service account");
            }
            case UNKNOWN_REGION -> {
                account.with("zones", "us-central1-z");
                yield List.of("settings project, region and zones");
            }
            case BAD_IMAGE -> {
                account.with("image", "projects/nowhere/global/images/family/none");
                yield List.of("setting image");
            }
            case QUOTA_OF_NOTHING -> {
                account.gce.world.cpuQuota(0);
                yield List.of("Limit: 0.0", "ask Google");
            }
            case HANGING_ENDPOINT -> {
                account.with("call-timeout-millis", "150");
                account.gce.hang("machineTypes");
                yield List.of("150 ms", "setting endpoint");
            }
            case NO_ENDPOINT -> {
                account.with("endpoint", TroubledEndpoints.nobody().toString());
                yield List.of("takes no connection: check the setting endpoint");
            }
            case ENDPOINT_WITHOUT_TLS -> {
                account.with("endpoint", plain.https().toString());
                yield List.of("prove who it is", "setting endpoint");
            }
        };
    }

    @Test
    void aCredentialsFileThatIsNone(@TempDir Path folder) throws IOException {
        account.without("endpoint")
                .with(
                        "credentials-file",
                        Files.writeString(folder.resolve("key.json"), "{}").toString());
        Said said = said();
        assertThat(said.sentence()).contains("setting credentials-file");
        assertThat(said.retryable()).isFalse();
    }

    @Test
    void anApiThatIsNotEnabled() {
        account.gce.refuse(
                "machineTypes", new GceError(403, "accessNotConfigured", "Compute Engine API has not been used"));
        assertThat(said().sentence()).contains("not enabled for the setting project stand-in");
    }

    @Test
    void tooManyCalls() {
        account.gce.refuse("insert", new GceError(403, "rateLimitExceeded", "Rate Limit Exceeded"));
        try (ComputeProvider provider = account.open()) {
            assertThat(provider.launch(Launches.of(
                            GceProject.INSTALLATION, provider.offerings().getFirst(), "t-1")))
                    .isInstanceOf(ProviderOutcome.Throttled.class);
        }
    }
}

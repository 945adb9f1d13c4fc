package dev.warmfront.jclouds;

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
class NovaTroubleTest extends TroubleContract<NovaProject> {

    private final TroubledEndpoints plain = TroubledEndpoints.withoutTls();

    NovaTroubleTest() throws IOException {
        super(new NovaProject());
    }

    @AfterEach
    void closeTheEndpoint() throws IOException {
        plain.close();
    }

    @Override
    protected ComputeProviderFactory factory() {
        return new NovaProviderFactory();
    }

    @Override
    protected List<Wrong> wrongSettings() {
        return List.of(
                new Wrong("endpoint", "localhost", "endpoint"),
                new Wrong("machine-types", "m1.small", "machine-types"),
                new Wrong("machine-types", "a:1,a:2", "two entries for a"),
                new Wrong("machine-types", "a:1:L4", "machine-types"),
                new Wrong("image", "a b", "image"),
                new Wrong("password", "", "password-file"),
                new Wrong("stopped-fraction", "1.5", "stopped-fraction"),
                new Wrong("suspend", "maybe", "suspend"),
                new Wrong("zones", ",", "zones"),
                new Wrong("zone", "nova", "zone is unknown"));
    }

    @Override
    protected List<String> bringAbout(Trouble trouble) throws IOException {
        return switch (trouble) {
            case WRONG_CREDENTIALS -> {
                account.with("password", "another");
                yield List.of("does not take the credentials", "user-domain");
            }
            case MISSING_PERMISSION -> {
                account.nova.refuse(
                        "create",
                        new NovaRefusal(
                                403,
                                "forbidden",
                                "Policy doesn't allow os_compute_api:servers:create to be performed."));
                yield List.of("does not permit to create servers", "setting user");
            }
            case UNKNOWN_REGION -> {
                account.with("region", "Atlantis");
                yield List.of("setting region Atlantis");
            }
            case BAD_IMAGE -> {
                account.with("image", "11111111-1111-1111-1111-111111111111");
                yield List.of("setting image: ");
            }
            case QUOTA_OF_NOTHING -> {
                account.nova.world.quota(0);
                yield List.of("already used 0 of 0 instances", "ask the operator");
            }
            case HANGING_ENDPOINT -> {
                account.with("call-timeout-millis", "150");
                account.nova.hang("flavors");
                yield List.of("150 ms", "setting endpoint");
            }
            case NO_ENDPOINT -> {
                account.with("endpoint", TroubledEndpoints.nobody() + "/v3");
                yield List.of("takes no connection: check the setting endpoint");
            }
            case ENDPOINT_WITHOUT_TLS -> {
                account.with("endpoint", plain.https() + "/v3");
                yield List.of("prove who it is", "setting endpoint");
            }
        };
    }

    @Test
    void anUnknownFlavor() {
        account.with("machine-types", "m9.huge:9");
        assertThat(said().sentence()).contains("no flavor m9.huge", "machine-types");
    }

    @Test
    void anUnknownZoneAndNetwork() {
        account.with("zones", "moon");
        assertThat(said().sentence()).startsWith("setting zones: ");
        account.with("zones", NovaWorld.ZONE).with("networks", "11111111-1111-1111-1111-111111111111");
        assertThat(said().sentence()).startsWith("setting networks: ");
    }

    @Test
    void tooManyCalls() {
        account.nova.refuse("create", new NovaRefusal(429, "overLimit", "This request was rate-limited."));
        try (ComputeProvider provider = account.open()) {
            assertThat(provider.launch(Launches.of(
                            NovaProject.INSTALLATION, provider.offerings().getFirst(), "t-1")))
                    .isInstanceOf(ProviderOutcome.Throttled.class);
        }
    }

    @Test
    void aPasswordComesFromAFileAndIsNotShown(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), NovaStandIn.PASSWORD + "\n");
        account.without("password").with("password-file", file.toString());
        assertThat(NovaSettings.parse(account.settings()).toString()).doesNotContain(NovaStandIn.PASSWORD);
        try (ComputeProvider provider = account.open()) {
            assertThat(provider.offerings()).hasSize(1);
        }
    }
}

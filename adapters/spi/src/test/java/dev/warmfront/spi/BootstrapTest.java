package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.domain.PurchaseModel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private static final IntentToken TOKEN = new IntentToken("t-1");

    private final Bootstrap full = new Bootstrap(
            "java",
            "/opt/warmfront/agent.jar",
            "https://example.org/agent.jar",
            "-----BEGIN CERTIFICATE-----\nMII$(reboot)\n-----END CERTIFICATE-----\n",
            "ec2");

    private static LaunchRequest request(String url, String secret) {
        return new LaunchRequest(
                TOKEN,
                new InstanceTags("test", new CellId("default"), new InstanceId("i-1"), TOKEN),
                new FakeProviderFactory(new FakeCloud(1), Set.of())
                        .create(new ProviderId("fake"), Map.of())
                        .offerings()
                        .getFirst(),
                URI.create(url),
                secret);
    }

    @Test
    void isAScriptThatAShellUnderstands() throws Exception {
        String script = full.script(request("https://control.example.org:8443", "secret"));
        Process shell = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
        try (var input = shell.getOutputStream()) {
            input.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String complaints = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(complaints).isZero();
        assertThat(complaints).isEmpty();
    }

    @Test
    void tellsTheAgentWhereToCallWhoItIsAndWhomToTrust() {
        assertThat(full.script(request("https://control.example.org:8443", "secret")))
                .startsWith("#!/bin/sh\n")
                .contains("WARMFRONT_URL=https://control.example.org:8443\n")
                .contains("WARMFRONT_INSTANCE=i-1\n")
                .contains("WARMFRONT_REGISTRATION_TOKEN=secret\n")
                .contains("trustStore=/var/lib/warmfront/trust.p12")
                .contains("systemctl enable --now --no-block warmfront-agent.service")
                .doesNotContain("WARMFRONT_CLOUD");
    }

    @Test
    void hasTheAgentOfASpotInstanceAskWhetherItIsTakenBack() {
        LaunchRequest any = request("https://control.example.org", "secret");
        Offering offering = any.offering();
        Offering spot =
                Offering.hotOnly(offering.placement(), offering.machineType(), PurchaseModel.SPOT, offering.hotRate());
        assertThat(full.script(
                        new LaunchRequest(any.token(), any.tags(), spot, any.controlPlane(), any.registrationToken())))
                .contains("WARMFRONT_CLOUD=ec2\n");
    }

    @Test
    void leavesOutWhatIsNotNeeded() {
        assertThat(new Bootstrap("java", "/opt/agent.jar", "", "", "")
                        .script(request("http://10.0.0.1:8080", "secret")))
                .doesNotContain("curl")
                .doesNotContain("keytool")
                .doesNotContain("WARMFRONT_CLOUD");
    }

    @Test
    void refusesWhatAShellOrAPropertiesFileWouldReadOtherwise() {
        assertThatThrownBy(() -> new Bootstrap("java; reboot", "/a.jar", "", "", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> full.script(request("http://10.0.0.1:8080", "two\nlines")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("two");
    }

    @Test
    void doesNotShowTheSecretInItsOwnText() {
        assertThat(full.toString()).doesNotContain("MII");
    }
}

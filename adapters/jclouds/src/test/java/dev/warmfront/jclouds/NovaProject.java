package dev.warmfront.jclouds;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A stand-in with settings for it, and providers over it. */
final class NovaProject implements AutoCloseable {

    static final ProviderId ID = new ProviderId("openstack");
    static final String INSTALLATION = "test/One";
    static final String FLAVOR = "m1.small";

    /** Quick enough for tests; pages small enough that every listing has some. */
    static final NovaProvider.Pace PACE = new NovaProvider.Pace(Duration.ofMillis(10), Duration.ofMillis(40), 3);

    final NovaStandIn nova;
    private final Map<String, String> settings = new TreeMap<>();

    NovaProject() throws IOException {
        nova = new NovaStandIn(new NovaWorld(Duration.ofMillis(40)), 0);
        settings.putAll(Map.of(
                "endpoint",
                nova.endpoint() + "/v3",
                "user",
                NovaStandIn.USER,
                "password",
                NovaStandIn.PASSWORD,
                "project",
                NovaStandIn.PROJECT,
                "image",
                NovaWorld.IMAGE,
                "machine-types",
                FLAVOR + ":0.05",
                "call-timeout-millis",
                "5000"));
    }

    NovaProject with(String name, String value) {
        settings.put(name, value);
        return this;
    }

    Map<String, String> settings() {
        return settings;
    }

    NovaProvider open() {
        return NovaProvider.open(ID, NovaSettings.parse(settings), PACE);
    }

    static LaunchRequest request(Offering offering, String token) {
        IntentToken intent = new IntentToken(token);
        return new LaunchRequest(
                intent,
                new InstanceTags(INSTALLATION, new CellId("default"), new InstanceId("i-of-" + token), intent),
                offering,
                URI.create("http://127.0.0.1:9"),
                "secret-of-" + token);
    }

    @Override
    public void close() {
        nova.close();
    }
}

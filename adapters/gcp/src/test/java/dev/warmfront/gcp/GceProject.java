package dev.warmfront.gcp;

import dev.warmfront.domain.Offering;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.Launches;
import dev.warmfront.spi.Machinery;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A stand-in with settings for it, and providers over it. */
final class GceProject implements AutoCloseable {

    static final ProviderId ID = new ProviderId("gcp");
    static final String INSTALLATION = "test/One";
    static final String TYPE = "n2-standard-2";

    /** Quick enough for tests; pages small enough that every listing has some. */
    private static final GcpProvider.Pace PACE = new GcpProvider.Pace(Duration.ofMillis(10), Duration.ofMillis(40), 3);

    final GceStandIn gce;
    private final Map<String, String> settings = new TreeMap<>();

    GceProject() throws IOException {
        gce = GceStandIn.open(Machinery.NONE);
        settings.putAll(gce.settings());
        settings.put("machine-types", TYPE);
        settings.put("call-timeout-millis", "5000");
    }

    GceProject with(String name, String value) {
        settings.put(name, value);
        return this;
    }

    Map<String, String> settings() {
        return settings;
    }

    GcpProvider open() {
        return GcpProvider.open(ID, GcpSettings.parse(settings), PACE);
    }

    static LaunchRequest request(Offering offering, String token) {
        return Launches.of(INSTALLATION, offering, token);
    }

    @Override
    public void close() {
        gce.close();
    }
}

package dev.warmfront.aws;

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
final class Ec2Account implements AutoCloseable {

    static final ProviderId ID = new ProviderId("aws");
    static final String INSTALLATION = "test";
    static final String TYPE = "m7i.large";

    /** Quick enough for tests; pages small enough that every listing has some. */
    private static final AwsProvider.Pace PACE = new AwsProvider.Pace(Duration.ofMillis(10), Duration.ofMillis(40), 5);

    final Ec2StandIn ec2;
    private final Map<String, String> settings = new TreeMap<>();

    Ec2Account() throws IOException {
        ec2 = Ec2StandIn.open(Machinery.NONE);
        settings.putAll(ec2.settings());
        settings.put("machine-types", TYPE);
        settings.put("call-timeout-millis", "5000");
    }

    Ec2Account with(String name, String value) {
        settings.put(name, value);
        return this;
    }

    Map<String, String> settings() {
        return settings;
    }

    AwsProvider open() {
        return AwsProvider.open(ID, AwsSettings.parse(settings), PACE);
    }

    static LaunchRequest request(Offering offering, String token) {
        return Launches.of(INSTALLATION, offering, token);
    }

    @Override
    public void close() {
        ec2.close();
    }
}

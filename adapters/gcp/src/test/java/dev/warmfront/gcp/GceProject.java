package dev.warmfront.gcp;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.CloudProvider;
import dev.warmfront.spi.Machinery;
import dev.warmfront.spi.StandInAccount;
import java.io.IOException;
import java.time.Duration;

/** A stand-in with settings for it, and providers over it. */
final class GceProject extends StandInAccount<GceProject> {

    static final ProviderId ID = new ProviderId("gcp");
    static final String INSTALLATION = "test/One";
    static final String TYPE = "n2-standard-2";

    /** Quick enough for tests; pages small enough that every listing has some. */
    private static final CloudProvider.Pace PACE =
            new CloudProvider.Pace(Duration.ofMillis(10), Duration.ofMillis(40), 3);

    final GceStandIn gce;

    GceProject() throws IOException {
        this(GceStandIn.open(Machinery.NONE));
    }

    private GceProject(GceStandIn gce) {
        super(gce, TYPE);
        this.gce = gce;
    }

    @Override
    protected GceProject self() {
        return this;
    }

    @Override
    public int machines() {
        return gce.world.living().size();
    }

    @Override
    public GcpProvider open() {
        return GcpProvider.open(ID, GcpSettings.parse(settings()), PACE);
    }
}

package dev.warmfront.jclouds;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.CloudProvider;
import dev.warmfront.spi.StandInAccount;
import java.io.IOException;
import java.time.Duration;

/** A stand-in with settings for it, and providers over it. */
final class NovaProject extends StandInAccount<NovaProject> {

    static final ProviderId ID = new ProviderId("openstack");
    static final String INSTALLATION = "test/One";
    static final String FLAVOR = "m1.small";

    /** Quick enough for tests; pages small enough that every listing has some. */
    static final CloudProvider.Pace PACE = new CloudProvider.Pace(Duration.ofMillis(10), Duration.ofMillis(40), 3);

    final NovaStandIn nova;

    NovaProject() throws IOException {
        this(new NovaStandIn(new NovaWorld(Duration.ofMillis(40)), 0));
    }

    private NovaProject(NovaStandIn nova) {
        super(nova, FLAVOR + ":0.05");
        this.nova = nova;
    }

    @Override
    protected NovaProject self() {
        return this;
    }

    @Override
    public int machines() {
        return nova.world.servers().size();
    }

    @Override
    public NovaProvider open() {
        return NovaProvider.open(ID, NovaSettings.parse(settings()), PACE);
    }
}

package dev.warmfront.aws;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.CloudProvider;
import dev.warmfront.spi.Machinery;
import dev.warmfront.spi.StandInAccount;
import java.io.IOException;
import java.time.Duration;

/** A stand-in with settings for it, and providers over it. */
final class Ec2Account extends StandInAccount<Ec2Account> {

    static final ProviderId ID = new ProviderId("aws");
    static final String INSTALLATION = "test";
    static final String TYPE = "m7i.large";

    /** Quick enough for tests; pages small enough that every listing has some. */
    private static final CloudProvider.Pace PACE =
            new CloudProvider.Pace(Duration.ofMillis(10), Duration.ofMillis(40), 5);

    final Ec2StandIn ec2;

    Ec2Account() throws IOException {
        this(Ec2StandIn.open(Machinery.NONE));
    }

    private Ec2Account(Ec2StandIn ec2) {
        super(ec2, TYPE);
        this.ec2 = ec2;
    }

    @Override
    protected Ec2Account self() {
        return this;
    }

    @Override
    public int machines() {
        return ec2.world.living().size();
    }

    @Override
    public AwsProvider open() {
        return AwsProvider.open(ID, AwsSettings.parse(settings()), PACE);
    }
}

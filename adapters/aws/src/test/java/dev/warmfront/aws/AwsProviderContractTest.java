package dev.warmfront.aws;

import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import dev.warmfront.spi.StandInSubject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** The contract on the EC2 stand-in: with all that EC2 can, and with the least. */
class AwsProviderContractTest {

    private static final int CAPACITY = 4;

    @Nested
    class WithSpotHibernationAndGpus extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return examined(
                    "aws",
                    new Ec2Account()
                            .with("spot", "true")
                            .with("hibernate", "true")
                            .with("machine-types", Ec2Account.TYPE + ",g6.xlarge"));
        }
    }

    @Nested
    class WithoutThem extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return examined("aws-plain", new Ec2Account());
        }
    }

    @Nested
    class OfAGroup extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return examined(
                    "aws-group",
                    new Ec2Account()
                            .with("groups", "general=m7i.large+m6i.large")
                            .with("machine-types", "")
                            .with("zones", Ec2World.ZONES.getFirst()));
        }
    }

    private static ProviderSubject examined(String adapter, Ec2Account account) {
        Ec2World world = account.ec2.world;
        world.capacity(Ec2World.ZONES.getFirst(), Ec2Account.TYPE, CAPACITY);
        world.capacity(Ec2World.ZONES.getFirst(), "m6i.large", 0);
        return new StandInSubject(
                adapter, account, CAPACITY, world::crash, ref -> world.interrupt(ref, Duration.ofMillis(50)));
    }
}

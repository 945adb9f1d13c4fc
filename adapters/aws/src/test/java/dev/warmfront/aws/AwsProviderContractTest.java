package dev.warmfront.aws;

import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;

/** The contract on the EC2 stand-in: with all that EC2 can, and with the least. */
class AwsProviderContractTest {

    private static final int CAPACITY = 4;

    @Nested
    class WithSpotHibernationAndGpus extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return new Subject(
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
            return new Subject("aws-plain", new Ec2Account());
        }
    }

    @Nested
    class OfAGroup extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return new Subject(
                    "aws-group",
                    new Ec2Account()
                            .with("groups", "general=m7i.large+m6i.large")
                            .with("machine-types", "")
                            .with("zones", Ec2World.ZONES.getFirst()));
        }
    }

    private record Subject(String adapter, Ec2Account account) implements ProviderSubject {

        Subject {
            account.ec2.world.capacity(Ec2World.ZONES.getFirst(), Ec2Account.TYPE, CAPACITY);
            account.ec2.world.capacity(Ec2World.ZONES.getFirst(), "m6i.large", 0);
        }

        @Override
        public ComputeProvider open() {
            return account.open();
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.of(CAPACITY);
        }

        @Override
        public boolean endFromOutside(String ref) {
            account.ec2.world.crash(ref);
            return true;
        }

        @Override
        public void close() {
            account.close();
        }
    }
}

package dev.warmfront.jclouds;

import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;

/** The contract on the Nova stand-in: with all that it can, and with the least. */
class NovaProviderContractTest {

    private static final int CAPACITY = 4;

    @Nested
    class WithSuspend extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return new Subject(
                    "openstack",
                    new NovaProject().with("machine-types", NovaProject.FLAVOR + ":0.05,g1.large:1.2:L4=1"));
        }
    }

    @Nested
    class WithoutSuspend extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return new Subject("openstack-plain", new NovaProject().with("suspend", "false"));
        }
    }

    private record Subject(String adapter, NovaProject project) implements ProviderSubject {

        Subject {
            project.nova.world.capacity(NovaProject.FLAVOR, CAPACITY);
        }

        @Override
        public ComputeProvider open() {
            return project.open();
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.of(CAPACITY);
        }

        @Override
        public boolean endFromOutside(String ref) {
            project.nova.world.fail(ref);
            return true;
        }

        @Override
        public void close() {
            project.close();
        }
    }
}

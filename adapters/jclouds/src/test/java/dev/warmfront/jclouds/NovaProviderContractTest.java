package dev.warmfront.jclouds;

import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import dev.warmfront.spi.StandInSubject;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The contract on the Nova stand-in: with all that it can, and with the least. */
class NovaProviderContractTest {

    private static final int CAPACITY = 4;

    @Nested
    class WithSuspend extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return examined(
                    "openstack",
                    new NovaProject().with("machine-types", NovaProject.FLAVOR + ":0.05,g1.large:1.2:L4=1"));
        }
    }

    @Nested
    class WithoutSuspend extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return examined("openstack-plain", new NovaProject().with("suspend", "false"));
        }
    }

    private static ProviderSubject examined(String adapter, NovaProject project) {
        NovaWorld world = project.nova.world;
        world.capacity(NovaProject.FLAVOR, CAPACITY);
        // Nova has no spot capacity.
        return new StandInSubject(adapter, project, CAPACITY, world::fail, ref -> {});
    }
}

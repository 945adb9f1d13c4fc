package dev.warmfront.gcp;

import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import dev.warmfront.spi.StandInSubject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** The contract on the Compute Engine stand-in: with all that it can, and with a group. */
class GcpProviderContractTest {

    private static final int CAPACITY = 4;

    @Nested
    class WithSpotAndGpus extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return examined(
                    "gcp",
                    new GceProject().with("spot", "true").with("machine-types", GceProject.TYPE + ",g2-standard-4"));
        }
    }

    @Nested
    class OfAGroup extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return examined(
                    "gcp-group",
                    new GceProject()
                            .with("groups", "general=n2-standard-2+e2-standard-2")
                            .with("machine-types", "")
                            .with("zones", GceWorld.ZONES.getFirst()));
        }
    }

    private static ProviderSubject examined(String adapter, GceProject project) {
        GceWorld world = project.gce.world;
        world.capacity(GceWorld.ZONES.getFirst(), GceProject.TYPE, CAPACITY);
        world.capacity(GceWorld.ZONES.getFirst(), "e2-standard-2", 0);
        return new StandInSubject(
                adapter, project, CAPACITY, world::crash, ref -> world.preempt(ref, Duration.ofMillis(50)));
    }
}

package dev.warmfront.gcp;

import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import java.io.IOException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;

/** The contract on the Compute Engine stand-in: with all that it can, and with a group. */
class GcpProviderContractTest {

    private static final int CAPACITY = 4;

    @Nested
    class WithSpotAndGpus extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return new Subject(
                    "gcp",
                    new GceProject().with("spot", "true").with("machine-types", GceProject.TYPE + ",g2-standard-4"));
        }
    }

    @Nested
    class OfAGroup extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() throws IOException {
            return new Subject(
                    "gcp-group",
                    new GceProject()
                            .with("groups", "general=n2-standard-2+e2-standard-2")
                            .with("machine-types", "")
                            .with("zones", GceWorld.ZONES.getFirst()));
        }
    }

    private record Subject(String adapter, GceProject project) implements ProviderSubject {

        Subject {
            project.gce.world.capacity(GceWorld.ZONES.getFirst(), GceProject.TYPE, CAPACITY);
            project.gce.world.capacity(GceWorld.ZONES.getFirst(), "e2-standard-2", 0);
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
            project.gce.world.crash(ref);
            return true;
        }

        @Override
        public void close() {
            project.close();
        }
    }
}

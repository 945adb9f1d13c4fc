package dev.warmfront.spi;

import dev.warmfront.domain.ProviderId;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/** The fake keeps the contract with everything and with nothing declared, so both sides of the kit are seen to work. */
class FakeProviderContractTest {

    @Nested
    class WithEveryCapability extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() {
            return new FakeSubject("fake", EnumSet.allOf(Capability.class));
        }
    }

    @Nested
    class WithoutCapabilities extends ProviderContractTest {
        @Override
        protected ProviderSubject subject() {
            return new FakeSubject("fake-bare", Set.of());
        }
    }

    private record FakeSubject(String adapter, FakeCloud cloud, FakeProviderFactory factory)
            implements ProviderSubject {

        private static final int CAPACITY = 5;

        FakeSubject(String adapter, Set<Capability> capabilities) {
            this(adapter, new FakeCloud(CAPACITY), capabilities);
        }

        private FakeSubject(String adapter, FakeCloud cloud, Set<Capability> capabilities) {
            this(adapter, cloud, new FakeProviderFactory(cloud, capabilities));
        }

        @Override
        public boolean documented() {
            return false;
        }

        @Override
        public ComputeProvider open() {
            return factory.create(new ProviderId("fake"), Map.of());
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.of(CAPACITY);
        }

        @Override
        public boolean endFromOutside(String ref) {
            cloud.endByItself(ref);
            return true;
        }

        @Override
        public boolean interrupt(String ref) {
            cloud.interrupt(ref);
            cloud.endByItself(ref);
            return true;
        }

        @Override
        public void close() {
            // A cloud in memory goes with the test.
        }
    }
}

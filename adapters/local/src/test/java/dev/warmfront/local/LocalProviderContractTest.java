package dev.warmfront.local;

import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import java.io.IOException;
import java.util.OptionalInt;

/** The contract on real processes. */
class LocalProviderContractTest extends ProviderContractTest {

    private static final int CAPACITY = 3;

    @Override
    protected ProviderSubject subject() throws IOException {
        return new Subject(new Laptop().with("max-instances", Integer.toString(CAPACITY)));
    }

    private record Subject(Laptop laptop) implements ProviderSubject {

        @Override
        public String adapter() {
            return "local";
        }

        @Override
        public ComputeProvider open() {
            return laptop.open();
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.of(CAPACITY);
        }

        @Override
        public boolean endFromOutside(String ref) throws Exception {
            Laptop.kill(laptop.awaitStarts(ref, 1).getLast());
            return true;
        }

        @Override
        public void close() throws IOException {
            laptop.close();
        }
    }
}

package dev.warmfront.libvirt;

import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on QEMU. The guests have an empty disk: what is examined is the host; VmIT boots real ones. */
class QemuContractTest extends ProviderContractTest {

    private static final int CAPACITY = 3;

    private static @Nullable Hypervisor hypervisor;

    @BeforeAll
    static void startHost() throws Exception {
        Hypervisor.require(Hypervisor.missing());
        hypervisor = new Hypervisor();
        hypervisor.makeDisk(Lab.BASE, "16M");
    }

    @AfterAll
    static void endHost() throws IOException {
        if (hypervisor != null) {
            hypervisor.close();
        }
    }

    @Override
    protected ProviderSubject subject() {
        if (hypervisor == null) {
            throw new IllegalStateException("no host was started");
        }
        return new Subject(new Lab(hypervisor).with("max-instances", Integer.toString(CAPACITY)));
    }

    private record Subject(Lab lab) implements ProviderSubject {

        @Override
        public String adapter() {
            return "libvirt-qemu";
        }

        @Override
        public ComputeProvider open() {
            return lab.open();
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.of(CAPACITY);
        }

        @Override
        public boolean endFromOutside(String ref) {
            lab.kill(ref);
            return true;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(20);
        }

        @Override
        public void close() throws IOException {
            lab.hypervisor().clear();
        }
    }
}

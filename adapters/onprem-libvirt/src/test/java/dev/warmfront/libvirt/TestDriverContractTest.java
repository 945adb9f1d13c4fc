package dev.warmfront.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.ComputeProvider;
import dev.warmfront.spi.ProviderContractTest;
import dev.warmfront.spi.ProviderSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract on libvirt's stand-in for a host. Its state belongs to the connection, except that of {@code default}, which
 * all connections of a process share for as long as there is one: so that address is used, and one is held.
 */
class TestDriverContractTest extends ProviderContractTest {

    private static final String URI = "test:///default";
    private static final String POOL = "default-pool";
    private static final String BASE = "base.qcow2";
    private static final int CAPACITY = 3;
    private static final int DOMAINS_OF_A_NEW_HOST = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @BeforeAll
    static void theLibraryIsThere() {
        Hypervisor.require(Libraries.missing());
    }

    @Override
    protected ProviderSubject subject() throws Exception {
        Connection connection = fresh();
        connection.makeVolume(POOL, BASE, DomainXml.file(BASE, 1 << 20));
        return new Subject(connection, Files.createTempDirectory("warmfront-libvirt"));
    }

    /** A provider that is closed lets go of a connection when the last call on it is over: until then its host lives on. */
    private static Connection fresh() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Connection connection = Connection.open(NativeLibrary.load(), URI);
            if (connection.domains().size() <= DOMAINS_OF_A_NEW_HOST) {
                return connection;
            }
            connection.close();
            assertThat(System.nanoTime())
                    .as("the host of the examination before is gone within %s", PATIENCE)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private record Subject(Connection connection, Path folder) implements ProviderSubject {

        @Override
        public String adapter() {
            return "libvirt-test-driver";
        }

        @Override
        public ComputeProvider open() {
            return new LibvirtProviderFactory()
                    .create(
                            new ProviderId("libvirt"),
                            Map.of(
                                    "hosts",
                                    "a=" + URI,
                                    "domain-type",
                                    "test",
                                    "pool",
                                    POOL,
                                    "base-image",
                                    BASE,
                                    "machine-types",
                                    "small:1000:67108864:0.05",
                                    "host-capacity",
                                    "a:64000:68719476736",
                                    "max-instances",
                                    Integer.toString(CAPACITY),
                                    "bootstrap-folder",
                                    folder.toString()));
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.of(CAPACITY);
        }

        @Override
        public boolean endFromOutside(String ref) throws Exception {
            connection.destroy(UUID.fromString(ref.substring(ref.indexOf('/') + 1)));
            return true;
        }

        @Override
        public void close() throws IOException {
            connection.close();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}

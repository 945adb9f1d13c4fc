package dev.warmfront.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.ProviderId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/write-an-adapter.md passes the contract, and is as short as that page says. */
class FolderProviderContractTest extends ProviderContractTest {

    private static final int CAPACITY = 4;
    private static final int MOST_LINES = 150;

    private final Path folders;

    FolderProviderContractTest(@TempDir Path folders) {
        this.folders = folders;
    }

    @Override
    protected ProviderSubject subject() throws IOException {
        return new Folder(Files.createTempDirectory(folders, "account"));
    }

    @Test
    void isAsShortAsThePageSays() throws IOException {
        Path source = Path.of("src/test/java/dev/warmfront/spi/FolderProvider.java");
        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(MOST_LINES);
    }

    private record Folder(Path folder) implements ProviderSubject {

        @Override
        public String adapter() {
            return "example-folder";
        }

        @Override
        public boolean documented() {
            return false;
        }

        @Override
        public ComputeProvider open() {
            return new FolderProvider(
                    folder,
                    new FakeProviderFactory(new FakeCloud(1), Set.of(Capability.STOP))
                            .create(new ProviderId("folder"), Map.of())
                            .offerings()
                            .getFirst(),
                    CAPACITY);
        }

        @Override
        public OptionalInt capacity() {
            return OptionalInt.of(CAPACITY);
        }

        @Override
        public boolean endFromOutside(String ref) {
            open().terminate(ref, new IntentToken("outside"));
            return true;
        }

        @Override
        public void close() {
            // The folder goes with the test.
        }
    }
}

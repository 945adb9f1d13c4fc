package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryCommandTest {

    private static final String HEADER = "id,taskType,submittedAt\n";

    @TempDir
    private Path folder = Path.of("");

    private static String rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "t" + i + ",sort,2026-10-01T00:00:00Z\n")
                .collect(Collectors.joining());
    }

    @Test
    void sendsALongFileInPiecesAndSkipsWhatIsKnown() throws IOException {
        Path file = Files.writeString(folder.resolve("past.csv"), HEADER + rows(12_000));
        try (StubControlPlane server = new StubControlPlane()) {
            Run first = Run.against(server, "history", "import", "--tenant", "acme", "--json", file.toString());
            Run again = Run.against(server, "history", "import", "--tenant", "acme", file.toString());

            assertThat(first.out()).isEqualTo("{\"rows\":12000,\"added\":12000}\n");
            assertThat(again.out()).startsWith("12000 rows, 0 of them new");
            assertThat(server.requests()).hasSize(6);
        }
    }

    @Test
    void sendsJsonLines() throws IOException {
        Path file = Files.writeString(folder.resolve("past.jsonl"), "{\"id\": \"a\"}\n\n{\"id\": \"b\"}\n");
        try (StubControlPlane server = new StubControlPlane()) {
            Run run = Run.against(server, "history", "import", "--json", file.toString());

            assertThat(run.out()).isEqualTo("{\"rows\":2,\"added\":2}\n");
        }
    }

    @Test
    void namesTheLineOfTheFileAndSaysWhatWasTakenBeforeIt() throws IOException {
        Path file = Files.writeString(
                folder.resolve("past.csv"), HEADER + rows(5_000) + "\"two\nlines\",sort,now\nbad,sort,never\n");
        Path lines = Files.writeString(folder.resolve("past.jsonl"), "{\"id\": \"a\"}\n\n{\"id\": \"bad\"}\n");
        try (StubControlPlane server = new StubControlPlane()) {
            Run run = Run.against(server, "history", "import", file.toString());
            Run json = Run.against(server, "history", "import", lines.toString());

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err())
                    .contains("past.csv: ")
                    .contains("line 5004: it is bad")
                    .contains("the 5000 rows before this piece were taken")
                    .doesNotContain("\n\n");
            assertThat(json.err()).contains("line 3: it is bad").doesNotContain("were taken");
        }
    }

    @Test
    void aFileWithoutRowsOrThatIsNotThereIsBadUse() throws IOException {
        Path file = Files.writeString(folder.resolve("past.csv"), HEADER);
        try (StubControlPlane server = new StubControlPlane()) {
            assertThat(Run.against(server, "history", "import", file.toString()).code())
                    .isEqualTo(2);
            assertThat(Run.against(server, "history", "import", folder + "/none.csv")
                            .code())
                    .isEqualTo(2);
        }
    }
}

package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void badUseIsOneLineAndCodeTwo() {
        Run run = Run.of(folder, Map.of(), "tasks", "list", "--limit", "many");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("--limit")
                .contains("many");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void anUnknownCommandIsBadUse() {
        assertThat(Run.of(folder, Map.of(), "launch-missiles").code()).isEqualTo(2);
    }

    @Test
    void everyCommandHasHelp() {
        for (String command : new String[] {
            "demo",
            "serve",
            "submit",
            "tasks",
            "workflows",
            "environments",
            "tenants",
            "instances",
            "pools",
            "costs",
            "forecast",
            "graph",
            "bench"
        }) {
            Run run = Run.of(folder, Map.of(), command, "--help");

            assertThat(run.code()).as(command).isZero();
            assertThat(run.out()).contains("Usage: warmfront " + command);
        }
    }

    @Test
    void saysWhereItLookedForAKey() {
        Run run = Run.of(folder, Map.of(), "costs");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(folder.resolve(".warmfront/operator-key").toString());
    }

    @Test
    void takesTheOperatorsKeyFromTheDataFolder() throws IOException {
        Files.writeString(folder.resolve("operator-key"), StubControlPlane.KEY + "\n");
        try (StubControlPlane server = new StubControlPlane()) {
            Run run = Run.of(
                    folder,
                    Map.of(),
                    "costs",
                    "--data",
                    folder.toString(),
                    "--url",
                    server.url().toString());

            assertThat(run.code()).isZero();
            assertThat(run.out()).contains("acme").contains("$1.50");
        }
    }

    @Test
    void takesGlobalOptionsBeforeAndAfterTheCommand() {
        try (StubControlPlane server = new StubControlPlane()) {
            String url = server.url().toString();

            Run before = Run.of(folder, Map.of(), "--json", "--key", StubControlPlane.KEY, "--url", url, "costs");
            Run after = Run.of(folder, Map.of(), "costs", "--json", "--key", StubControlPlane.KEY, "--url", url);

            assertThat(before.out()).isEqualTo(after.out()).contains("\"chargesNanoUsd\":1500000000");
        }
    }

    @Test
    void saysWhatToDoWhenNobodyListens() {
        Run run =
                Run.of(folder, Map.of(), "pools", "--key", "k", "--url", "http://127.0.0.1:" + ControlPlane.freePort());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("./warmfront serve");
    }

    @Test
    void saysWhereTheBuildIsMissing() {
        Run run = Run.of(folder, Map.of(), "serve", "--port", Integer.toString(ControlPlane.freePort()));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("is not built");
    }
}

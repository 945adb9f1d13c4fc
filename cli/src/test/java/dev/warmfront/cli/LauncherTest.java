package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a folder with a space in its name, among folders that look like JDKs. */
final class LauncherTest {

    private static final List<String> TOOLS = List.of(
            "bash",
            "env",
            "dirname",
            "readlink",
            "sed",
            "find",
            "ls",
            "head",
            "tail",
            "touch",
            "mkdir",
            "mv",
            "grep",
            "cat",
            "sleep",
            "awk");

    @TempDir
    Path folder = Path.of("");

    private Path launcher = Path.of("");
    private Path tools = Path.of("");
    private Path jdks = Path.of("");

    private record Launch(int code, String out, String err) {}

    @BeforeEach
    void copy() throws IOException {
        Path home = Files.createDirectories(folder.resolve("my projects/warmfront"));
        launcher = Files.copy(
                Path.of(System.getProperty("warmfront.launcher", "../warmfront")), home.resolve("warmfront"));
        tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : TOOLS) {
            for (String place : List.of("/usr/bin", "/bin")) {
                Path found = Path.of(place, tool);
                if (Files.isExecutable(found) && !Files.exists(tools.resolve(tool))) {
                    // Not a link: JUnit warns of each that leaves its folder when it deletes them.
                    script(tools.resolve(tool), "exec " + found + " \"$@\"");
                }
            }
        }
        jdks = Files.createDirectories(folder.resolve("jdks"));
    }

    @Test
    void picksTheJdkThatIsNewEnough() throws IOException, InterruptedException {
        jdk("a-17", "17.0.15");
        Path wanted = jdk("b-25", "25.0.3");
        jdk("c-27", "27-ea");

        Launch launch = launch(Map.of(), "java-home");

        assertThat(launch.out().strip()).isEqualTo(wanted.toString());
    }

    @Test
    void prefersJavaHomeAndThenThePath() throws IOException, InterruptedException {
        jdk("a-25", "25");
        Path home = jdk("chosen", "26.0.1");
        Path onPath = jdk("path", "25.0.1");
        Files.createSymbolicLink(tools.resolve("javac"), onPath.resolve("bin/javac"));

        assertThat(launch(Map.of("JAVA_HOME", home.toString()), "java-home")
                        .out()
                        .strip())
                .isEqualTo(home.toString());
        assertThat(launch(Map.of(), "java-home").out().strip()).isEqualTo(onPath.toString());
    }

    @Test
    void passesOverAJavaHomeThatIsTooOldAndOneWithoutCompiler() throws IOException, InterruptedException {
        Path old = jdk("old", "1.8.0_402");
        Path runtime = jdk("a-jre-25", "25");
        Files.delete(runtime.resolve("bin/javac"));
        Path wanted = jdk("z-25", "25");

        assertThat(launch(Map.of("JAVA_HOME", old.toString()), "java-home")
                        .out()
                        .strip())
                .isEqualTo(wanted.toString());
    }

    @Test
    void saysInOneSentenceWhatToInstall() throws IOException, InterruptedException {
        jdk("a-17", "17.0.15");

        Launch launch = launch(Map.of(), "help");

        assertThat(launch.code()).isEqualTo(2);
        assertThat(launch.err().lines())
                .containsExactly(
                        "warmfront: no JDK 25 or newer was found: install one (for example Temurin 25 from adoptium.net)"
                                + " or set JAVA_HOME to it.");
    }

    @Test
    void saysWhenMavenIsMissing() throws IOException, InterruptedException {
        jdk("a-25", "25");

        Launch launch = launch(Map.of(), "demo");

        assertThat(launch.code()).isEqualTo(2);
        assertThat(launch.err()).contains("Maven is needed").contains("install Maven");
    }

    @Test
    void buildsWhenSomethingIsMissingAndTellsWhereTheLogIsWhenThatFails() throws IOException, InterruptedException {
        jdk("a-25", "25");
        script(tools.resolve("mvn"), "echo \"[ERROR] no such thing: $JAVA_HOME\"; exit 1");

        Launch launch = launch(Map.of(), "demo");

        assertThat(launch.code()).isEqualTo(1);
        assertThat(launch.err()).contains("[ERROR] no such thing: " + jdks.resolve("a-25"));
        assertThat(launch.err())
                .contains(launcher.resolveSibling("target/build.log").toString());
    }

    @Test
    void buildsOnlyWhatIsStaleAndHandsOverTheArguments() throws IOException, InterruptedException {
        Path jdk = jdk("a-25", "25");
        script(jdk.resolve("bin/java"), "echo \"ran: ${*: -2}\"");
        Path home = launcher.resolveSibling(".").normalize();
        script(
                tools.resolve("mvn"),
                "echo build >> builds; mkdir -p cli/target agent/target src/target/quarkus-app;"
                        + " touch cli/target/warmfront-cli-1.jar agent/target/warmfront-agent-1.jar src/target/quarkus-app/quarkus-run.jar");
        Files.writeString(home.resolve("pom.xml"), "<project/>");

        Launch first = launch(Map.of(), "tasks", "list of 2");
        Launch second = launch(Map.of(), "pools");
        Files.setLastModifiedTime(
                home.resolve("pom.xml"),
                java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 5_000));
        launch(Map.of(), "pools");

        assertThat(first.err()).doesNotContain("failed");
        assertThat(first.out()).isEqualTo("ran: tasks list of 2\n");
        assertThat(second.code()).isZero();
        assertThat(Files.readAllLines(home.resolve("builds"))).hasSize(2);
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = jdks.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/javac"), "exit 0");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/bash\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Launch launch(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tools.resolve("bash").toString(), launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(jdks.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", tools.toString(), "HOME", folder.toString(), "WARMFRONT_JDKS", jdks.toString()));
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Launch(
                code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}

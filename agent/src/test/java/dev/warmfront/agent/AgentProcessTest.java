package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.spi.MetadataStandIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as an operating system sees it. */
class AgentProcessTest {

    private final Path folder;
    private final StubControlPlane controlPlane = new StubControlPlane();
    private final List<Process> started = new ArrayList<>();

    AgentProcessTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
    }

    @AfterEach
    void stop() throws Exception {
        controlPlane.failWith(410);
        for (Process process : started) {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        controlPlane.close();
    }

    private Process launch(Map<String, String> variables, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx48m",
                "-Xshare:auto",
                "-cp",
                Path.of("target", "classes").toAbsolutePath().toString(),
                "dev.warmfront.agent.Agent"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Process agent() throws IOException {
        return agent(Map.of());
    }

    private Process agent(Map<String, String> more) throws IOException {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("WARMFRONT_URL", controlPlane.url());
        variables.put("WARMFRONT_INSTANCE", "i-test-2");
        variables.put("WARMFRONT_REGISTRATION_TOKEN", StubControlPlane.REGISTRATION_TOKEN);
        variables.put("WARMFRONT_HOME", folder.resolve("home").toString());
        return launch(variables);
    }

    private List<String> notices() {
        return controlPlane.reports("interrupted").stream()
                .map(report -> report.text("notice"))
                .toList();
    }

    @Test
    void tellsOfARecommendationAndOfASpotInterruptionThatEc2Announces() throws Exception {
        try (MetadataStandIn metadata = new MetadataStandIn()) {
            agent(Map.of("WARMFRONT_CLOUD", "ec2", "WARMFRONT_METADATA_URL", metadata.url("i-1")));
            controlPlane.run("t", "sh", "-c", "exec sleep 99");
            controlPlane.awaitStarted("t");
            StubControlPlane.await("questions", () -> metadata.asked() >= 4);
            assertThat(notices()).isEmpty();
            metadata.recommend("i-1");
            StubControlPlane.await("the recommendation", () -> notices().equals(List.of("rebalance-recommendation")));
            metadata.expireTokens();
            metadata.interrupt("i-1", Duration.ofMinutes(2));
            StubControlPlane.await("the interruption", () -> notices()
                    .equals(List.of("rebalance-recommendation", "spot-interruption")));
            assertThat(Instant.parse(
                            controlPlane.reports("interrupted").getLast().text("by")))
                    .isAfter(Instant.now());
            assertThat(controlPlane.reports("finished")).as("what runs goes on").isEmpty();
        }
    }

    @Test
    void tellsOfAPreemptionThatComputeEngineAnnouncesAlsoWhenItsMetadataServerWasAway() throws Exception {
        String url;
        try (MetadataStandIn before = new MetadataStandIn()) {
            url = before.url("zone/i-1");
            agent(Map.of("WARMFRONT_CLOUD", "gce", "WARMFRONT_METADATA_URL", url));
            StubControlPlane.await("a question", () -> before.asked() >= 1);
        }
        StubControlPlane.await("its absence to be noticed", () -> read(folder.resolve("output"))
                .contains("the cloud's metadata service does not say"));
        try (MetadataStandIn after = new MetadataStandIn(URI.create(url).getPort())) {
            after.interrupt("zone/i-1", Duration.ofSeconds(30));
            StubControlPlane.await("the preemption", () -> notices().equals(List.of("preemption")));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return "";
        }
    }

    @Test
    void aCloudThatIsNotKnownIsABadConfiguration() throws Exception {
        assertThat(agent(Map.of("WARMFRONT_CLOUD", "nimbus")).waitFor()).isEqualTo(2);
        assertThat(folder.resolve("output")).hasContent("warmfront-agent: WARMFRONT_CLOUD is neither ec2 nor gce\n");
    }

    @Test
    void helpIsAnswered() throws Exception {
        assertThat(launch(Map.of(), "--help").waitFor()).isZero();
        assertThat(folder.resolve("output")).content().startsWith("usage: ").contains("WARMFRONT_URL");
    }

    @Test
    void aBadConfigurationIsOneLineAndExitCodeTwo() throws Exception {
        Path file = Files.writeString(folder.resolve("agent.properties"), "WARMFRONT_URL=ftp://x\n");
        assertThat(launch(Map.of("WARMFRONT_HOME", "x"), "--config", file.toString())
                        .waitFor())
                .isEqualTo(2);
        assertThat(folder.resolve("output")).hasContent("warmfront-agent: WARMFRONT_URL is not an http or https URL\n");
    }

    @Test
    void endsItsTasksAndSaysSoWhenItIsTold() throws Exception {
        Process agent = agent();
        controlPlane.run("t", "sh", "-c", "echo $$ >pid; exec sleep 99");
        controlPlane.awaitStarted("t");
        StubControlPlane.await(
                "the process",
                () -> folder.resolve("home/work/t-1/pid").toFile().length() > 0);
        agent.destroy();
        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(controlPlane.awaitFinished("t").text("end")).isEqualTo("EVICTED");
        ProcFs.Stat stat = ProcFs.stat(Long.parseLong(
                Files.readString(folder.resolve("home/work/t-1/pid")).strip()));
        assertThat(stat == null || stat.ended()).isTrue();
        assertThat(folder.resolve("output")).content().doesNotContain("secret").contains("told to end");
    }

    @Test
    void doesNotWaitLongForAControlPlaneThatIsAwayWhenItIsTold() throws Exception {
        Process agent = agent();
        controlPlane.run("t", "sh", "-c", "trap '' TERM; echo $$ >pid; while :; do sleep 0.1; done");
        Path pid = folder.resolve("home/work/t-1/pid");
        StubControlPlane.await("the process", () -> pid.toFile().length() > 0);
        controlPlane.failWith(503);
        agent.destroy();
        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isEqualTo(143);
        ProcFs.Stat stat = ProcFs.stat(Long.parseLong(Files.readString(pid).strip()));
        assertThat(stat == null || stat.ended()).isTrue();
    }

    @Test
    void neverRunsAnAttemptTwiceWhenItCrashedInBetween() throws Exception {
        Process first = agent();
        controlPlane.run("t", "sh", "-c", "echo $$ >>pids; exec sleep 99");
        Path pids = folder.resolve("home/work/t-1/pids");
        StubControlPlane.await("the process", () -> pids.toFile().length() > 0);
        first.destroyForcibly().waitFor();
        agent();
        assertThat(controlPlane.awaitFinished("t").text("end")).isEqualTo("EVICTED");
        assertThat(Files.readAllLines(pids)).hasSize(1);
        ProcFs.Stat stat = ProcFs.stat(Long.parseLong(Files.readString(pids).strip()));
        assertThat(stat == null || stat.ended()).isTrue();
        assertThat(controlPlane.registrationTokens())
                .containsExactly("Bearer registration-secret", "Bearer instance-secret-1");
    }

    @Test
    void twoAgentsDoNotShareAHome() throws Exception {
        agent();
        StubControlPlane.await(
                "readiness", () -> !controlPlane.reports("warmed").isEmpty());
        assertThat(agent().waitFor()).isEqualTo(2);
        assertThat(folder.resolve("output")).content().contains("another agent runs with WARMFRONT_HOME");
    }
}

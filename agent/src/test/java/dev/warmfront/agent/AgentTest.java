package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {

    private final Path home;

    private final StubControlPlane controlPlane;
    private final RunningAgent agent;

    AgentTest(@TempDir Path home) throws Exception {
        this.home = home;
        controlPlane = new StubControlPlane();
        agent = new RunningAgent(controlPlane, home);
    }

    @AfterEach
    void stop() throws Exception {
        controlPlane.failWith(410);
        agent.close();
        controlPlane.close();
    }

    @Test
    void registersSaysItIsReadyAndKeepsItsTokenForItselfOnly() throws Exception {
        StubControlPlane.await(
                "readiness", () -> !controlPlane.reports("warmed").isEmpty());
        Path token = home.resolve("instance-token");
        assertThat(Files.readString(token)).isEqualTo("instance-secret-1\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
    }

    @Test
    void runsACommandAndReportsItsOutputExitCodeAndUse() throws Exception {
        controlPlane.put(
                "t-1",
                1,
                "run",
                60,
                Map.of("A", "1", "WARMFRONT_TASK", "forged"),
                "sh",
                "-c",
                "echo $A $WARMFRONT_TENANT $WARMFRONT_TASK $WARMFRONT_ATTEMPT $WARMFRONT_INSTANCE; env >&2; pwd; exit 3");
        Json.Obj finished = controlPlane.awaitFinished("t-1");
        assertThat(finished.text("end")).isEqualTo("EXITED");
        assertThat(finished.whole("exitCode")).isEqualTo(3);
        assertThat(controlPlane.log("t-1", "stdout"))
                .hasValue("1 acme t-1 1 i-test-1\n" + home.resolve("work/t-1-1").toRealPath() + "\n");
        String variables = controlPlane.log("t-1", "stderr").orElse("");
        assertThat(variables).doesNotContain("secret").doesNotContain("JAVA_HOME");
        assertThat(variables).contains("PATH=" + home.resolve("bin") + ":");
        assertThat(finished.object("usage").whole("wallNanos")).isPositive();
        assertThat(Instant.parse(finished.text("at")))
                .isAfterOrEqualTo(Instant.parse(controlPlane.awaitStarted("t-1").text("at")));
    }

    @Test
    void countsTheCpuTimeThatABurnerUsed() throws Exception {
        controlPlane.run("burn", "warmfront-burn", "0.30", "20000000");
        Json.Obj usage = controlPlane.awaitFinished("burn").object("usage");
        assertThat(usage.whole("cpuNanos")).isBetween(270_000_000L, 340_000_000L);
        assertThat(usage.whole("peakMemoryBytes")).isBetween(20_000_000L, 60_000_000L);
    }

    @Test
    void samplesWhatRunsLongEnough() throws Exception {
        controlPlane.run("long", "warmfront-burn", "30");
        StubControlPlane.await(
                "samples", () -> !controlPlane.reports("samples", "long").isEmpty());
        Json.Obj sample = (Json.Obj) controlPlane
                .reports("samples", "long")
                .getFirst()
                .items("samples")
                .getFirst();
        assertThat(sample.whole("cpuMillis")).isBetween(100L, 1_100L);
        assertThat(sample.whole("memoryBytes")).isPositive();
        controlPlane.drop("long");
        assertThat(controlPlane.awaitFinished("long").text("end")).isEqualTo("CANCELLED");
    }

    @Test
    void uploadsNothingForEmptyStreams() throws Exception {
        controlPlane.run("quiet", "true");
        controlPlane.awaitFinished("quiet");
        assertThat(controlPlane.log("quiet", "stdout")).isEmpty();
        assertThat(controlPlane.log("quiet", "stderr")).isEmpty();
    }

    @Test
    void saysClearlyWhyACommandCouldNotBeStarted() throws Exception {
        controlPlane.run("missing", "no-such-program");
        controlPlane.run("text", "/etc/passwd");
        controlPlane.put("variable", 1, "run", 9, Map.of("A=B", "1"), "true");
        Json.Obj missing = controlPlane.awaitFinished("missing");
        assertThat(missing.text("end")).isEqualTo("NOT_STARTED");
        assertThat(missing.find("exitCode")).isNull();
        assertThat(missing.text("detail")).isEqualTo("The program 'no-such-program' does not exist on this machine.");
        assertThat(controlPlane.awaitFinished("text").text("end")).isEqualTo("NOT_STARTED");
        assertThat(controlPlane.awaitFinished("variable").text("end")).isEqualTo("NOT_STARTED");
        assertThat(controlPlane.reports("started", "missing")).isEmpty();
    }

    @Test
    void reportsTheSignalThatEndedACommandAndAddsNothingToItsOutput() throws Exception {
        controlPlane.run("killed", "sh", "-c", "kill -SEGV $$");
        assertThat(controlPlane.awaitFinished("killed").whole("exitCode")).isEqualTo(128 + 11);
        assertThat(controlPlane.log("killed", "stderr")).isEmpty();
    }

    @Test
    void cancelsWhatTheListHasAsCancelAndGivesItTimeToCleanUp() throws Exception {
        controlPlane.run("t", "sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
        controlPlane.awaitStarted("t");
        StubControlPlane.await("output", () -> controlPlane.log("t", "stdout").isPresent());
        controlPlane.put("t", 1, "cancel", 60, Map.of(), "true");
        Json.Obj finished = controlPlane.awaitFinished("t");
        assertThat(finished.text("end")).isEqualTo("CANCELLED");
        assertThat(controlPlane.log("t", "stdout")).hasValue("up\nbye\n");
    }

    @Test
    void reportsTheEndOfWhatWasCancelledBeforeItCame() throws Exception {
        controlPlane.put(
                "never", 1, "cancel", 60, Map.of(), "touch", home.resolve("ran").toString());
        assertThat(controlPlane.awaitFinished("never").text("end")).isEqualTo("CANCELLED");
        assertThat(home.resolve("ran")).doesNotExist();
    }

    @Test
    void endsWhatIgnoresItsTimeoutAndAllItsChildren() throws Exception {
        Path pids = home.resolve("pids");
        controlPlane.put(
                "stubborn",
                1,
                "run",
                0.2,
                Map.of(),
                "sh",
                "-c",
                "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ >>" + pids + "; while :; do sleep 0.2; done' & "
                        + "(setsid sh -c 'echo $$ >>" + pids + "; exec sleep 99' &) ; while :; do sleep 0.2; done");
        Json.Obj finished = controlPlane.awaitFinished("stubborn");
        assertThat(finished.text("end")).isEqualTo("TIMED_OUT");
        assertThat(finished.object("usage").whole("wallNanos")).isBetween(2_100_000_000L, 4_000_000_000L);
        assertNobodyLives(Files.readAllLines(pids), 2);
    }

    @Test
    void leavesNobodyBehindWhenACommandEndsByItself() throws Exception {
        Path pids = home.resolve("pids");
        controlPlane.run(
                "parent", "sh", "-c", "(setsid sh -c 'echo $$ >" + pids + "; exec sleep 99' &); sleep 0.2; exit 0");
        assertThat(controlPlane.awaitFinished("parent").whole("exitCode")).isZero();
        assertNobodyLives(Files.readAllLines(pids), 1);
    }

    private static void assertNobodyLives(List<String> pids, int expected) {
        assertThat(pids).hasSize(expected);
        for (String pid : pids) {
            ProcFs.Stat stat = ProcFs.stat(Long.parseLong(pid.strip()));
            assertThat(stat == null || stat.ended())
                    .as("process " + pid + " is gone")
                    .isTrue();
        }
    }

    @Test
    void startsNothingWhileAnEnvironmentIsCold() throws Exception {
        Path go = home.resolve("go");
        controlPlane.environment(
                "acme/train", "sh", "-c", "while [ ! -e " + go + " ]; do sleep 0.02; done; echo $A >loaded");
        controlPlane.environment("acme/none");
        controlPlane.run(
                "t", "cat", home.resolve("environments/acme%2Ftrain/loaded").toString());
        StubControlPlane.await(
                "an answer that names the work", () -> controlPlane.polls().size() > 1);
        int warmedBefore = controlPlane.reports("warmed").size();
        assertThat(controlPlane.reports("started")).isEmpty();
        Files.createFile(go);
        controlPlane.awaitFinished("t");
        assertThat(controlPlane.log("t", "stdout")).hasValue("1\n");
        List<Json.Obj> warmed = controlPlane.reports("warmed");
        assertThat(warmed).hasSize(warmedBefore + 1);
        assertThat(warmed.getLast().items("warm"))
                .containsExactlyInAnyOrder(new Json.Text("acme/train"), new Json.Text("acme/none"));
    }

    @Test
    void saysWhyAnEnvironmentDoesNotGetWarm() throws Exception {
        controlPlane.environment("acme/broken", "sh", "-c", "exit 9");
        controlPlane.run("t", "true");
        StubControlPlane.await("the failure", () -> controlPlane.reports("warmed").stream()
                .anyMatch(report -> report.find("failure") != null));
        assertThat(controlPlane.reports("warmed").getLast().text("failure"))
                .isEqualTo("acme/broken: The warm-up ended with exit code 9.");
        assertThat(controlPlane.reports("started")).isEmpty();
    }

    @Test
    void finishesWhatRunsWhenItIsDrained() throws Exception {
        controlPlane.run("t", "sleep", "0.3");
        controlPlane.awaitStarted("t");
        controlPlane.mode("drain");
        assertThat(controlPlane.awaitFinished("t").whole("exitCode")).isZero();
    }

    @Test
    void goesOnWhileTheControlPlaneIsAwayAndObeysWhatItSaysWhenItIsBack() throws Exception {
        controlPlane.run("ends", "sh", "-c", "sleep 0.3; echo done");
        controlPlane.run("stays", "sleep", "99");
        controlPlane.run("unwanted", "sleep", "99");
        for (String task : List.of("ends", "stays", "unwanted")) {
            controlPlane.awaitStarted(task);
        }
        controlPlane.failWith(503);
        controlPlane.drop("unwanted");
        controlPlane.run("new", "true");
        StubControlPlane.await(
                "the end on disk",
                () -> home.resolve("logs/ends-1.stdout").toFile().length() > 0);
        assertThat(home.resolve("work/new-1")).doesNotExist();
        controlPlane.newEpoch();
        controlPlane.failWith(0);
        assertThat(controlPlane.awaitFinished("ends").whole("exitCode")).isZero();
        assertThat(controlPlane.log("ends", "stdout")).hasValue("done\n");
        assertThat(controlPlane.awaitFinished("unwanted").text("end")).isEqualTo("CANCELLED");
        controlPlane.awaitFinished("new");
        assertThat(controlPlane.reports("finished", "stays")).isEmpty();
        assertThat(controlPlane.reports("started", "stays")).hasSize(1);
    }

    @Test
    void neverStartsAnEndedAttemptAgainButItsSuccessor() throws Exception {
        Path runs = home.resolve("runs");
        controlPlane.run("t", "sh", "-c", "echo x >>" + runs);
        controlPlane.awaitFinished("t");
        controlPlane.newEpoch();
        controlPlane.run("other", "true");
        controlPlane.awaitFinished("other");
        controlPlane.put("t", 2, "run", 60, Map.of(), "sh", "-c", "echo y >>" + runs);
        StubControlPlane.await(
                "the second attempt",
                () -> controlPlane.reports("finished", "t").size() == 2);
        assertThat(Files.readString(runs)).isEqualTo("x\ny\n");
    }

    @Test
    void killsAllAndEndsWhenTheInstanceHasNoFuture() throws Exception {
        Path pids = home.resolve("pids");
        controlPlane.run("t", "sh", "-c", "echo $$ >" + pids + "; exec sleep 99");
        StubControlPlane.await("the process", () -> pids.toFile().length() > 0);
        controlPlane.failWith(410);
        assertThat(agent.awaitExit(Duration.ofSeconds(5))).isZero();
        assertNobodyLives(Files.readAllLines(pids), 1);
    }

    @Test
    void registersAgainWhenItsTokenIsNoLongerAccepted() throws Exception {
        StubControlPlane.await("readiness", () -> controlPlane.reports("warmed").size() == 1);
        controlPlane.changeInstanceToken("instance-secret-2");
        controlPlane.run("t", "true");
        controlPlane.awaitFinished("t");
        controlPlane.newEpoch();
        StubControlPlane.await(
                "readiness again", () -> controlPlane.reports("warmed").size() == 2);
        assertThat(controlPlane.registrations()).isEqualTo(2);
    }

    @Test
    void keepsALogWithinItsLimitAndSaysHowMuchIsMissing() throws Exception {
        StubControlPlane.await(
                "readiness", () -> !controlPlane.reports("warmed").isEmpty());
        controlPlane.logLimitBytes(1_000);
        controlPlane.changeInstanceToken("instance-secret-2");
        controlPlane.newEpoch();
        StubControlPlane.await("the new limit", () -> controlPlane.registrations() == 2);
        controlPlane.run("loud", "sh", "-c", "i=0; while [ $i -lt 500 ]; do echo 012345678; i=$((i+1)); done");
        controlPlane.awaitFinished("loud");
        String log = controlPlane.log("loud", "stdout").orElse("");
        assertThat(log.length()).isLessThanOrEqualTo(1_000);
        assertThat(log).endsWith("\n[warmfront: 4128 more bytes of this stream stay on the instance]\n");
    }

    @Test
    void showsACommandTheGpusThatAreItsOwnAndNoOthers() throws Exception {
        String[] show = {
            "sh", "-c", "echo \"$CUDA_DEVICE_ORDER|${CUDA_VISIBLE_DEVICES-unset}|${NVIDIA_VISIBLE_DEVICES-unset}\""
        };
        controlPlane.runOn(
                "[{\"type\":\"L4\",\"device\":3,\"millis\":400},{\"type\":\"L4\",\"device\":1,\"millis\":1000}]",
                "two",
                Map.of("CUDA_VISIBLE_DEVICES", "0,1,2,3"),
                show);
        controlPlane.runOn("[]", "none", Map.of(), show);
        controlPlane.put("unsaid", 1, "run", 60, Map.of("CUDA_VISIBLE_DEVICES", "7"), show);
        for (String task : List.of("two", "none", "unsaid")) {
            controlPlane.awaitFinished(task);
        }
        assertThat(controlPlane.log("two", "stdout")).contains("PCI_BUS_ID|1,3|1,3\n");
        assertThat(controlPlane.log("none", "stdout")).contains("PCI_BUS_ID||void\n");
        assertThat(controlPlane.log("unsaid", "stdout")).contains("|7|unset\n");
    }

    @Test
    void reportsAnInterruptionOnce() throws Exception {
        Files.createFile(home.resolve("interruption-notice"));
        StubControlPlane.await(
                "the notice", () -> !controlPlane.reports("interrupted").isEmpty());
        assertThat(controlPlane.reports("interrupted"))
                .extracting(report -> report.text("notice"))
                .containsExactly("file");
    }

    @Test
    void runsTwoHundredTinyTasksInARow() throws Exception {
        for (int i = 0; i < 200; i++) {
            controlPlane.run("tiny-" + i, "true");
            controlPlane.awaitFinished("tiny-" + i);
            controlPlane.drop("tiny-" + i);
        }
        assertThat(controlPlane.reports("started")).hasSize(200);
        assertThat(controlPlane.reports("finished"))
                .allMatch(report -> report.text("end").equals("EXITED") && report.whole("exitCode") == 0);
    }

    @Test
    void runsManyAtTheSameTime() throws Exception {
        for (int i = 0; i < 70; i++) {
            controlPlane.run("many-" + i, "sleep", "0.2");
        }
        StubControlPlane.await(
                "all ends", () -> controlPlane.reports("finished").size() == 70);
        assertThat(controlPlane.reports("started")).hasSize(70);
    }
}

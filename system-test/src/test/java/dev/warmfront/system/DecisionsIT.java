package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the control plane decided, live, on real agents, with a policy that remembers, through a kill and a takeover, the same
 * classes decide again from its log of events: nothing but events and their times goes into a decision (I8).
 */
final class DecisionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 4;
    private static final String REPLAY = "dev.warmfront.cell.EventLogReplay";
    private static final Pattern CHANGES = Pattern.compile("([0-9,]+) changes");

    @Test
    @Timeout(400)
    void theSameEventsGiveTheSameDecisions() throws Exception {
        RandomGenerator random = Scratch.dice("decisions");
        Path scratch = Scratch.folder("decisions");
        Path logs = scratch.resolve("events");
        try (ControlPlane controlPlane = new ControlPlane("decisions", scratch.resolve("data"), scratch)
                .with("warmfront.cell.event-log", logs.toString())
                .with("warmfront.cell.policy.launch-lead", "4s")
                .with("warmfront.cell.policy.resume-lead", "1s")
                .with("warmfront.cell.policy.stop-lead", "1s")) {
            controlPlane.start().awaitReady();
            Api operator = new Api(controlPlane.url(), controlPlane.operatorKey());
            Fleet fleet = new Fleet(operator, scratch, "recorded");
            fleet.submit(20, "first", random);
            Fleet.await("the tasks to end", PATIENCE, () -> CrashIT.ended(fleet));
            operator.put(
                    "/v1/pools/default/settings",
                    Api.object().put("policy", "warmfront").put("maxInstances", 4));
            rounds(fleet, "before", random);
            fleet.killAnAgent(random);
            controlPlane.kill();
            controlPlane.start().awaitReady();
            rounds(fleet, "after", random);

            fleet.checkNothingLostNothingDouble();
            explains(operator);
            // A policy that looks ahead would launch again what is drained.
            operator.put("/v1/pools/default/settings", Api.object().put("policy", "reactive"));
            fleet.drainEverything();
            Fleet.await("the machines to end", PATIENCE, () -> noneIsLeft(operator));
            fleet.checkConserved();
        }

        List<Path> files;
        try (var found = Files.list(logs)) {
            files = found.sorted().toList();
        }
        assertThat(files).as("a log for each tenure").hasSizeGreaterThanOrEqualTo(2);
        Path chosen = files.stream()
                .filter(file -> file.toString().endsWith("-2.jsonl"))
                .findFirst()
                .orElseThrow();
        try (var lines = Files.lines(chosen)) {
            assertThat(lines.findFirst().orElse(""))
                    .as("what a policy is told when it is chosen")
                    .contains("\"past\":[{");
        }
        Path said = scratch.resolve("said.txt");
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElse("java"), "-cp", classPath(), REPLAY));
        files.forEach(file -> command.add(file.toString()));
        Process again = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(again.waitFor()).as(() -> text(said)).isZero();
        Matcher counted = CHANGES.matcher(text(said));
        long changes = 0;
        while (counted.find()) {
            changes += Long.parseLong(counted.group(1).replace(",", ""));
        }
        assertThat(changes).as("changes decided twice: %s", text(said)).isGreaterThan(500);
    }

    static boolean noneIsLeft(Api operator) {
        try {
            return operator.all("/v1/instances").stream()
                    .map(instance -> instance.get("state").asText())
                    .allMatch(state -> state.equals("TERMINATED") || state.equals("FAILED"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That of {@code warmfront decisions}. */
    private static String classPath() {
        Path app = Path.of(System.getProperty("warmfront.app", "")).resolveSibling("app");
        Path lib = app.resolveSibling("lib");
        return String.join(File.pathSeparator, app + "/*", lib.resolve("main") + "/*", lib.resolve("boot") + "/*");
    }

    private static void rounds(Fleet fleet, String salt, RandomGenerator random) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            fleet.submit(20, salt + round, random);
            Fleet.await("the tasks to end", PATIENCE, () -> CrashIT.ended(fleet));
            Thread.sleep(1_500); // the pace of the work, not a wait for anything
        }
    }

    /** Whoever asks why a machine is there is told a reason of the policy, and who pays. */
    private static void explains(Api operator) throws InterruptedException {
        List<JsonNode> instances = operator.all("/v1/instances");
        assertThat(instances).isNotEmpty();
        boolean byThePolicy = false;
        for (JsonNode instance : instances) {
            String id = instance.get("id").asText();
            JsonNode why = operator.get("/v1/instances/" + id + "/why");
            assertThat(why.get("sentence").asText()).contains(id);
            assertThat(why.get("hourly")).isNotEmpty();
            for (JsonNode move : operator.get("/v1/instances/" + id).get("timeline")) {
                byThePolicy |= move.get("reasonCode").asText().startsWith("level-");
            }
        }
        assertThat(byThePolicy).as("a reason of the policy in a machine's life").isTrue();
    }
}

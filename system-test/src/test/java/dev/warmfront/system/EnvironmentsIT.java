package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real agents load what the next tasks of a workflow need while the tasks before them run. */
final class EnvironmentsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LOAD_SECONDS = 4;

    @SuppressWarnings("NullAway.Init") // set before the test
    private Path scratch;

    @SuppressWarnings("NullAway.Init") // set before the test
    private ControlPlane controlPlane;

    @SuppressWarnings("NullAway.Init") // set before the test
    private Api operator;

    @SuppressWarnings("NullAway.Init") // set before the test
    private Api tenant;

    @BeforeEach
    void start() throws Exception {
        scratch = Scratch.folder("environments");
        controlPlane = new ControlPlane("environments", scratch.resolve("data"), scratch);
        controlPlane.start().awaitReady();
        operator = new Api(controlPlane.url(), controlPlane.operatorKey());
        operator.post("/v1/tenants", Api.object().put("id", "ann"), "make-ann");
        tenant = operator.as(operator.post("/v1/tenants/ann/keys", Api.object().put("role", "tenant-writer"), "key-ann")
                .get("key")
                .asText());
        ObjectNode heavy = Api.object().put("id", "heavy");
        heavy.set("warmUp", Api.array("sh", "-c", "sleep " + LOAD_SECONDS));
        tenant.post("/v1/environments", heavy, "make-heavy");
    }

    @AfterEach
    void stop() throws Exception {
        operator.put("/v1/pools/default/settings", Api.object().put("policy", "reactive"));
        Fleet.drain(operator);
        Fleet.await("every process ended", PATIENCE, () -> Processes.under(scratch.resolve("instances"))
                .isEmpty());
        controlPlane.close();
    }

    /** Machines as many as are wanted, none of which has anything loaded. */
    private void freshMachines() throws InterruptedException {
        ObjectNode settings = Api.object().put("policy", "warmfront").put("maxInstances", 4);
        operator.put("/v1/pools/default/settings", settings.deepCopy().put("minReady", 0));
        Fleet.drain(operator);
        operator.put("/v1/pools/default/settings", settings.put("minReady", 2));
        // A pool is known once its tenant wants something there.
        await(tenant.post("/v1/tasks", task("sh", "-c", "true"), "wake-" + Instant.now())
                .get("id")
                .asText());
        Fleet.await(
                "two machines", PATIENCE, () -> get("/v1/instances?state=HOT").size() >= 2);
    }

    private List<JsonNode> get(String path) {
        try {
            List<JsonNode> all = new ArrayList<>();
            operator.get(path).path("items").forEach(all::add);
            return all;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode task(String... command) {
        ObjectNode task = Api.object();
        task.set("command", Api.array(command));
        task.putObject("resources").put("cpuMillis", 250).put("memoryBytes", 64 << 20);
        return task;
    }

    private JsonNode await(String id) throws InterruptedException {
        Fleet.await("the end of " + id, PATIENCE, () -> {
            try {
                return tenant.get("/v1/tasks/" + id).has("finishedAt");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return tenant.get("/v1/tasks/" + id);
    }

    /** Runs one task and then another, which needs the environment; gives that one. */
    private JsonNode workflow(String name) throws InterruptedException {
        ObjectNode body = Api.object().put("name", name);
        ArrayNode tasks = body.putArray("tasks");
        tasks.add(task("sh", "-c", "sleep 8").put("key", "first").put("taskType", "first"));
        ObjectNode second =
                task("true").put("key", "second").put("taskType", "second").put("environment", "heavy");
        second.set("parents", Api.array("first"));
        tasks.add(second);
        String id = tenant.post("/v1/workflows", body, name).get("id").asText();
        for (JsonNode one : tenant.get("/v1/tasks?workflow=" + id).get("items")) {
            if (one.get("taskType").asText().equals("second")) {
                return await(one.get("id").asText());
            }
        }
        throw new AssertionError("the workflow has no second task");
    }

    private static double wait(JsonNode task) {
        return Duration.between(
                                Instant.parse(task.get("eligibleAt").asText()),
                                Instant.parse(task.get("startedAt").asText()))
                        .toMillis()
                / 1e3;
    }

    @Test
    @Timeout(300)
    void whatTheNextTaskNeedsIsLoadedWhileTheOneBeforeItRuns() throws Exception {
        freshMachines();
        assertThat(wait(workflow("one")))
                .as("nobody knew how long it takes, nor that it can be loaded")
                .isGreaterThanOrEqualTo(LOAD_SECONDS);

        freshMachines();
        JsonNode second = workflow("two");
        assertThat(wait(second)).as("it is loaded ahead").isLessThan(LOAD_SECONDS / 2.0);
        JsonNode machine =
                operator.get("/v1/instances/" + second.get("instance").asText());
        assertThat(machine.get("timeline").findValuesAsText("reasonCode")).contains("environment-pays");
        assertThat(machine.get("timeline").findValuesAsText("reason"))
                .anyMatch(reason -> reason.contains("readiness score") && reason.contains("ann/heavy"));
    }
}

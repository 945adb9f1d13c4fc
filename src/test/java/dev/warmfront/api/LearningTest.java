package dev.warmfront.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tenant tells of its past, and is told what to expect. */
@QuarkusTest
final class LearningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init") // set by Quarkus before each test
    URI url;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Client tenant;

    @BeforeEach
    void aNewTenant() throws Exception {
        tenant = Client.operator(url).newTenant(Client.someId("learner"));
    }

    @Test
    void aPastIsLearnedOnceHoweverOftenItIsTold() throws Exception {
        String csv = past();

        Client.Answer first = tenant.send("POST", "/v1/history", csv, "Content-Type", "text/csv");
        Client.Answer second = tenant.send("POST", "/v1/history", csv, "Content-Type", "text/csv");

        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(first.json().get("added").asInt()).isEqualTo(60);
        assertThat(second.json().get("added").asInt()).isZero();
        JsonNode next = awaited("/v1/task-graph/next?taskType=prepare");
        assertThat(next.path("successors").path(0).path("taskType").asText()).isEqualTo("train");
        assertThat(next.path("successors").path(0).path("probability").asDouble())
                .isGreaterThan(0.9);
        assertThat(next.path("seen").asDouble()).isBetween(20.0, 30.0);
        assertThat(tenant.get("/v1/task-graph")
                        .json()
                        .path("chains")
                        .path(0)
                        .path("taskTypes")
                        .toString())
                .isEqualTo("[\"prepare\",\"train\"]");
        JsonNode profile = tenant.get("/v1/profiles?taskType=train").json().path("items");
        assertThat(profile).hasSize(2);
        assertThat(profile.path(0).path("runs").asInt()).isEqualTo(30);
        assertThat(profile.path(0).path("runSeconds").path("p50").asDouble()).isBetween(80.0, 100.0);
        assertThat(tenant.get("/v1/forecast?taskType=train")
                        .json()
                        .path("known")
                        .asBoolean())
                .isTrue();
        assertThat(tenant.get("/v1/forecast/accuracy").status()).isEqualTo(200);
    }

    @Test
    void aWorkflowTellsWhatItWillWantBeforeItDoes() throws Exception {
        String task = """
                {"key": "%s", "parents": [%s], "command": ["sleep", "60"],
                 "resources": {"cpuMillis": 200, "memoryBytes": 1048576}}""";
        String tasks =
                String.join(",", task.formatted("a", ""), task.formatted("b", "\"a\""), task.formatted("c", "\"a\""));
        Client.Answer submitted = tenant.send("POST", "/v1/workflows", "{\"tasks\": [" + tasks + "]}");
        assertThat(submitted.status()).as(submitted.body()).isEqualTo(202);
        String workflow = submitted.json().get("id").asText();

        JsonNode footprint = tenant.get("/v1/workflows/" + workflow + "/footprint?cpuMillis=200")
                .json();
        JsonNode demand = tenant.get("/v1/forecast/demand?leadSeconds=60").json();

        assertThat(footprint.path("tasks").asInt()).as(footprint.toString()).isEqualTo(3);
        assertThat(footprint.path("peak").path("tasks").asInt()).isEqualTo(2);
        assertThat(footprint.path("criticalPath")).hasSize(2);
        assertThat(footprint.path("contention").path("fromSeconds").asDouble()).isPositive();
        assertThat(demand.path("leads").path(0).path("successors").asDouble())
                .as(demand.toString())
                .isPositive();
        assertThat(tenant.get("/v1/workflows/none/footprint").status()).isEqualTo(404);
        assertThat(tenant.send("POST", "/v1/workflows/" + workflow + "/cancel", "")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aSubmittedTaskShowsItsSignature() throws Exception {
        String task = """
                {"command": ["sort", "%s"], "resources": {"cpuMillis": 1, "memoryBytes": 1},
                 "traits": {"code": "git:1", "inputKind": "text", "inputBytes": 4000}}""";

        JsonNode one = tenant.send("POST", "/v1/tasks", task.formatted("a")).json();
        JsonNode like = tenant.send("POST", "/v1/tasks", task.formatted("b")).json();
        JsonNode larger = tenant.send("POST", "/v1/tasks", task.formatted("c").replace("4000", "9000"))
                .json();

        assertThat(one.get("signature").asText())
                .hasSize(64)
                .isEqualTo(like.get("signature").asText());
        assertThat(larger.get("signature").asText())
                .isNotEqualTo(one.get("signature").asText());
        assertThat(tenant.get("/v1/tasks/" + one.get("id").asText())
                        .json()
                        .get("inputBytes")
                        .asLong())
                .isEqualTo(4_000);
    }

    @Test
    void rowsThatCannotBeAreRefusedWithTheirLinesAndNothingIsTaken() throws Exception {
        String lines = """
                {"id": "a", "taskType": "t", "submittedAt": "2026-01-01T00:00:00Z", "runtimeSeconds": 5}
                {"id": "b", "taskType": "t", "submittedAt": "2026-01-01T00:00:00Z", "runtimeSeconds": -5}
                {"id": "c", "taskType": "t", "submittedAt": "never"}
                {"id": "d", "taskType": "t", "submittedAt": "2026-01-01T00:00:00Z", "colour": "red"}
                """;

        Client.Answer answer = tenant.send("POST", "/v1/history", lines, "Content-Type", "application/x-ndjson");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.isProblem()).isTrue();
        assertThat(answer.json().get("errors")).hasSize(3);
        assertThat(answer.body()).contains("line 2", "line 3", "line 4");
        Client.Answer good = tenant.send(
                "POST", "/v1/history", lines.lines().findFirst().orElseThrow(), "Content-Type", "application/x-ndjson");
        assertThat(good.json().get("added").asInt()).isEqualTo(1);
    }

    @Test
    void questionsThatMakeNoSenseAreProblems() throws Exception {
        for (String path : new String[] {
            "/v1/task-graph/next",
            "/v1/task-graph/next?task=a&taskType=b",
            "/v1/task-graph/next?taskType=b&inputBytes=-1",
            "/v1/forecast?leadSeconds=0",
            "/v1/forecast?leadSeconds=x",
            "/v1/profiles?inputBytes=-2",
            "/v1/forecast/cell",
        }) {
            Client.Answer answer = tenant.get(path);
            assertThat(answer.status()).as(path).isBetween(400, 499);
            assertThat(answer.isProblem()).as(path + ": " + answer.body()).isTrue();
        }
        for (String csv :
                new String[] {"", "id,taskType\na,b", "id,taskType,submittedAt\n", "id,taskType,submittedAt,x\n1,2,3,4"
                }) {
            Client.Answer answer = tenant.send("POST", "/v1/history", csv, "Content-Type", "text/csv");
            assertThat(answer.status()).as(csv + " → " + answer.body()).isBetween(400, 499);
        }
    }

    /** Thirty times a minute of preparation, and a minute and a half of training that follows it. */
    private static String past() {
        StringBuilder csv = new StringBuilder("id,taskType,submittedAt,runtimeSeconds\n");
        Instant at = Instant.parse("2026-10-20T08:00:00Z");
        for (int i = 0; i < 30; i++) {
            csv.append("p%d,prepare,%s,60%n".formatted(i, at));
            csv.append("t%d,train,%s,90%n".formatted(i, at.plusSeconds(63)));
            at = at.plusSeconds(3_600);
        }
        return csv.toString();
    }

    private JsonNode awaited(String path) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Client.Answer answer = tenant.get(path);
            if (answer.status() == 200 && answer.json().path("seen").asDouble() > 0) {
                return answer.json();
            }
            assertThat(System.nanoTime())
                    .as("learned in time: " + answer.body())
                    .isLessThan(deadline);
            Thread.sleep(100);
        }
    }
}

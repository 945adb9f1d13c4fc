package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole commands against the stand-in. */
final class FlowsTest {

    private static final String TRACE = """
            tenant,task_type,submit_s,runtime_s,cpu,mem_mb,gpu
            a,f,0,1,1,64,
            b,g,10,1,,,
            a,f,20,2,4,64,
            ,h,30,,,,1
            """;
    private static final String WORKFLOW = """
            {"name": "w", "workflow": {"specification": {"tasks": [
              {"id": "a", "parents": []}, {"id": "b", "parents": ["a"]}, {"id": "c", "parents": ["a", "b"]}]}}}
            """;

    @TempDir
    Path folder = Path.of("");

    @Test
    void submitsACommandAndShowsWhatItWrote() {
        try (StubControlPlane server = new StubControlPlane()) {
            Run run = Run.against(
                    server,
                    "submit",
                    "--tenant",
                    "acme",
                    "--wait",
                    "--cpu",
                    "250",
                    "--env",
                    "A=1",
                    "--",
                    "echo",
                    "--json");

            assertThat(run.code()).isZero();
            assertThat(run.out()).isEqualTo("hello from t-1\n");
            JsonNode task = server.tasksOf("acme").getFirst();
            assertThat(task.path("command")).hasToString("[\"echo\",\"--json\"]");
            assertThat(task.path("resources")).hasToString("{\"cpuMillis\":250}");
            assertThat(task.path("variables").path("A").asText()).isEqualTo("1");
        }
    }

    @Test
    void whatIsNotSaidOfATenantsSettingsStays() throws Exception {
        try (StubControlPlane server = new StubControlPlane()) {
            Run budget = Run.against(server, "settings", "--tenant", "acme", "--monthly-budget", "20.5");
            assertThat(budget.code()).as(budget.err()).isZero();
            assertThat(budget.out()).contains("$20.50 a month; $4.50 spent in 2026-01", "30.0 s at least");

            Run waiting = Run.against(server, "settings", "--p95-wait", "5", "--wait-price-per-hour", "2.5");
            assertThat(waiting.out())
                    .contains("one task in twenty for longer than 5.000 s; $2.50 for an hour of a task");

            Run places = Run.against(server, "settings", "--placements", "aws/eu-central-1,gcp");
            assertThat(places.out()).contains("machines   in aws/eu-central-1, gcp");
            for (String bad : new String[] {"", "aws,", "aws//a", "aws /a"}) {
                Run run = Run.against(server, "settings", "--placements", bad);
                assertThat(run.code()).as(bad).isEqualTo(2);
                assertThat(run.err()).contains("--placements takes PROVIDER").hasLineCount(1);
            }

            Run share = Run.against(server, "settings", "--spot-share", "0.25");
            assertThat(share.out()).contains("gcp; at most 0.25 of what runs on spot");
            for (String bad : new String[] {"x", "-1", "1.5", "0.1234567", ""}) {
                Run run = Run.against(server, "settings", "--spot-share", bad);
                assertThat(run.code()).as(bad).isEqualTo(2);
                assertThat(run.err()).contains("--spot-share takes 0 to 1").hasLineCount(1);
            }

            Run retention =
                    Run.against(server, "settings", "--json", "--min-retention", "none", "--max-retention", "60");
            JsonNode settings = Json.parse(retention.out());
            assertThat(settings.path("monthlyBudgetNanoUsd").asLong()).isEqualTo(20_500_000_000L);
            assertThat(settings.path("maxRetentionSeconds").asLong()).isEqualTo(60);
            assertThat(settings.path("p95WaitSeconds").asLong()).isEqualTo(5);
            assertThat(settings.has("minRetentionSeconds")).isFalse();
            assertThat(settings.path("spotShare").asDouble()).isEqualTo(0.25);
            assertThat(Run.against(server, "settings", "--spot-share", "0").out())
                    .contains("gcp; never on spot");
            assertThat(settings.path("placements")).hasToString("[\"aws/eu-central-1\",\"gcp\"]");
            assertThat(Run.against(server, "settings", "--placements", "none").out())
                    .contains("machines   anywhere; never on spot");

            for (String bad : new String[] {"x", "-1", "1e30", ""}) {
                Run run = Run.against(server, "settings", "--monthly-budget", bad);
                assertThat(run.code()).as(bad).isEqualTo(2);
                assertThat(run.err())
                        .contains("--monthly-budget takes dollars, or none")
                        .hasLineCount(1);
            }
        }
    }

    @Test
    void aTaskThatFailsMakesTheCommandFail() {
        try (StubControlPlane server = new StubControlPlane().endTasks("FAILED")) {
            Run run = Run.against(server, "submit", "--tenant", "acme", "--wait", "--", "false");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("FAILED, exit code 3");
        }
    }

    @Test
    void submitsAFileOfTasks() throws IOException {
        Path file = Files.writeString(folder.resolve("tasks.json"), "[{\"command\":[\"a\"]},{\"command\":[\"b\"]}]");
        try (StubControlPlane server = new StubControlPlane()) {
            assertThat(Run.against(server, "submit", "--tenant", "acme", "--file", file.toString())
                            .out())
                    .isEqualTo("t-1\nt-2\n");
            assertThat(Run.against(server, "submit", "--tenant", "acme", "--wait", "--json", "--file", file.toString())
                            .out())
                    .isEqualTo("{\"tasks\":2,\"failed\":0}\n");
        }
    }

    @Test
    void saysWhereAFileIsNotJson() throws IOException {
        Path file = Files.writeString(folder.resolve("tasks.json"), "[\n{]");
        try (StubControlPlane server = new StubControlPlane()) {
            Run run = Run.against(server, "submit", "--file", file.toString());

            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("tasks.json is not JSON").contains("line 2");
        }
    }

    @Test
    void submitsATraceForItsTenantsAndAccountsForEveryTask() throws IOException {
        Path file = Files.writeString(folder.resolve("trace.csv"), TRACE);
        try (StubControlPlane server = new StubControlPlane()) {
            Run run = Run.against(
                    server, "submit", "--arrivals", file.toString(), "--speed", "100", "--tenants-min", "1", "--json");

            assertThat(run.err()).doesNotContain("warmfront:");
            assertThat(run.code()).isZero();
            JsonNode report = Json.parse(run.out());
            assertThat(report.path("tasks").asInt()).isEqualTo(4);
            assertThat(report.path("succeeded").asInt()).isEqualTo(4);
            assertThat(report.path("lost").asInt()).isZero();
            assertThat(report.path("startKinds").path("hot").asInt()).isEqualTo(4);
            assertThat(report.path("waitSeconds").path("p99").asDouble()).isEqualTo(0.25);
            assertThat(server.tenants()).containsExactlyInAnyOrder("t-a", "t-b", "client");
            assertThat(server.tasksOf("t-a"))
                    .extracting(task -> task.path("resources").path("cpuMillis").asLong())
                    .containsExactly(500L, 2000L);
        }
    }

    @Test
    void aLostTaskIsCountedAndMakesTheCommandFail() throws IOException {
        Path file = Files.writeString(folder.resolve("trace.csv"), TRACE);
        try (StubControlPlane server = new StubControlPlane().forget(1)) {
            Run run = Run.against(server, "submit", "--arrivals", file.toString(), "--speed", "1000");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).contains("4 tasks: 3 succeeded, 1 lost, 0 double attempts");
            assertThat(run.out()).contains("charges $1.50 + unattributed $0.50 = cost of the instances $2.00");
        }
    }

    @Test
    void importsWorkflowsAndReportsOnTheirOrder() throws IOException {
        Path file = Files.writeString(folder.resolve("w.json"), WORKFLOW);
        try (StubControlPlane server = new StubControlPlane()) {
            Run run = Run.against(
                    server,
                    "workflows",
                    "import",
                    file.toString(),
                    "--tenant",
                    "acme",
                    "--speed",
                    "20",
                    "--wait",
                    "--json");

            assertThat(run.code()).isZero();
            JsonNode report = Json.parse(run.out());
            assertThat(report.path("tasks").asInt()).isEqualTo(3);
            assertThat(report.path("makespanSeconds").asDouble()).isEqualTo(3);
            assertThat(report.path("startedBeforeAParent").asInt()).isZero();
        }
    }

    @Test
    void aChildThatStartedBeforeItsParentEndedMakesTheCommandFail() throws IOException {
        Path file = Files.writeString(folder.resolve("w.json"), WORKFLOW);
        try (StubControlPlane server = new StubControlPlane().ignoreParents()) {
            Run run =
                    Run.against(server, "workflows", "import", file.toString(), "--tenant", "acme", "--wait", "--json");

            assertThat(run.code()).isEqualTo(1);
            assertThat(Json.parse(run.out()).path("startedBeforeAParent").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void theLoadGeneratorCountsWhatWasAcceptedAndRefused() throws InterruptedException {
        try (StubControlPlane server = new StubControlPlane().busy(5)) {
            LoadGenerator load =
                    new LoadGenerator(server.url(), "/v1/tasks", StubControlPlane.KEY, "{\"command\":[\"true\"]}");

            LoadGenerator.Result result = load.run(4, 2);

            assertThat(result.refused()).isEqualTo(5);
            assertThat(result.accepted())
                    .isPositive()
                    .isEqualTo(server.tasksOf("").size());
            assertThat(result.latencySeconds().at(0.5)).isBetween(0.0, 2.0);
        }
    }
}

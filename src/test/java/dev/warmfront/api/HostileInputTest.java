package dev.warmfront.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is sent: a clear problem, no partial change, never our fault. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // the test extension and the set-up fill the fields
final class HostileInputTest {

    private static final int TEN_MEGABYTES = 10 << 20;

    @TestHTTPResource
    URI url;

    private Client operator;
    private Client tenant;
    private String tenantId;

    @BeforeEach
    void aTenant() throws IOException, InterruptedException {
        operator = Client.operator(url);
        tenantId = Client.someId("hostile");
        tenant = operator.newTenant(tenantId);
    }

    @Test
    void noRouteThatTakesJsonTakesWhatIsNotItsJson() throws Exception {
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put("broken", "{\"a\": ");
        bodies.put("unknown field", "{\"noSuchFieldAnywhere\": 1}");
        bodies.put("an array", "[1, 2]");
        bodies.put("a text", "\"text\"");
        bodies.put("null", "null");
        bodies.put("nothing", " ");
        bodies.put("two documents", "{} {}");
        bodies.put("very deep", "[".repeat(5_000) + "]".repeat(5_000));
        bodies.put("not UTF-8 safe", "{\"\\ud800\": 1}");
        bodies.put("10 MB", "{\"name\": \"" + "x".repeat(TEN_MEGABYTES) + "\"}");
        SoftAssertions softly = new SoftAssertions();
        for (Routes.Route route : Routes.all(operator)) {
            if (!route.takesJson() || !route.path().startsWith("/v1/")) {
                continue;
            }
            // The import ignores fields that it does not know: the format has many that a replay does not need.
            boolean lenient = route.path().endsWith("/import");
            for (Map.Entry<String, String> body : bodies.entrySet()) {
                Client.Answer answer = caller(route).send(route.method(), path(route), body.getValue());
                softly.assertThat(answer.status())
                        .as("%s with %s → %s", route, body.getKey(), answer.body())
                        .isIn(
                                body.getKey().equals("10 MB")
                                        ? new Object[] {413}
                                        : lenient ? new Object[] {400, 422} : new Object[] {400});
                softly.assertThat(answer.isProblem())
                        .as("%s with %s → %s", route, body.getKey(), answer.body())
                        .isTrue();
            }
            Client.Answer form = caller(route)
                    .send(route.method(), path(route), "a=b", "Content-Type", "application/x-www-form-urlencoded");
            softly.assertThat(form.status()).as("%s with a form", route).isEqualTo(415);
        }
        softly.assertAll();
        nothingChanged();
    }

    @Test
    void impossibleNumbersAreNamed() throws Exception {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("\"priority\": -1", "priority");
        fields.put("\"priority\": 10", "priority");
        fields.put("\"priority\": 2147483648", "priority");
        fields.put("\"priority\": 1.5", "priority");
        fields.put("\"timeoutSeconds\": -1", "timeoutSeconds");
        fields.put("\"timeoutSeconds\": 1e400", "timeoutSeconds");
        fields.put("\"timeoutSeconds\": 1e300", "timeoutSeconds");
        fields.put("\"resources\": {\"cpuMillis\": -5}", "resources");
        fields.put("\"resources\": {\"cpuMillis\": 0}", "resources");
        fields.put("\"resources\": {\"cpuMillis\": 9223372036854775808}", "cpuMillis");
        fields.put("\"resources\": {\"memoryBytes\": 9223372036854775807}", "resources");
        fields.put("\"resources\": {\"memoryBytes\": \"1\"}", "");
        fields.put("\"resources\": {\"gpus\": {\"L4\": -1}}", "resources");
        fields.put("\"resources\": {\"gpus\": {\"L4\": 0.0001}}", "resources");
        fields.put("\"resources\": {\"gpus\": {\"L4\": 1e999999999}}", "");
        fields.put("\"resources\": {\"gpus\": {\"L4\": 1e-999999999}}", "");
        fields.put("\"retry\": {\"maxAttempts\": 0}", "retry");
        fields.put("\"retry\": {\"maxAttempts\": 2, \"backoffSeconds\": -1}", "retry");
        fields.put("\"command\": []", "command");
        fields.put("\"command\": [null]", "command");
        fields.put("\"command\": [\"a\\u0000b\"]", "command");
        fields.put("\"variables\": {\"A=B\": \"c\"}", "command");
        fields.put("\"environment\": \"../../etc\"", "environment");
        fields.put("\"environment\": \"nowhere\"", "environment");
        fields.put("\"definition\": \"nowhere\"", "definition");
        fields.put("\"name\": \"\"", "name");
        SoftAssertions softly = new SoftAssertions();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            String command = field.getKey().contains("\"command\"") ? "" : "\"command\": [\"true\"], ";
            String task = "{" + command + field.getKey() + "}";
            for (String path : new String[] {"/v1/tasks", "/v1/tasks/batch", "/v1/workflows"}) {
                String good = "{\"key\": \"good\", \"command\": [\"true\"]}";
                String body =
                        switch (path) {
                            case "/v1/tasks" -> task;
                            case "/v1/tasks/batch" -> "{\"tasks\": [{\"command\": [\"true\"]}, " + task + "]}";
                            default ->
                                "{\"tasks\": [" + good + ", " + task.replaceFirst("\\{", "{\"key\": \"bad\", ") + "]}";
                        };
                Client.Answer answer = tenant.send("POST", path, body);
                softly.assertThat(answer.status())
                        .as("%s %s → %s", path, field.getKey(), answer.body())
                        .isIn(400, 422);
                softly.assertThat(answer.isProblem())
                        .as("%s %s → %s", path, field.getKey(), answer.body())
                        .isTrue();
                softly.assertThat(answer.body())
                        .as("%s names the field", field.getKey())
                        .contains(field.getValue());
            }
        }
        softly.assertAll();
        nothingChanged();
    }

    @Test
    void workflowsThatAreNoDagsAreRefusedWhole() throws Exception {
        Map<String, String> workflows = new LinkedHashMap<>();
        workflows.put("a cycle", tasks(node("a", "b"), node("b", "a")));
        workflows.put("itself as parent", tasks(node("a", "a")));
        workflows.put("an unknown parent", tasks(node("a", "ghost")));
        workflows.put("a repeated key", tasks(node("a", null), node("a", null)));
        workflows.put("no tasks", "{\"tasks\": []}");
        workflows.put(
                "100,000 nodes",
                "{\"tasks\": ["
                        + IntStream.range(0, 100_000)
                                .mapToObj(i -> "{\"key\":\"" + i + "\",\"command\":[\"true\"]}")
                                .collect(Collectors.joining(","))
                        + "]}");
        SoftAssertions softly = new SoftAssertions();
        for (Map.Entry<String, String> workflow : workflows.entrySet()) {
            Client.Answer answer = tenant.send("POST", "/v1/workflows", workflow.getValue());
            softly.assertThat(answer.status())
                    .as("%s → %s", workflow.getKey(), answer.body())
                    .isIn(413, 422);
            softly.assertThat(answer.isProblem())
                    .as("%s → %s", workflow.getKey(), answer.body())
                    .isTrue();
        }
        softly.assertAll();
        nothingChanged();
    }

    @Test
    void recordedRunsThatCannotBeReplayedAreRefused() throws Exception {
        String run = "{\"schemaVersion\": \"%s\", \"workflow\": {\"specification\": {\"tasks\": [{\"id\": \"a\"}]},"
                + " \"execution\": {\"tasks\": [{\"id\": \"%s\", \"runtimeInSeconds\": %s}]}}}";
        SoftAssertions softly = new SoftAssertions();
        for (String path :
                new String[] {"?speed=0", "?speed=-1", "?speed=NaN", "?speed=fast", "?speed=1&cpuMillis=-1"}) {
            Client.Answer answer = tenant.send("POST", "/v1/workflows/import" + path, run.formatted("1.5", "a", "1"));
            softly.assertThat(answer.status())
                    .as("%s → %s", path, answer.body())
                    .isIn(400, 404, 422);
            softly.assertThat(answer.isProblem())
                    .as("%s → %s", path, answer.body())
                    .isTrue();
        }
        for (String body : new String[] {
            run.formatted("1.4", "a", "1"), run.formatted("1.5", "b", "1"), run.formatted("1.5", "a", "-1"), "{}"
        }) {
            Client.Answer answer = tenant.send("POST", "/v1/workflows/import?speed=20", body);
            softly.assertThat(answer.status())
                    .as("%s → %s", body, answer.body())
                    .isEqualTo(422);
        }
        softly.assertAll();
        nothingChanged();
    }

    @Test
    void cursorsAndLimitsThatAreNotOursAreRefused() throws Exception {
        SoftAssertions softly = new SoftAssertions();
        for (String path : new String[] {"/v1/tasks", "/v1/workflows", "/v1/instances", "/v1/audit"}) {
            for (String query : new String[] {
                "cursor=!!!",
                "cursor=AAAA",
                "cursor=" + "z".repeat(5_000),
                "limit=0",
                "limit=-1",
                "limit=1001",
                "limit=many"
            }) {
                Client caller = path.equals("/v1/tasks") || path.equals("/v1/workflows") ? tenant : operator;
                Client.Answer answer = caller.get(path + "?" + query);
                softly.assertThat(answer.status())
                        .as("%s?%s → %s", path, query, answer.body())
                        .isIn(400, 404, 414);
                softly.assertThat(answer.isProblem() || answer.status() == 414)
                        .as("%s?%s → %s", path, query, answer.body())
                        .isTrue();
            }
        }
        softly.assertAll();
    }

    @Test
    void anIdempotencyKeyAnswersTheSameRequestAgainAndRefusesAnother() throws Exception {
        Map<String, String[]> posts = new LinkedHashMap<>();
        posts.put("/v1/tasks", new String[] {"{\"command\": [\"true\"]}", "{\"command\": [\"false\"]}"});
        posts.put(
                "/v1/tasks/batch",
                new String[] {"{\"tasks\": [{\"command\": [\"true\"]}]}", "{\"tasks\": [{\"command\": [\"false\"]}]}"});
        posts.put("/v1/workflows", new String[] {tasks(node("a", null)), tasks(node("b", null))});
        posts.put("/v1/environments", new String[] {"{\"id\": \"one\"}", "{\"id\": \"two\"}"});
        posts.put("/v1/task-definitions", new String[] {"{\"name\": \"one\"}", "{\"name\": \"two\"}"});
        for (Map.Entry<String, String[]> post : posts.entrySet()) {
            String key = Client.someId("key");
            Client.Answer first = tenant.send("POST", post.getKey(), post.getValue()[0], "Idempotency-Key", key);
            Client.Answer again = tenant.send("POST", post.getKey(), post.getValue()[0] + " ", "Idempotency-Key", key);
            Client.Answer other = tenant.send("POST", post.getKey(), post.getValue()[1], "Idempotency-Key", key);
            assertThat(first.status())
                    .as("%s → %s", post.getKey(), first.body())
                    .isIn(201, 202);
            assertThat(again.body()).as(post.getKey()).isEqualTo(first.body());
            assertThat(other.status())
                    .as("%s → %s", post.getKey(), other.body())
                    .isEqualTo(422);
            assertThat(other.isProblem()).isTrue();
        }
        assertThat(count("/v1/tasks")).as("tasks, each made once").isEqualTo(3);
        assertThat(count("/v1/environments")).isEqualTo(1);
        for (String bad : new String[] {"with space", "x".repeat(201)}) {
            assertThat(tenant.send("POST", "/v1/tasks", "{\"command\": [\"true\"]}", "Idempotency-Key", bad)
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void addressesThatAreNotThereAreProblemsToo() throws Exception {
        assertThat(tenant.get("/v1/nothing").isProblem())
                .as("an unknown address")
                .isTrue();
        assertThat(tenant.send("DELETE", "/v1/tasks", "").status()).isEqualTo(405);
        assertThat(tenant.get("/v1/tasks/no-such-task").isProblem()).isTrue();
        assertThat(tenant.get("/v1/tasks/%00").status()).isBetween(400, 404);
        assertThat(tenant.get("/v1/tasks/a'%20or%201=1--").status()).isEqualTo(404);
    }

    private Client caller(Routes.Route route) {
        return route.path().startsWith("/v1/tenants") || route.path().startsWith("/v1/pools") ? operator : tenant;
    }

    private String path(Routes.Route route) {
        String path = route.filled(Map.of("tenant", tenantId, "environment", "e", "name", "n"));
        return path.equals("/v1/pools/settings") ? path + "?pool=local/a/b/c/on-demand@shared" : path;
    }

    private void nothingChanged() throws Exception {
        for (String list : new String[] {"/v1/tasks", "/v1/workflows", "/v1/environments", "/v1/task-definitions"}) {
            assertThat(count(list)).as("%s after refusals", list).isZero();
        }
        assertThat(operator.get("/v1/tenants/" + tenantId + "/keys").json().get("items"))
                .as("keys")
                .hasSize(1);
    }

    private int count(String list) throws Exception {
        return tenant.get(list + "?limit=1000").json().get("items").size();
    }

    private static String node(String key, @Nullable String parent) {
        String parents = parent == null ? "" : ", \"parents\": [\"" + parent + "\"]";
        return "{\"key\": \"" + key + "\", \"command\": [\"true\"]" + parents + "}";
    }

    private static String tasks(String... nodes) {
        return "{\"tasks\": [" + String.join(", ", nodes) + "]}";
    }
}

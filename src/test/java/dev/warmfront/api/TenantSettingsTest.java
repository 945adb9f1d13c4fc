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

/** A tenant says what may be spent and held for it. */
@QuarkusTest
final class TenantSettingsTest {

    private static final String PATH = "/v1/tenant/settings";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TASK = """
            {"command": ["sleep", "60"], "resources": {"cpuMillis": 200, "memoryBytes": 1048576}}""";

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init") // set by Quarkus before each test
    URI url;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String id;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Client tenant;

    @BeforeEach
    void aNewTenant() throws Exception {
        id = Client.someId("thrifty");
        tenant = Client.operator(url).newTenant(id);
    }

    @Test
    void atFirstNothingIsBounded() throws Exception {
        JsonNode settings = tenant.get(PATH).json();

        assertThat(settings.has("monthlyBudgetNanoUsd")).isFalse();
        assertThat(settings.get("minRetentionSeconds").asDouble()).isZero();
        assertThat(settings.get("spentNanoUsd").asLong()).isZero();
        assertThat(settings.get("allowance").asText()).isEqualTo("OPEN");
        assertThat(settings.has("placements")).isFalse();
        assertThat(settings.get("spotShare")).hasToString("1");
    }

    @Test
    void nothingIsLaunchedForATenantThatMaySpendNothing() throws Exception {
        // So that it is not served by another tenant's machine.
        Client.operator(url).send("PATCH", "/v1/tenants/" + id, "{\"isolation\": \"DEDICATED\"}");
        Client.Answer bounded = tenant.send("PUT", PATH, "{\"monthlyBudgetNanoUsd\": 0}");
        assertThat(bounded.status()).as(bounded.body()).isEqualTo(200);
        assertThat(bounded.json().get("allowance").asText()).isEqualTo("SPENT");
        Client other = Client.operator(url).newTenant(Client.someId("other"));

        String task = tenant.send("POST", "/v1/tasks", TASK).json().get("id").asText();
        // Whoever comes later and is served proves that there was time to serve the first.
        assertThat(other.send("POST", "/v1/tasks", TASK).status()).isEqualTo(202);
        await(() -> !causes().equals("[]") && !causes().contains(id));
        assertThat(tenant.get("/v1/tasks/" + task).json().get("state").asText()).isEqualTo("QUEUED");

        Client.Answer free =
                tenant.send("PUT", PATH, "{}", "If-Match", bounded.headers().getOrDefault("ETag", ""));
        assertThat(free.status()).as(free.body()).isEqualTo(200);
        await(() -> causes().contains(id));
    }

    /** For whose sake there are machines. */
    private String causes() throws Exception {
        return Client.operator(url)
                .get("/v1/instances?limit=1000")
                .json()
                .findValuesAsText("causeTenant")
                .toString();
    }

    /** A question that may fail. */
    private interface Question {
        boolean isSo() throws Exception;
    }

    private static void await(Question question) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (!question.isSo()) {
            assertThat(Instant.now()).as("not so within %s", PATIENCE).isBefore(end);
            Thread.sleep(50);
        }
    }

    @Test
    void settingsAreReplacedAsAWholeAndOnlyOverTheVersionThatWasSeen() throws Exception {
        String seen = tenant.get(PATH).headers().getOrDefault("ETag", "");
        Client.Answer first = tenant.send(
                "PUT", PATH, "{\"minRetentionSeconds\": 1.5, \"maxRetentionSeconds\": 60}", "If-Match", seen);
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        Client.Answer late = tenant.send("PUT", PATH, "{}", "If-Match", seen);
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.isProblem()).isTrue();

        Client.Answer second = tenant.send("PUT", PATH, "{\"monthlyBudgetNanoUsd\": 5}");
        assertThat(second.json().has("maxRetentionSeconds")).isFalse();
        assertThat(second.json().get("monthlyBudgetNanoUsd").asLong()).isEqualTo(5);

        tenant.send("PUT", PATH, "{\"p95WaitSeconds\": 2.5, \"waitPriceNanoUsdPerHour\": 7}");
        JsonNode objective = tenant.get(PATH).json();
        assertThat(objective.get("p95WaitSeconds").asDouble()).isEqualTo(2.5);
        assertThat(objective.get("waitPriceNanoUsdPerHour").asLong()).isEqualTo(7);
        assertThat(objective.has("monthlyBudgetNanoUsd")).isFalse();

        for (String share : new String[] {"0", "0.25", "0.000001", "1"}) {
            tenant.send("PUT", PATH, "{\"spotShare\": %s}".formatted(share));
            assertThat(tenant.get(PATH).json().get("spotShare").decimalValue()).isEqualByComparingTo(share);
        }
    }

    @Test
    void tasksThatNoPermittedMachineCanTakeSayWhy() throws Exception {
        String task = tenant.send("POST", "/v1/tasks", TASK).json().get("id").asText();
        assertThat(tenant.get("/v1/tasks/" + task).json().has("detail")).isFalse();

        // Of a provider that has not answered nobody knows where it is.
        Client.Answer mute = tenant.send("PUT", PATH, "{\"placements\": [\"mute/eu\"]}");
        assertThat(mute.status()).as(mute.body()).isEqualTo(200);
        assertThat(tenant.get("/v1/tasks/" + task).json().path("detail").asText())
                .contains("that the tenant's settings permit: placements [mute/eu]");
        Client.Answer refused = tenant.send("POST", "/v1/tasks", TASK);
        assertThat(refused.status()).as(refused.body()).isEqualTo(422);
        assertThat(refused.isProblem()).isTrue();
        assertThat(refused.json().path("type").asText()).endsWith("never-fits");
        assertThat(refused.json().path("detail").asText()).contains("placements [mute/eu]");

        Client.Answer known = tenant.send("PUT", PATH, "{\"placements\": [\"mute/eu\", \"fake/fake\"]}");
        assertThat(known.json().path("placements")).hasToString("[\"fake/fake\",\"mute/eu\"]");
        assertThat(tenant.get("/v1/tasks/" + task).json().has("detail")).isFalse();
        assertThat(tenant.send("POST", "/v1/tasks", TASK).status()).isEqualTo(202);
        assertThat(tenant.send("PUT", PATH, "{}").json().has("placements")).isFalse();
    }

    @Test
    void impossibleSettingsAreRefusedWithTheFieldsName() throws Exception {
        for (String[] bad : new String[][] {
            {"{\"monthlyBudgetNanoUsd\": -1}", "monthlyBudgetNanoUsd"},
            {"{\"minRetentionSeconds\": -0.1}", "minRetentionSeconds"},
            {"{\"maxRetentionSeconds\": 1e12}", "maxRetentionSeconds"},
            {"{\"p95WaitSeconds\": -1}", "p95WaitSeconds"},
            {"{\"waitPriceNanoUsdPerHour\": -1}", "waitPriceNanoUsdPerHour"},
            {"{\"minRetentionSeconds\": 10, \"maxRetentionSeconds\": 9}", "maxRetentionSeconds"},
            {"{\"placements\": [\"\"]}", "placements"},
            {"{\"spotShare\": -0.1}", "spotShare"},
            {"{\"spotShare\": 1.000001}", "spotShare"},
            {"{\"spotShare\": 0.1234567}", "spotShare"},
            {"{\"spotShare\": 1e-999999999}", "spotShare"},
            {"{\"placements\": [null]}", "placements"},
            {"{\"placements\": [\"fake/\"]}", "placements"},
            {"{\"placements\": [\"fake\", \"nobody/eu\"]}", "placements"},
            {"{\"placements\": [\"fake/fake/b\"]}", "placements"},
        }) {
            Client.Answer answer = tenant.send("PUT", PATH, bad[0]);
            assertThat(answer.status()).as(answer.body()).isEqualTo(422);
            assertThat(answer.json().path("errors").path(0).path("field").asText())
                    .isEqualTo(bad[1]);
        }
        assertThat(tenant.get(PATH).json().get("version").asInt())
                .as("nothing was changed")
                .isEqualTo(1);
        assertThat(tenant.send("PUT", PATH, "{\"monthlyBudget\": 5}").status()).isEqualTo(400);
    }
}

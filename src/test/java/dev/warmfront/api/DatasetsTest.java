package dev.warmfront.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tenant registers what its tasks read and call. */
@QuarkusTest
final class DatasetsTest {

    private static final String SUM = "ab".repeat(32);

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init") // set by Quarkus before each test
    URI url;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Client tenant;

    @BeforeEach
    void aNewTenant() throws Exception {
        tenant = Client.operator(url).newTenant(Client.someId("reader"));
    }

    private Client.Answer register(String name, String address, String sum, long bytes) throws Exception {
        return tenant.send(
                "POST",
                "/v1/datasets",
                "{\"name\": \"%s\", \"url\": \"%s\", \"sha256\": \"%s\", \"bytes\": %d}"
                        .formatted(name, address, sum, bytes));
    }

    @Test
    void aDatasetIsRegisteredListedAndForgotten() throws Exception {
        assertThat(register("train", "https://data.example/train", SUM, 7).status())
                .isEqualTo(201);
        assertThat(register("train", "https://data.example/train", SUM, 7).status())
                .as("it is never changed")
                .isEqualTo(409);
        assertThat(tenant.get("/v1/datasets/train").json().get("sha256").asText())
                .isEqualTo(SUM);
        assertThat(tenant.get("/v1/datasets").json().get("items")).hasSize(1);
        assertThat(tenant.send("DELETE", "/v1/datasets/train", "").status()).isEqualTo(204);
        assertThat(tenant.get("/v1/datasets/train").status()).isEqualTo(404);
    }

    @Test
    void whatIsNoDatasetIsRefusedByItsField() throws Exception {
        assertThat(register("1st", "https://data.example/x", SUM, 7).body()).contains("\"name\"");
        assertThat(register("x", "ftp://data.example/x", SUM, 7).body()).contains("\"url\"");
        assertThat(register("x", "file://host/x", SUM, 7).body()).contains("\"url\"");
        assertThat(register("x", "https://data.example/x", "abc", 7).body()).contains("\"sha256\"");
        assertThat(register("x", "https://data.example/x", SUM, -1).body()).contains("\"bytes\"");
    }

    @Test
    void aServiceIsRegisteredListedAndForgotten() throws Exception {
        Client.Answer made = tenant.send("POST", "/v1/services", """
                {"name": "db", "endpoints": [{"address": "a.example:5432", "zone": "z1"}, {"address": "[::1]:5432"}]}""");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        assertThat(tenant.get("/v1/services/db")
                        .json()
                        .at("/endpoints/1/address")
                        .asText())
                .isEqualTo("[::1]:5432");
        for (String wrong : new String[] {"", "{\"address\": \"a.example\"}", "{\"address\": \"a.example:0\"}", "{}"}) {
            assertThat(tenant.send("POST", "/v1/services", "{\"name\": \"x\", \"endpoints\": [%s]}".formatted(wrong))
                            .body())
                    .contains("\"endpoints\"");
        }
        assertThat(tenant.send("DELETE", "/v1/services/db", "").status()).isEqualTo(204);
        assertThat(tenant.get("/v1/services").json().get("items")).isEmpty();
    }

    @Test
    void tasksNameWhatTheyReadAndCall() throws Exception {
        register("train", "https://data.example/train", SUM, 7);
        tenant.send("POST", "/v1/services", """
                {"name": "db", "endpoints": [{"address": "a.example:5432"}]}""");
        assertThat(tenant.send("POST", "/v1/tasks", """
                                {"command": ["true"], "datasets": ["train"], "services": [{"name": "db", "calls": 9}]}""").status()).isEqualTo(202);
        for (String wrong : new String[] {
            "\"datasets\": [\"other\"]",
            "\"datasets\": [\"train\", \"train\"]",
            "\"datasets\": [null]",
            "\"services\": [{\"name\": \"other\"}]",
            "\"services\": [{\"name\": \"db\", \"calls\": -1}]",
            "\"outputs\": {\"x\": \"../x\"}",
            "\"outputs\": {\"x\": null}",
            "\"inputs\": [{\"from\": \"a\", \"output\": \"x\"}]"
        }) {
            Client.Answer answer = tenant.send("POST", "/v1/tasks", "{\"command\": [\"true\"], %s}".formatted(wrong));
            assertThat(answer.status()).as("%s: %s", wrong, answer.body()).isEqualTo(422);
        }
    }

    @Test
    void aWorkflowsTasksReadWhatTheirParentsLeave() throws Exception {
        String body = """
                {"tasks": [
                  {"key": "a", "command": ["true"], "outputs": {"frames": "f.bin"}},
                  {"key": "b", "command": ["true"], "parents": ["%s"], "inputs": [{"from": "a", "output": "frames"}]}]}""";
        assertThat(tenant.send("POST", "/v1/workflows", body.formatted("a")).status())
                .isEqualTo(202);
        Client.Answer orphan = tenant.send("POST", "/v1/workflows", """
                {"tasks": [
                  {"key": "a", "command": ["true"], "outputs": {"frames": "f.bin"}},
                  {"key": "b", "command": ["true"], "inputs": [{"from": "a", "output": "frames"}]}]}""");
        assertThat(orphan.status()).as(orphan.body()).isEqualTo(422);
        assertThat(orphan.body()).contains("is not made by a parent");
    }
}

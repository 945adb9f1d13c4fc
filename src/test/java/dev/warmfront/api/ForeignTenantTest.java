package dev.warmfront.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** I4: a tenant's key opens nothing of another's, on any route that there is. */
@QuarkusTest
final class ForeignTenantTest {

    private static final String SECRET = "zebra-secret";

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init") // the test extension fills it
    URI url;

    @Test
    void everyRouteIsClosedToAnotherTenantsKey() throws Exception {
        Client operator = Client.operator(url);
        String owner = Client.someId("owner");
        Client mine = operator.newTenant(owner);
        Client foreign = operator.newTenant(Client.someId("foreign"));
        Map<String, String> things = things(operator, mine, owner);
        List<String> names = new ArrayList<>(things.values());
        // A provider is the installation's, no tenant's: its name is no secret of theirs.
        names.remove(things.get("provider"));
        names.add(SECRET);
        names.add(owner);

        List<Routes.Route> routes = Routes.all(operator);
        SoftAssertions softly = new SoftAssertions();
        int named = 0;
        for (Routes.Route route : routes) {
            if (!route.path().startsWith("/v1/") || route.path().equals("/v1/events")) {
                continue;
            }
            String path = route.filled(things);
            Client.Answer answer = foreign.send(route.method(), path, route.takesJson() ? "{}" : "");
            if (!path.equals(route.path())) {
                named++;
                softly.assertThat(answer.status())
                        .as("%s → %s", route, answer.body())
                        .isIn(403, 404);
            }
            softly.assertThat(answer.status())
                    .as("%s → %s", route, answer.body())
                    .isLessThan(500);
            // What the caller itself has sent in the address may come back in a sentence that denies it.
            String said = answer.body();
            for (String name : names) {
                if (!path.contains(name)) {
                    softly.assertThat(said).as("%s leaks %s", route, name).doesNotContain(name);
                }
            }
        }
        softly.assertAll();
        assertThat(named).as("routes that name a thing").isGreaterThan(15);
        assertThat(mine.get("/v1/tasks/" + things.get("task"))
                        .json()
                        .get("state")
                        .asText())
                .as("the owner's task, after all that")
                .isEqualTo("QUEUED");
        for (String feature : List.of("environments", "datasets", "services")) {
            assertThat(mine.get("/v1/" + feature + "/" + SECRET).status())
                    .as(feature)
                    .isEqualTo(200);
        }
    }

    @Test
    void everyRouteIsClosedWithoutAKey() throws Exception {
        Client operator = Client.operator(url);
        Client nobody = operator.as("");
        SoftAssertions softly = new SoftAssertions();
        for (Routes.Route route : Routes.all(operator)) {
            if (route.path().startsWith("/v1/")) {
                String path = route.path().replaceAll("\\{[a-z]+}", "x");
                Client.Answer answer = nobody.send(route.method(), path, route.takesJson() ? "{}" : "");
                softly.assertThat(answer.status()).as("%s", route).isEqualTo(401);
                softly.assertThat(answer.isProblem())
                        .as("%s: %s", route, answer.body())
                        .isTrue();
                Client.Answer wrong = operator.as("wf_wrong").send(route.method(), path, route.takesJson() ? "{}" : "");
                softly.assertThat(wrong.status())
                        .as("%s with a wrong key", route)
                        .isEqualTo(401);
            }
        }
        softly.assertAll();
    }

    @Test
    void aReadersKeyChangesNothing() throws Exception {
        Client operator = Client.operator(url);
        String tenant = Client.someId("readers");
        operator.newTenant(tenant);
        Client reader =
                operator.as(operator.send("POST", "/v1/tenants/" + tenant + "/keys", "{\"role\": \"tenant-reader\"}")
                        .json()
                        .get("key")
                        .asText());
        SoftAssertions softly = new SoftAssertions();
        for (Routes.Route route : Routes.all(operator)) {
            if (route.path().startsWith("/v1/") && !route.method().equals("GET")) {
                String path = route.path().replaceAll("\\{[a-z]+}", "x");
                Client.Answer answer = reader.send(route.method(), path, route.takesJson() ? "{}" : "");
                softly.assertThat(answer.status()).as("%s", route).isEqualTo(403);
            }
        }
        softly.assertAll();
    }

    @Test
    void aRevokedKeyOpensNothing() throws Exception {
        Client operator = Client.operator(url);
        String tenant = Client.someId("revoked");
        operator.newTenant(tenant);
        var made = operator.send("POST", "/v1/tenants/" + tenant + "/keys", "{\"role\": \"tenant-reader\"}")
                .json();
        Client holder = operator.as(made.get("key").asText());
        assertThat(holder.get("/v1/tenant").status()).isEqualTo(200);
        operator.send(
                "DELETE", "/v1/tenants/" + tenant + "/keys/" + made.get("id").asText(), "");
        assertThat(holder.get("/v1/tenant").status()).isEqualTo(401);
        assertThat(operator.get("/v1/tenants/" + tenant + "/keys").body())
                .doesNotContain(made.get("key").asText());
    }

    /** One of everything that a route can name. */
    private static Map<String, String> things(Client operator, Client mine, String owner) throws Exception {
        String task = mine.send(
                        "POST",
                        "/v1/tasks",
                        "{\"command\": [\"echo\", \"%s\"], \"name\": \"%s\"}".formatted(SECRET, SECRET))
                .json()
                .get("id")
                .asText();
        String workflow = mine.send(
                        "POST",
                        "/v1/workflows",
                        "{\"name\": \"%s\", \"tasks\": [{\"key\": \"a\", \"command\": [\"true\"]}]}".formatted(SECRET))
                .json()
                .get("id")
                .asText();
        mine.send("POST", "/v1/environments", "{\"id\": \"%s\"}".formatted(SECRET));
        mine.send("POST", "/v1/task-definitions", "{\"name\": \"%s\"}".formatted(SECRET));
        mine.send(
                "POST",
                "/v1/datasets",
                "{\"name\": \"%s\", \"url\": \"file:///x\", \"sha256\": \"%s\", \"bytes\": 1}"
                        .formatted(SECRET, "a".repeat(64)));
        mine.send(
                "POST",
                "/v1/services",
                "{\"name\": \"%s\", \"endpoints\": [{\"address\": \"db.example:5432\"}]}".formatted(SECRET));
        String key = operator.get("/v1/tenants/" + owner + "/keys")
                .json()
                .get("items")
                .get(0)
                .get("id")
                .asText();
        String instance = "";
        for (int i = 0; i < 100 && instance.isEmpty(); i++) {
            instance = operator.get("/v1/instances")
                    .json()
                    .path("items")
                    .path(0)
                    .path("id")
                    .asText();
        }
        assertThat(instance).as("an instance for the task").isNotEmpty();
        return Map.of(
                "task",
                task,
                "workflow",
                workflow,
                "environment",
                SECRET,
                "dataset",
                SECRET,
                "service",
                SECRET,
                "name",
                SECRET,
                "tenant",
                owner,
                "key",
                key,
                "instance",
                instance,
                "provider",
                operator.get("/v1/providers")
                        .json()
                        .path("items")
                        .path(0)
                        .path("id")
                        .asText());
    }
}

package dev.warmfront.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

final class ApiTest {

    @Test
    void repeatsARefusedPostWithTheSameIdempotencyKey() throws InterruptedException {
        try (StubControlPlane server = new StubControlPlane().busy(2)) {
            Api api = new Api(server.url(), StubControlPlane.KEY, "acme");

            api.post("/v1/tasks", Json.object());
            api.post("/v1/tasks", Json.object());

            assertThat(server.idempotencyKeys()).hasSize(4);
            assertThat(new HashSet<>(server.idempotencyKeys().subList(0, 3))).hasSize(1);
            assertThat(server.idempotencyKeys().get(3))
                    .isNotEqualTo(server.idempotencyKeys().get(0));
            assertThat(server.tasksOf("acme")).hasSize(2);
        }
    }

    @Test
    void followsTheCursorToTheEndOfAList() throws InterruptedException {
        try (StubControlPlane server = new StubControlPlane()) {
            Api api = new Api(server.url(), StubControlPlane.KEY, "acme");
            for (int i = 0; i < 8; i++) {
                api.post("/v1/tasks", Json.object().put("name", "n" + i));
            }

            assertThat(api.all("/v1/tasks"))
                    .extracting(task -> Json.text(task, "name"))
                    .doesNotHaveDuplicates()
                    .hasSize(8);
        }
    }

    @Test
    void tellsAProblemInOneLine() {
        try (StubControlPlane server = new StubControlPlane()) {
            Api api = new Api(server.url(), "wrong", "");

            assertThatThrownBy(() -> api.get("/v1/pools"))
                    .isInstanceOf(CliException.class)
                    .hasMessage("Not authenticated: the key is not known; weight must be positive");
        }
    }

    @Test
    void keepsOddCharactersInsideTheirSegment() {
        assertThat(Api.segment("a/b c?d")).isEqualTo("a%2Fb%20c%3Fd");
    }
}

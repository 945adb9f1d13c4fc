package dev.warmfront.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** The embedded server is a real one: what it acknowledges is on disk. */
@QuarkusTest
final class DurabilityTest {

    private final Pool pool;

    @Inject
    DurabilityTest(Pool pool) {
        this.pool = pool;
    }

    @Test
    void theEmbeddedServerSyncsWhatItCommits() throws Exception {
        for (Map.Entry<String, String> setting : Map.of(
                        "fsync", "on", "synchronous_commit", "on", "full_page_writes", "on")
                .entrySet()) {
            String value = pool.query("show " + setting.getKey())
                    .execute()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .iterator()
                    .next()
                    .getString(0);
            assertThat(value).as(setting.getKey()).isEqualTo(setting.getValue());
        }
    }

    /** The name is Quarkus' own: were it to change, the server would start while the application is built, or never. */
    @Test
    void theMarkOfARunningApplicationIsThere() {
        assertThat(ConfigProvider.getConfig().getConfigSources())
                .anyMatch(source -> source.getName().equals("BuildTime RunTime Fixed"));
        assertThat(ConfigProvider.getConfig().getValue("quarkus.datasource.reactive.url", String.class))
                .startsWith("postgresql://127.0.0.1:");
    }
}

package dev.warmfront.platform;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Where no database is configured, starts one on the data folder and configures it. A config source comes ahead of Flyway and
 * Hibernate in the packaged application, in dev mode and in tests alike.
 */
public final class EmbeddedPostgresConfigSourceFactory implements ConfigSourceFactory {

    static final String URL = "quarkus.datasource.reactive.url";

    /**
     * Present only in a running application: while it is being built, a URL given here would be recorded into the jar as a
     * default. The name is Quarkus' own and internal; a test pins it.
     */
    static final String RUN_TIME_MARK = "BuildTime RunTime Fixed";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue url = context.getValue(URL);
        boolean configured =
                url != null && url.getValue() != null && !url.getValue().isBlank();
        boolean running = context.getConfigSources().stream()
                .anyMatch(source -> source.getName().equals(RUN_TIME_MARK));
        if (configured || !running) {
            return List.of();
        }
        int port = EmbeddedDatabase.start(
                DataFolder.of(value(context, DataFolder.PROPERTY)).resolve("postgresql"));
        return List.of(new PropertiesConfigSource(
                Map.of(URL, "postgresql://127.0.0.1:" + port + "/postgres", "quarkus.datasource.username", "postgres"),
                "Embedded PostgreSQL",
                // Above application.properties, below everything that a user can set.
                260));
    }

    private static String value(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        return value == null || value.getValue() == null ? "" : value.getValue();
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(290);
    }
}

package dev.warmfront.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.Map;

/** Which providers this installation uses, and how hard it may press them. */
@ConfigMapping(prefix = "warmfront")
public interface ProvidersConfig {

    /** Providers by the name that their placements carry. */
    Map<String, ProviderConfig> providers();

    /** How often the truth at the providers is compared with ours. */
    @WithDefault("5s")
    Duration sweep();

    /** One provider. */
    interface ProviderConfig {
        /** The adapter's kind, for example {@code local}. */
        String kind();

        /** The adapter's own settings. */
        Map<String, String> settings();

        /** Calls that may be made at once after a quiet time. */
        @WithName("rate.burst")
        @WithDefault("100")
        long rateBurst();

        /** Calls per second in the long run. */
        @WithName("rate.per-second")
        @WithDefault("50")
        long ratePerSecond();
    }
}

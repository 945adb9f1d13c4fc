package dev.warmfront.tenant;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What one key may ask for. */
@ConfigMapping(prefix = "warmfront.limits")
public interface LimitsConfig {

    /** Requests of one key per second, in the long run. */
    @WithDefault("20000")
    long requestsPerSecond();

    /** Requests of one key at once after a quiet time. */
    @WithDefault("40000")
    long requestBurst();
}

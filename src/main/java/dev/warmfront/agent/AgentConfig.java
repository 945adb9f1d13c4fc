package dev.warmfront.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the conversation with agents. */
@ConfigMapping(prefix = "warmfront.agent")
public interface AgentConfig {

    /** An instance whose agent was not heard for this long is lost. Agents call three times as often. */
    @WithDefault("15s")
    Duration lostAfter();

    /** Seconds between an attempt's usage samples. */
    @WithDefault("1")
    int sampleSeconds();

    /** Bytes that are kept of each stream of an attempt. */
    @WithDefault("1048576")
    long logLimitBytes();
}

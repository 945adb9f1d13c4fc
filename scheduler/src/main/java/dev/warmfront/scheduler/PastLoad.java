package dev.warmfront.scheduler;

import dev.warmfront.domain.EnvironmentKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A machine has loaded an environment, and nothing else meanwhile; of the past, for policies with a memory.
 *
 * @param took how long it took; null when it failed
 */
public record PastLoad(EnvironmentKey environment, @Nullable Duration took) {}

package dev.warmfront.environment;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new environment, or how it shall be.
 *
 * @param id its name; when it is replaced the address has it
 * @param warmUp command run once per instance while it is WARMING; nothing by default
 */
record EnvironmentRequest(
        @Nullable String id,
        @Nullable List<String> warmUp,
        @Nullable Map<String, String> variables) {}

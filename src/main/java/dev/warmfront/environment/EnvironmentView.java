package dev.warmfront.environment;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An environment.
 *
 * @param warmUp command run once per instance before its tasks start there
 * @param variables of the warm-up and of every task of the environment
 * @param version for If-Match
 */
public record EnvironmentView(
        String id,
        List<String> warmUp,
        Map<String, String> variables,
        long version,
        Instant createdAt,
        Instant updatedAt) {}

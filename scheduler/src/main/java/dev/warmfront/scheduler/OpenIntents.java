package dev.warmfront.scheduler;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Intents without an outcome. */
final class OpenIntents {

    private final Map<IntentToken, Intent> byToken = new LinkedHashMap<>();
    private final Map<InstanceId, List<Intent>> byInstance = new HashMap<>();
    private int speculative;

    /** A new one, or one that has its outcome by now. */
    void put(Intent intent) {
        if (intent.outcome() == null) {
            byToken.put(intent.token(), intent);
            byInstance
                    .computeIfAbsent(intent.instance(), instance -> new ArrayList<>())
                    .add(intent);
            speculative += intent.speculative() ? 1 : 0;
        } else if (byToken.remove(intent.token()) != null) {
            byInstance.computeIfPresent(intent.instance(), (instance, open) -> {
                open.removeIf(other -> other.token().equals(intent.token()));
                return open.isEmpty() ? null : open;
            });
            speculative -= intent.speculative() ? 1 : 0;
        }
    }

    @Nullable Intent get(IntentToken token) {
        return byToken.get(token);
    }

    /** All of them, in the order of issue. */
    Collection<Intent> all() {
        return Collections.unmodifiableCollection(byToken.values());
    }

    /** Those on the instance, in the order of issue. */
    List<Intent> on(InstanceId instance) {
        return List.copyOf(byInstance.getOrDefault(instance, List.of()));
    }

    boolean has(InstanceId instance, Intent.Kind kind) {
        for (Intent intent : byInstance.getOrDefault(instance, List.of())) {
            if (intent.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /** How many were issued ahead of tasks. */
    int speculative() {
        return speculative;
    }
}

package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The tasks that the control plane took, by tenant: what it must not lose. */
final class Acknowledged {

    private final Map<String, Set<String>> ids = new LinkedHashMap<>();

    /** Remembers the answer to a batch. */
    synchronized void add(String tenant, JsonNode answer) {
        Set<String> of = ids.computeIfAbsent(tenant, unused -> new LinkedHashSet<>());
        answer.path("ids").forEach(id -> of.add(id.asText()));
    }

    /** Remembers one task. */
    synchronized void add(String tenant, String id) {
        ids.computeIfAbsent(tenant, unused -> new LinkedHashSet<>()).add(id);
    }

    synchronized int count() {
        return ids.values().stream().mapToInt(Set::size).sum();
    }

    synchronized Map<String, Set<String>> byTenant() {
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        ids.forEach((tenant, of) -> copy.put(tenant, Set.copyOf(of)));
        return copy;
    }
}

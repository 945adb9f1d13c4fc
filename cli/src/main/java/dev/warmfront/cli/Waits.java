package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;

/** How long tasks waited from the moment they could have run until their process ran. */
final class Waits {

    private final Collection<JsonNode> tasks;

    /** @param tasks task views of the API */
    Waits(Collection<JsonNode> tasks) {
        this.tasks = tasks;
    }

    /** Of tasks that started this way. */
    Percentiles of(StartKind kind) {
        return new Percentiles(tasks.stream()
                .filter(task -> Json.text(task, "startKind").equals(kind.name()))
                .filter(Waits::hasWait)
                .mapToDouble(Waits::seconds)
                .toArray());
    }

    /** Of all tasks that started. */
    Percentiles all() {
        return new Percentiles(tasks.stream()
                .filter(Waits::hasWait)
                .mapToDouble(Waits::seconds)
                .toArray());
    }

    /** Adds {@code startKinds} and {@code waitSeconds} to a report. */
    void addTo(ObjectNode report) {
        ObjectNode kinds = report.putObject("startKinds");
        ObjectNode byKind = Json.object();
        for (StartKind kind : StartKind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            Percentiles of = of(kind);
            kinds.put(name, of.count());
            fill(byKind.putObject(name), of);
        }
        fill(report.putObject("waitSeconds"), all());
        report.set("waitSecondsByStartKind", byKind);
    }

    private static void fill(ObjectNode node, Percentiles of) {
        if (of.count() > 0) {
            node.put("p50", of.at(0.5))
                    .put("p95", of.at(0.95))
                    .put("p99", of.at(0.99))
                    .put("max", of.at(1));
        }
    }

    private static boolean hasWait(JsonNode task) {
        return task.path("waitSeconds").isNumber();
    }

    private static double seconds(JsonNode task) {
        return task.get("waitSeconds").asDouble();
    }
}

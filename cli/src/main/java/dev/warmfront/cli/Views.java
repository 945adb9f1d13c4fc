package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Answers of the API as text. */
final class Views {

    private Views() {}

    /** Every field on a line of its own; what is null or empty is left out. */
    static void fields(PrintStream out, JsonNode node) {
        int width = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            width = Math.max(width, field.getKey().length());
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue();
            boolean empty = value.isNull()
                    || (value.isContainerNode() && value.isEmpty())
                    || value.asText("x").isEmpty();
            if (!empty) {
                String text = value.isContainerNode() ? value.toString() : value.asText();
                out.println(field.getKey() + " ".repeat(width - field.getKey().length() + 2) + text);
            }
        }
    }

    /** Costs of one tenant per row, by kind. */
    static Table costs() {
        return new Table("tenant", "total", "active", "idle", "standby", "launch");
    }

    /** One row of {@link #costs()}. */
    static void cost(Table table, JsonNode cost) {
        table.row(
                Json.text(cost, "tenant"),
                Text.money(cost, "totalNanoUsd"),
                Text.money(cost, "activeNanoUsd"),
                Text.money(cost, "idleHotNanoUsd"),
                Text.money(cost, "standbyNanoUsd"),
                Text.money(cost, "launchNanoUsd"));
    }

    /** What everybody pays beside what the instances cost. */
    static void balance(PrintStream out, JsonNode summary) {
        long charges = summary.path("chargesNanoUsd").asLong();
        long unattributed = summary.path("unattributedNanoUsd").asLong();
        long cost = summary.path("instanceCostNanoUsd").asLong();
        long difference = cost - charges - unattributed;
        out.printf(
                Locale.ROOT,
                "charges %s + unattributed %s %s cost of the instances %s%n",
                Text.money(charges),
                Text.money(unattributed),
                difference == 0 ? "=" : "≠",
                Text.money(cost));
    }

    /** Whether the books balance to the nano-dollar. */
    static boolean balanced(JsonNode summary) {
        return summary.path("chargesNanoUsd").asLong()
                        + summary.path("unattributedNanoUsd").asLong()
                == summary.path("instanceCostNanoUsd").asLong();
    }

    /** Waits by how the task was started. */
    static void waits(PrintStream out, Waits waits) {
        Table table = new Table("start", "tasks", "p50 s", "p95 s", "p99 s", "max s");
        for (StartKind kind : StartKind.values()) {
            Percentiles of = waits.of(kind);
            row(table, kind.name().toLowerCase(Locale.ROOT), of);
        }
        row(table, "all", waits.all());
        table.print(out);
    }

    private static void row(Table table, String name, Percentiles of) {
        table.row(
                name,
                of.count(),
                Text.seconds(of.at(0.5)),
                Text.seconds(of.at(0.95)),
                Text.seconds(of.at(0.99)),
                Text.seconds(of.at(1)));
    }
}

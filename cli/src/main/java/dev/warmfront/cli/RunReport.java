package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What became of acknowledged tasks, by the API's own account of every one. */
final class RunReport {

    private static final Set<String> FINAL = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
    private static final long LOOK_AGAIN_MILLIS = 250;

    private final List<JsonNode> tasks;
    private final int acknowledged;
    private final int doubleAttempts;
    private final JsonNode costs;

    private RunReport(List<JsonNode> tasks, int acknowledged, int doubleAttempts, JsonNode costs) {
        this.tasks = tasks;
        this.acknowledged = acknowledged;
        this.doubleAttempts = doubleAttempts;
        this.costs = costs;
    }

    /** Reads every acknowledged task back. */
    static RunReport read(Api operator, Acknowledged acknowledged) throws InterruptedException {
        List<JsonNode> found = new ArrayList<>();
        int doubled = 0;
        for (Map.Entry<String, Set<String>> entry : acknowledged.byTenant().entrySet()) {
            Api api = operator.forTenant(entry.getKey());
            Set<String> seen = new HashSet<>();
            for (JsonNode task : api.all("/v1/tasks")) {
                String id = Json.text(task, "id");
                if (entry.getValue().contains(id) && seen.add(id)) {
                    found.add(task);
                }
            }
            doubled += api.get("/v1/tasks/summary").path("doubleAttempts").asInt();
        }
        return new RunReport(found, acknowledged.count(), doubled, operator.get("/v1/costs/summary"));
    }

    /** Waits until nothing of the tenants is left to run; says how far it is. */
    static void awaitAll(Api operator, Set<String> tenants, Progress progress) throws InterruptedException {
        Map<String, long[]> counts = new LinkedHashMap<>();
        tenants.forEach(tenant -> counts.put(tenant, new long[] {0, 1}));
        while (true) {
            boolean open = false;
            for (Map.Entry<String, long[]> entry : counts.entrySet()) {
                long[] count = entry.getValue();
                if (count[0] < count[1]) {
                    JsonNode summary = operator.forTenant(entry.getKey()).get("/v1/tasks/summary");
                    count[1] = summary.path("total").asLong();
                    count[0] = 0;
                    for (String state : FINAL) {
                        count[0] += summary.path("byState").path(state).asLong();
                    }
                    open |= count[0] < count[1];
                    progress.at(sum(counts, 0), sum(counts, 1), "tasks final");
                }
            }
            if (!open) {
                return;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private static long sum(Map<String, long[]> counts, int which) {
        return counts.values().stream().mapToLong(count -> count[which]).sum();
    }

    List<JsonNode> tasks() {
        return tasks;
    }

    Waits waits() {
        return new Waits(tasks);
    }

    JsonNode costs() {
        return costs;
    }

    int acknowledged() {
        return acknowledged;
    }

    int doubleAttempts() {
        return doubleAttempts;
    }

    /** Acknowledged tasks that the control plane does not know, or that did not come to an end. */
    int lost() {
        return acknowledged
                - (int) tasks.stream()
                        .filter(task -> FINAL.contains(Json.text(task, "state")))
                        .count();
    }

    int succeeded() {
        return (int) tasks.stream()
                .filter(task -> Json.text(task, "state").equals("SUCCEEDED"))
                .count();
    }

    /** Whether nothing was lost, doubled, failed or left out of the books. */
    boolean good() {
        return lost() == 0 && doubleAttempts == 0 && succeeded() == acknowledged && Views.balanced(costs);
    }

    /** The figures, for programs. */
    ObjectNode json() {
        ObjectNode report = Json.object()
                .put("tasks", acknowledged)
                .put("succeeded", succeeded())
                .put("lost", lost())
                .put("doubleAttempts", doubleAttempts);
        waits().addTo(report);
        for (String field : List.of("chargesNanoUsd", "unattributedNanoUsd", "instanceCostNanoUsd")) {
            report.set(field, costs.path(field));
        }
        return report;
    }

    /** The figures, for people. */
    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%d tasks: %d succeeded, %d lost, %d double attempts%n",
                acknowledged,
                succeeded(),
                lost(),
                doubleAttempts);
        Views.waits(out, waits());
        Views.balance(out, costs);
    }
}

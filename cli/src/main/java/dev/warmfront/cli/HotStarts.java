package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * From the moment before a POST to the start and to the end of the process, on a machine that is hot, one task after the
 * other; beside the same command started from here.
 */
final class HotStarts {

    private static final List<String> COMMAND = List.of("true");

    private final Percentiles toStart;
    private final Percentiles toEnd;
    private final Percentiles direct;
    private final int notHot;

    private HotStarts(Percentiles toStart, Percentiles toEnd, Percentiles direct, int notHot) {
        this.toStart = toStart;
        this.toEnd = toEnd;
        this.direct = direct;
        this.notHot = notHot;
    }

    static HotStarts measure(Api tenant, int count) throws InterruptedException {
        // The first brings the machine; some more make both sides' code warm.
        int warmUps = Math.min(20, count);
        for (int i = 0; i < warmUps; i++) {
            Follow.untilFinal(tenant, Json.text(tenant.post("/v1/tasks", task()), "id"));
        }
        double[] toStart = new double[count];
        double[] toEnd = new double[count];
        double[] direct = new double[count];
        int notHot = 0;
        for (int i = 0; i < count; i++) {
            Instant before = Instant.now();
            String id = Json.text(tenant.post("/v1/tasks", task()), "id");
            JsonNode task = Follow.untilFinal(tenant, id);
            if (!Json.text(task, "state").equals("SUCCEEDED")) {
                throw CliException.failed(
                        "task " + id + " ended " + Json.text(task, "state") + ": " + Json.text(task, "detail"));
            }
            toStart[i] = secondsBetween(before, task, "startedAt");
            toEnd[i] = secondsBetween(before, task, "finishedAt");
            notHot += Json.text(task, "startKind").equals(StartKind.HOT.name()) ? 0 : 1;
            direct[i] = runHere();
        }
        return new HotStarts(new Percentiles(toStart), new Percentiles(toEnd), new Percentiles(direct), notHot);
    }

    private static ObjectNode task() {
        ObjectNode task = Json.object();
        task.set("command", Json.array(COMMAND));
        task.putObject("resources").put("cpuMillis", 100).put("memoryBytes", 16L << 20);
        return task;
    }

    private static double secondsBetween(Instant before, JsonNode task, String field) {
        return Duration.between(before, Instant.parse(Json.text(task, field))).toNanos() / 1e9;
    }

    private static double runHere() throws InterruptedException {
        long began = System.nanoTime();
        try {
            new ProcessBuilder(COMMAND).start().waitFor();
        } catch (IOException e) {
            throw CliException.failed("cannot start " + COMMAND + " here: " + e.getMessage());
        }
        return (System.nanoTime() - began) / 1e9;
    }

    void addTo(ObjectNode json) {
        json.put("hotStarts", toStart.count()).put("notHot", notHot);
        add(json, "submitToStart", toStart);
        add(json, "submitToEnd", toEnd);
        add(json, "direct", direct);
        json.put("submitToEndPerDirect", toEnd.at(0.5) / direct.at(0.5));
    }

    private static void add(ObjectNode json, String name, Percentiles of) {
        json.putObject(name).put("p50Seconds", of.at(0.5)).put("p99Seconds", of.at(0.99));
    }

    static void print(PrintStream out, JsonNode json) {
        Table table = new Table("one hot start", "p50 ms", "p99 ms");
        row(table, json, "submit to process start", "submitToStart");
        row(table, json, "submit to process end", "submitToEnd");
        row(table, json, "start to end, started directly", "direct");
        table.print(out);
        out.printf(
                Locale.ROOT,
                "%d starts, %d of them not hot; submit to end is %.1f times the direct start%n",
                json.path("hotStarts").asInt(),
                json.path("notHot").asInt(),
                json.path("submitToEndPerDirect").asDouble());
    }

    private static void row(Table table, JsonNode json, String title, String field) {
        JsonNode of = json.path(field);
        table.row(
                title,
                String.format(Locale.ROOT, "%.2f", of.path("p50Seconds").asDouble() * 1e3),
                String.format(Locale.ROOT, "%.2f", of.path("p99Seconds").asDouble() * 1e3));
    }
}

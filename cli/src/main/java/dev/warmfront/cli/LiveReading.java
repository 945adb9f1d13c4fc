package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads from a control plane, and from the log of its events, what it made of a live run. */
final class LiveReading {

    private final Instant began;

    private LiveReading(Instant began) {
        this.began = began;
    }

    /**
     * Reads it all.
     *
     * @param planned when the first task was to come, in seconds since the run began
     * @param events folder of the log
     * @param hourlyRate of a machine, nano-dollars
     * @param busySeconds of the planned work
     */
    static LiveRecord.Run read(
            String policy,
            Api operator,
            RunReport report,
            double planned,
            Path events,
            double hourlyRate,
            double busySeconds)
            throws InterruptedException {
        Instant first = report.tasks().stream()
                .map(task -> Instant.parse(Json.text(task, "submittedAt")))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        LiveReading reading = new LiveReading(first.minusNanos(Math.round(planned * 1e9)));
        List<LiveRecord.Life> machines = new ArrayList<>();
        for (JsonNode instance : operator.all("/v1/instances")) {
            machines.add(reading.life(operator.get("/v1/instances/" + Json.text(instance, "id"))));
        }
        return new LiveRecord.Run(
                policy,
                report.tasks().stream().map(reading::done).toList(),
                machines,
                reading.leads(events),
                report.costs().path("instanceCostNanoUsd").asDouble() / (busySeconds / 3600 * hourlyRate));
    }

    private double seconds(String instant) {
        return Duration.between(began, Instant.parse(instant)).toNanos() / 1e9;
    }

    private LiveRecord.Done done(JsonNode task) {
        return new LiveRecord.Done(
                Json.text(task, "taskType"),
                seconds(Json.text(task, "eligibleAt")),
                seconds(Json.text(task, "assignedAt")),
                seconds(Json.text(task, "startedAt")),
                seconds(Json.text(task, "finishedAt")));
    }

    private LiveRecord.Life life(JsonNode instance) {
        return new LiveRecord.Life(
                seconds(Json.text(instance, "launchRequestedAt")),
                first(instance, "BOOTING"),
                first(instance, "HOT"),
                first(instance, "DRAINING"),
                first(instance, "TERMINATED"));
    }

    /** When it first came into a state. */
    private @Nullable Double first(JsonNode instance, String state) {
        for (JsonNode move : instance.path("timeline")) {
            if (Json.text(move, "to").equals(state)) {
                return seconds(Json.text(move, "at"));
            }
        }
        return null;
    }

    /** Each part of the log begins with the lead times that hold for it; the line after that says when. */
    private List<LiveRecord.Lead> leads(Path events) {
        List<LiveRecord.Lead> leads = new ArrayList<>();
        try (Stream<Path> parts = Files.list(events)) {
            for (Path part : parts.toList()) {
                try (BufferedReader lines = Files.newBufferedReader(part)) {
                    String begins = lines.readLine();
                    String next = lines.readLine();
                    JsonNode lead = begins == null
                            ? Json.object()
                            : Json.parse(begins).path("leads").path(0).path("leads");
                    if (next != null && lead.isObject()) {
                        leads.add(new LiveRecord.Lead(
                                seconds(Json.text(Json.parse(next), "at")),
                                length(lead, "launch"),
                                length(lead, "resume"),
                                length(lead, "stop")));
                    }
                }
            }
        } catch (IOException e) {
            throw CliException.failed("cannot read the events in " + events + ": " + e.getMessage());
        }
        leads.sort(Comparator.comparingDouble(LiveRecord.Lead::from));
        return leads;
    }

    private static double length(JsonNode lead, String what) {
        return Duration.parse(Json.text(lead, what)).toNanos() / 1e9;
    }
}

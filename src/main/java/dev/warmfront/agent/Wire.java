package dev.warmfront.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.scheduler.AgentView;
import dev.warmfront.scheduler.Allocation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The messages of docs/agent-protocol.md. Fields that we do not know are ignored, so that either side may be newer. */
final class Wire {

    private Wire() {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Registration(
            String instance,
            @Nullable String agentVersion,
            @Nullable List<String> capabilities) {}

    record Registered(String instanceToken, long pollSeconds, int sampleSeconds, long logLimitBytes) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Poll(
            @Nullable String seen,
            @Nullable List<String> warm,
            @Nullable Data data) {}

    /** What the agent says of files and distances; absent where it has said the same before. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Data(
            long cacheBytes,
            long bytesPerSecond,
            @Nullable List<Datum> held,
            @Nullable Map<String, Long> roundTripMicros,
            @Nullable Counts counts) {

        List<Datum> heldOrNone() {
            return held == null ? List.of() : held;
        }

        /** As the cell takes it; what is none of ours is left out. */
        AgentView view() {
            SortedMap<String, Duration> distances = new TreeMap<>();
            if (roundTripMicros != null) {
                roundTripMicros.forEach((endpoint, micros) -> {
                    if (micros != null && micros >= 0 && distances.size() < AgentView.MAX_ENDPOINTS) {
                        distances.put(endpoint, Duration.ofNanos(micros * 1_000));
                    }
                });
            }
            return new AgentView(
                    Math.max(0, cacheBytes),
                    Math.max(0, bytesPerSecond),
                    new TreeMap<>(AgentData.held(heldOrNone())),
                    distances);
        }
    }

    /** A file that lies somewhere; without a URL with an agent. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Datum(
            String tenant,
            String sha256,
            long bytes,
            @Nullable String url) {}

    /** What the agent's cache did since it started. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Counts(
            long hits,
            long misses,
            long corrupted,
            long fetchedBytes,
            long aheadBytes,
            long aheadReadBytes,
            long aheadLostBytes) {

        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);
    }

    /** A file that an attempt reads; without a sum it was never made. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Input(
            String name,
            @Nullable String sha256,
            @Nullable Long bytes,
            @Nullable String url) {}

    /** A service that an attempt calls; the endpoints that are probably near come first. */
    record Service(String name, List<String> endpoints) {}

    /** A piece of a file that another agent waits for. */
    record Send(String id, String tenant, String sha256, long offset, int length) {}

    /** A file that a task left. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Left(String sha256, long bytes) {}

    /** What the agent should have. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Desired(
            String version,
            List<Attempt> attempts,
            List<Environment> environments,
            String mode,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Datum> data,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Send> sends,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> endpoints,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean tell) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Attempt(
            String tenant,
            String task,
            int number,
            String action,
            List<String> argv,
            Map<String, String> variables,
            double timeoutSeconds,
            Limits limits,
            @Nullable List<Allocation.Device> gpus,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Input> inputs,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> outputs,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Service> services) {}

    /** What an attempt may use; beyond {@code memoryHighBytes}, where it is there, it is slowed down before it is at its limit. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Limits(
            long cpuMillis, long memoryBytes, @Nullable Long memoryHighBytes) {}

    record Environment(String key, List<String> warmUp, Map<String, String> variables) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Reports(List<Report> reports) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = Unknown.class)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Warmed.class, name = "warmed"),
        @JsonSubTypes.Type(value = Started.class, name = "started"),
        @JsonSubTypes.Type(value = Samples.class, name = "samples"),
        @JsonSubTypes.Type(value = Finished.class, name = "finished"),
        @JsonSubTypes.Type(value = Interrupted.class, name = "interrupted")
    })
    sealed interface Report {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Warmed(@Nullable List<String> warm, @Nullable String failure) implements Report {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Started(String tenant, String task, int number) implements Report {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Samples(String tenant, String task, int number, List<Sample> samples) implements Report {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Sample(
            Instant at,
            long cpuMillis,
            long memoryBytes,
            long readBytesPerSecond,
            long writtenBytesPerSecond,
            long networkBytesPerSecond) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Finished(
            String tenant,
            String task,
            int number,
            AttemptResult.End end,
            @Nullable Integer exitCode,
            @Nullable String detail,
            AttemptResult.@Nullable Usage usage,
            @Nullable Map<String, Left> outputs)
            implements Report {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Interrupted(@Nullable String notice, @Nullable String by) implements Report {}

    /** Of a newer agent: nothing that we could take up. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Unknown() implements Report {}
}

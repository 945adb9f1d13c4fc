package dev.warmfront.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.warmfront.domain.AttemptResult;
import dev.warmfront.scheduler.Allocation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
    record Poll(@Nullable String seen, @Nullable List<String> warm) {}

    /** What the agent should have. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Desired(String version, List<Attempt> attempts, List<Environment> environments, String mode) {}

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
            @Nullable List<Allocation.Device> gpus) {}

    record Limits(long cpuMillis, long memoryBytes) {}

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
            AttemptResult.@Nullable Usage usage)
            implements Report {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Interrupted(@Nullable String notice, @Nullable String by) implements Report {}

    /** Of a newer agent: nothing that we could take up. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Unknown() implements Report {}
}

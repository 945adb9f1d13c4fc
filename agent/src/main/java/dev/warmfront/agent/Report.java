package dev.warmfront.agent;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry of {@code POST /agent/v1/report}. */
sealed interface Report {

    /** How an attempt ended; the names are those of the protocol. */
    enum End {
        EXITED,
        TIMED_OUT,
        CANCELLED,
        NOT_STARTED,
        OUT_OF_MEMORY,
        EVICTED
    }

    /** The instance is ready, or could not be made so. */
    record Warmed(List<String> warm, @Nullable String failure) implements Report {}

    /** An attempt's process exists. */
    record Started(AttemptKey key, Instant at, long pid) implements Report {}

    /** Use over about one second. */
    record Sample(Instant at, long cpuMillis, long memoryBytes, long readBytesPerSecond, long writtenBytesPerSecond) {}

    /** Use of one attempt, oldest first. */
    record Samples(AttemptKey key, List<Sample> samples) implements Report {}

    /** An attempt is over. */
    record Finished(
            AttemptKey key,
            Instant at,
            End end,
            @Nullable Integer exitCode,
            String detail,
            Usage usage,
            Map<String, TaskFiles.Left> outputs)
            implements Report {

        /** Of one that left no files. */
        Finished(AttemptKey key, Instant at, End end, @Nullable Integer exitCode, String detail, Usage usage) {
            this(key, at, end, exitCode, detail, usage, Map.of());
        }
    }

    /**
     * The provider gave notice that the machine will be taken away.
     *
     * @param notice which notice it was
     * @param by when it will be; null where that was not said
     */
    record Interrupted(String notice, @Nullable String by) implements Report {}

    /** As the protocol writes it. */
    default Json toJson() {
        Map<String, Json> out = new LinkedHashMap<>();
        switch (this) {
            case Warmed(var warm, var failure) -> {
                out.put("type", new Json.Text("warmed"));
                out.put("warm", texts(warm));
                out.put("failure", Json.text(failure));
            }
            case Started(var key, var at, var pid) -> {
                head(out, "started", key);
                out.put("at", new Json.Text(at.toString()));
                out.put("pid", Json.Num.of(pid));
            }
            case Samples(var key, var samples) -> {
                head(out, "samples", key);
                out.put(
                        "samples",
                        new Json.Arr(samples.stream().map(Report::sample).toList()));
            }
            case Finished(var key, var at, var end, var exitCode, var detail, var usage, var outputs) -> {
                head(out, "finished", key);
                out.put("at", new Json.Text(at.toString()));
                out.put("end", new Json.Text(end.name()));
                out.put("exitCode", exitCode == null ? Json.Null.NULL : Json.Num.of(exitCode));
                out.put("detail", new Json.Text(detail));
                out.put("usage", usage(usage));
                if (!outputs.isEmpty()) {
                    out.put("outputs", outputs(outputs));
                }
            }
            case Interrupted(var notice, var by) -> {
                out.put("type", new Json.Text("interrupted"));
                out.put("notice", new Json.Text(notice));
                out.put("by", Json.text(by));
            }
        }
        return new Json.Obj(out);
    }

    /** An array of strings. */
    static Json texts(List<String> values) {
        return new Json.Arr(values.stream().map(Json::text).toList());
    }

    private static Json outputs(Map<String, TaskFiles.Left> outputs) {
        Map<String, Json> out = new LinkedHashMap<>();
        outputs.forEach((name, left) -> out.put(
                name,
                new Json.Obj(Map.of("sha256", new Json.Text(left.sha256()), "bytes", Json.Num.of(left.bytes())))));
        return new Json.Obj(out);
    }

    private static void head(Map<String, Json> out, String type, AttemptKey key) {
        out.put("type", new Json.Text(type));
        out.put("tenant", new Json.Text(key.tenant()));
        out.put("task", new Json.Text(key.task()));
        out.put("number", Json.Num.of(key.number()));
    }

    private static Json sample(Sample sample) {
        Map<String, Json> out = new LinkedHashMap<>();
        out.put("at", new Json.Text(sample.at().toString()));
        out.put("cpuMillis", Json.Num.of(sample.cpuMillis()));
        out.put("memoryBytes", Json.Num.of(sample.memoryBytes()));
        out.put("readBytesPerSecond", Json.Num.of(sample.readBytesPerSecond()));
        out.put("writtenBytesPerSecond", Json.Num.of(sample.writtenBytesPerSecond()));
        // Neither /proc nor cgroup v2 tells one process tree's network traffic from another's.
        out.put("networkBytesPerSecond", Json.Num.of(0));
        return new Json.Obj(out);
    }

    private static Json usage(Usage usage) {
        Map<String, Json> out = new LinkedHashMap<>();
        out.put("cpuNanos", Json.Num.of(usage.cpuNanos()));
        out.put("peakMemoryBytes", Json.Num.of(usage.peakMemoryBytes()));
        out.put("readBytes", Json.Num.of(usage.readBytes()));
        out.put("writtenBytes", Json.Num.of(usage.writtenBytes()));
        out.put("networkBytes", Json.Num.of(0));
        out.put("wallNanos", Json.Num.of(usage.wallNanos()));
        return new Json.Obj(out);
    }
}

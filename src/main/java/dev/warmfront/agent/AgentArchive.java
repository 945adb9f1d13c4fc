package dev.warmfront.agent;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.platform.GroupCommit;
import dev.warmfront.platform.TableWriter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Keeps what agents bring that no decision needs: usage samples and logs. */
@ApplicationScoped
public class AgentArchive {

    private static final int ROWS_WAITING = 50_000;

    private record Sampled(AttemptId attempt, Wire.Sample sample) {}

    private record Logged(AttemptId attempt, String stream, long offset, Buffer bytes) {}

    private final GroupCommit<Sampled> samples;
    private final GroupCommit<Logged> logs;

    AgentArchive(Pool pool) {
        TableWriter.Statement<Sampled> insertSamples = new TableWriter<Sampled>("usage_sample")
                .keyText("tenant_id", row -> row.attempt.tenant().value())
                .keyText("task_id", row -> row.attempt.task().value())
                .keyInt("attempt", row -> row.attempt.number())
                .fixedTime("at", row -> row.sample.at())
                .fixedLong("cpu_millis", row -> row.sample.cpuMillis())
                .fixedLong("memory_bytes", row -> row.sample.memoryBytes())
                .fixedLong("read_bytes_per_second", row -> row.sample.readBytesPerSecond())
                .fixedLong("written_bytes_per_second", row -> row.sample.writtenBytesPerSecond())
                .fixedLong("network_bytes_per_second", row -> row.sample.networkBytesPerSecond())
                .insert();
        TableWriter.Statement<Logged> insertLogs = new TableWriter<Logged>("task_log")
                .keyText("tenant_id", row -> row.attempt.tenant().value())
                .keyText("task_id", row -> row.attempt.task().value())
                .keyInt("attempt", row -> row.attempt.number())
                .keyText("stream", Logged::stream)
                .keyLong("offset_bytes", Logged::offset)
                .fixedBytes("bytes", Logged::bytes)
                .insert();
        this.samples = new GroupCommit<>(rows -> insertSamples.execute(pool, rows), ROWS_WAITING);
        this.logs = new GroupCommit<>(rows -> insertLogs.execute(pool, rows), ROWS_WAITING);
    }

    Uni<Void> samples(AttemptId attempt, List<Wire.Sample> taken) {
        return samples.add(
                taken.stream().map(sample -> new Sampled(attempt, sample)).toList());
    }

    /** Keeps a piece of a stream; a piece that is there already is left as it is. */
    Uni<Void> log(AttemptId attempt, String stream, long offset, byte[] bytes) {
        return logs.add(List.of(new Logged(attempt, stream, offset, Buffer.buffer(bytes))));
    }
}

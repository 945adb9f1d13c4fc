package dev.warmfront.learning;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskSpec;
import dev.warmfront.domain.TaskTraits;
import dev.warmfront.forecast.TaskClassifier;
import dev.warmfront.platform.Blocking;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what happened to a cell's tasks in the order of time, those included that a tenant told of. Blocks; called by the
 * learner's thread.
 */
final class EpisodeReader {

    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

    private static final String EPISODES = """
            select * from (
                select submitted_at as at, 0 as kind, tenant_id, task_id, workflow_id, task_type, spec,
                       null::text as signature, null::bigint as input_bytes, null::text as parents,
                       null::double precision as seconds, 0 as attempt
                from task where cell_id = $1 and submitted_at >= $2 and submitted_at < $6
                union all
                select finished_at, 1, tenant_id, task_id, workflow_id, task_type, spec, null, null, null,
                       case when state = 'SUCCEEDED' then extract(epoch from finished_at - started_at)::double precision end,
                       attempt
                from task where cell_id = $1 and finished_at >= $2 and finished_at < $6 and not live
                union all
                select submitted_at, 0, tenant_id, task_id, workflow_id, task_type, null, signature, input_bytes, parents::text,
                       null, 0
                from history where cell_id = $1 and submitted_at >= $2 and submitted_at < $6
                union all
                select finished_at, 1, tenant_id, task_id, workflow_id, task_type, null, signature, input_bytes, parents::text,
                       extract(epoch from finished_at - started_at)::double precision, 0
                from history where cell_id = $1 and finished_at >= $2 and finished_at < $6
            ) e
            where (at, kind, tenant_id, task_id) > ($2, $3, $4, $5)
            order by at, kind, tenant_id, task_id limit $7
            """;

    private static final String SAMPLES = """
            select s.tenant_id, s.task_id, extract(epoch from s.at - t.started_at)::double precision as seconds, s.cpu_millis,
                   s.memory_bytes, s.read_bytes_per_second + s.written_bytes_per_second as io, s.network_bytes_per_second as net
            from unnest($1::text[], $2::text[], $3::int[]) as w(tenant_id, task_id, attempt)
            join task t on t.tenant_id = w.tenant_id and t.task_id = w.task_id
            join usage_sample s on s.tenant_id = w.tenant_id and s.task_id = w.task_id and s.attempt = w.attempt
            order by s.tenant_id, s.task_id, s.at
            """;

    private static final double BITS = 8;

    /** A task by its whole name. */
    record Key(String tenant, String task) {}

    private final Pool pool;
    private final String cell;

    EpisodeReader(Pool pool, String cell) {
        this.pool = pool;
        this.cell = cell;
    }

    /**
     * What comes after a place.
     *
     * @param until exclusive; what is later may not be all there yet
     * @param limit rows at most; fewer mean that there is no more before {@code until}
     */
    List<Episode> read(Episode.Place after, Instant until, int limit) {
        List<Episode> episodes = new ArrayList<>();
        Tuple arguments =
                Tuple.of(cell, time(after.at()), after.kind().code(), after.tenant(), after.task(), time(until));
        arguments.addInteger(limit);
        for (Row row : Blocking.await(pool.preparedQuery(EPISODES).execute(arguments))) {
            episodes.add(episode(row));
        }
        return episodes;
    }

    private static Episode episode(Row row) {
        Episode.Place place = new Episode.Place(
                row.getOffsetDateTime("at").toInstant(),
                Episode.Kind.of(row.getInteger("kind")),
                row.getString("tenant_id"),
                row.getString("task_id"));
        Double seconds = row.getDouble("seconds");
        String spec = row.getString("spec");
        TaskTraits traits;
        List<String> parents;
        TaskClassifier.Traits look;
        if (spec == null) {
            traits = new TaskTraits(row.getString("signature"), row.getLong("input_bytes"));
            parents = CellJson.read(STRINGS, row.getString("parents"));
            look = new TaskClassifier.Traits("", "", "", traits.inputBytes(), row.getString("task_type"));
        } else {
            TaskSpec whole = CellJson.spec(spec);
            traits = whole.traits();
            parents = whole.parents().stream().map(TaskId::value).toList();
            look = Episode.look(whole);
        }
        return new Episode(
                place,
                row.getString("workflow_id"),
                row.getString("task_type"),
                traits,
                parents,
                seconds == null || seconds < 0 ? Double.NaN : seconds,
                row.getInteger("attempt"),
                look);
    }

    /** What agents measured of the last attempts of these. */
    Map<Key, Samples> samples(List<Episode> ended) {
        List<Episode> run = ended.stream()
                .filter(episode -> episode.attempt() > 0 && !Double.isNaN(episode.seconds()))
                .toList();
        Map<Key, Samples> samples = new HashMap<>();
        if (run.isEmpty()) {
            return samples;
        }
        Tuple arguments = Tuple.of(
                run.stream().map(episode -> episode.place().tenant()).toArray(String[]::new),
                run.stream().map(episode -> episode.place().task()).toArray(String[]::new),
                run.stream().map(Episode::attempt).toArray(Integer[]::new));
        for (Row row : Blocking.await(pool.preparedQuery(SAMPLES).execute(arguments))) {
            samples.computeIfAbsent(new Key(row.getString("tenant_id"), row.getString("task_id")), key -> new Samples())
                    .add(
                            or0(row.getDouble("seconds")),
                            row.getLong("cpu_millis"),
                            row.getLong("memory_bytes"),
                            row.getLong("io"),
                            row.getLong("net") * BITS);
        }
        return samples;
    }

    private static double or0(@Nullable Double number) {
        return number == null ? 0 : number;
    }

    /** The first moment of which there is anything, not before {@code earliest}; empty where there is nothing. */
    @Nullable Instant first(Instant earliest) {
        String sql = """
                select least(
                    (select min(submitted_at) from task where cell_id = $1 and submitted_at >= $2),
                    (select min(submitted_at) from history where cell_id = $1 and submitted_at >= $2)) as first
                """;
        OffsetDateTime first = Blocking.await(pool.preparedQuery(sql).execute(Tuple.of(cell, time(earliest))))
                .iterator()
                .next()
                .getOffsetDateTime("first");
        return first == null ? null : first.toInstant();
    }

    private static OffsetDateTime time(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    /** How far to read at once, so that neither a quiet year nor a busy minute is too much for one query. */
    static final class Stride {
        private static final Duration LEAST = Duration.ofSeconds(1);
        private static final Duration MOST = Duration.ofDays(7);

        private Duration length = Duration.ofHours(1);

        Instant end(Instant from, Instant until) {
            Instant end = from.plus(length);
            return end.isBefore(until) ? end : until;
        }

        /** The last read brought as much as it may. */
        void tooLong() {
            Duration half = length.dividedBy(2);
            length = half.compareTo(LEAST) < 0 ? LEAST : half;
        }

        void done() {
            Duration twice = length.multipliedBy(2);
            length = twice.compareTo(MOST) > 0 ? MOST : twice;
        }
    }
}

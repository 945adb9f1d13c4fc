package dev.warmfront.platform;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Makes the day partitions of ledger and usage_sample ahead of their days, and drops those that retention has passed. */
@ApplicationScoped
class Partitions {

    private static final Logger LOG = Logger.getLogger(Partitions.class);
    private static final int DAYS_AHEAD = 2;
    private static final Duration EVERY = Duration.ofHours(6);

    @ConfigMapping(prefix = "warmfront.retention")
    interface RetentionConfig {
        /** Days that charges are kept. */
        @WithDefault("400")
        int ledgerDays();

        /** Days that one-second samples are kept. */
        @WithDefault("14")
        int samplesDays();
    }

    private final Pool pool;
    private final Vertx vertx;
    private final RetentionConfig config;

    Partitions(Pool pool, Vertx vertx, RetentionConfig config) {
        this.pool = pool;
        this.vertx = vertx;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        maintain();
        vertx.setPeriodic(EVERY.toMillis(), timer -> maintain());
    }

    private void maintain() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        List<Future<RowSet<Row>>> done = new ArrayList<>();
        for (int day = 1; day <= DAYS_AHEAD; day++) {
            LocalDate date = today.plusDays(day);
            done.add(create("ledger", date));
            done.add(create("usage_sample", date));
        }
        done.add(drop("ledger", today.minusDays(config.ledgerDays())));
        done.add(drop("usage_sample", today.minusDays(config.samplesDays())));
        Future.join(done).onFailure(failure -> LOG.warnf("partitions were not maintained: %s", failure.getMessage()));
    }

    private Future<RowSet<Row>> create(String table, LocalDate day) {
        return pool.query("create table if not exists %s_%s partition of %s for values from ('%s') to ('%s')"
                        .formatted(table, suffix(day), table, day, day.plusDays(1)))
                .execute();
    }

    /** Drops what ends before {@code first}; rows of the default partition, which nothing drops, are deleted. */
    private Future<RowSet<Row>> drop(String table, LocalDate first) {
        return pool.preparedQuery("select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
                        + " where i.inhparent = $1::text::regclass and c.relname ~ '_[0-9]{8}$'"
                        + " and right(c.relname, 8) < $2")
                .execute(Tuple.of(table, suffix(first)))
                .compose(rows -> {
                    Future<RowSet<Row>> last = pool.query("delete from %s_default where %s < '%s'"
                                    .formatted(table, table.equals("ledger") ? "from_at" : "at", first))
                            .execute();
                    for (Row row : rows) {
                        LOG.infof("retention drops %s", row.getString(0));
                        last = last.compose(ignored ->
                                pool.query("drop table " + row.getString(0)).execute());
                    }
                    return last;
                });
    }

    private static String suffix(LocalDate day) {
        return day.toString().replace("-", "");
    }
}

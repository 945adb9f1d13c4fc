package dev.warmfront.leadtime;

import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.OfferingId;
import dev.warmfront.domain.StandbyMode;
import dev.warmfront.platform.Blocking;
import dev.warmfront.scheduler.InstanceTrigger;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;

/** Reads from a cell's rows how its latest instances came and went. Blocks. */
final class HistoryReader {

    /** The mode of a stop is its intent's, which is decided at the same moment; when calls to wake were taken is not kept. */
    private static final String HISTORY = """
            with latest as (
                select instance_id, offering_id from instance where cell_id = $1
                order by launch_requested_at desc limit $2)
            select * from (
                select e.at, 0 as kind, e.number, l.instance_id, l.offering_id, e.trigger as what, null::text as mode
                from latest l join instance_event e on e.cell_id = $1 and e.instance_id = l.instance_id
                union all
                select i.issued_at, -1, 0, l.instance_id, l.offering_id, i.kind, i.standby_mode
                from latest l join intent i on i.cell_id = $1 and i.instance_id = l.instance_id
                where i.kind = 'STOP'
            ) history order by at, kind, number
            """;

    private HistoryReader() {}

    /**
     * Tells it all, in the order of time.
     *
     * @param instances the latest launched are read, so many
     */
    static void read(Pool pool, String cell, int instances, Passages passages) {
        Map<String, StandbyMode> modes = new HashMap<>();
        for (Row row : Blocking.await(pool.preparedQuery(HISTORY).execute(Tuple.of(cell, instances)))) {
            String id = row.getString("instance_id");
            String mode = row.getString("mode");
            if (mode != null) {
                modes.put(id, StandbyMode.valueOf(mode));
            } else {
                passages.moved(
                        new InstanceId(id),
                        new OfferingId(row.getString("offering_id")),
                        InstanceTrigger.valueOf(row.getString("what")),
                        modes.get(id),
                        row.get(OffsetDateTime.class, "at").toInstant());
            }
        }
    }
}

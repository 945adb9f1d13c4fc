package dev.warmfront.cell;

import dev.warmfront.domain.CellId;
import dev.warmfront.platform.Blocking;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ownership of a cell: a row with an epoch and an end, on the database's clock. Taking it raises the epoch; holding it is only
 * a courtesy among processes, since every batch is fenced by the epoch.
 */
final class Lease {

    private final Pool pool;
    private final CellId cell;
    private final String owner;
    private final String ownerUrl;
    private final Duration length;

    Lease(Pool pool, CellId cell, String owner, String ownerUrl, Duration length) {
        this.pool = pool;
        this.cell = cell;
        this.owner = owner;
        this.ownerUrl = ownerUrl;
        this.length = length;
    }

    /** Who holds the cell, as the row says. */
    record Holder(@Nullable String owner, @Nullable String url) {}

    /**
     * Takes the cell if nobody holds it, its holder's time is over, or its holder had this process's name.
     *
     * @return the new epoch, or null while another holds it
     */
    @Nullable Long take() {
        Blocking.await(pool.preparedQuery("insert into cell (cell_id, epoch) values ($1, 0) on conflict do nothing")
                .execute(Tuple.of(cell.value())));
        RowSet<Row> rows = Blocking.await(pool.preparedQuery("update cell set epoch = epoch + 1, owner = $2,"
                        + " owner_url = $3, lease_until = clock_timestamp() + $4 * interval '1 millisecond'"
                        + " where cell_id = $1 and (lease_until is null or lease_until < clock_timestamp() or owner = $2)"
                        + " returning epoch")
                .execute(Tuple.of(cell.value(), owner, ownerUrl, length.toMillis())));
        return rows.size() == 0 ? null : rows.iterator().next().getLong("epoch");
    }

    /** Prolongs it; false when it is lost. */
    boolean renew(long epoch) {
        return Blocking.await(pool.preparedQuery(
                                        "update cell set lease_until = clock_timestamp() + $3 * interval '1 millisecond'"
                                                + " where cell_id = $1 and epoch = $2")
                                .execute(Tuple.of(cell.value(), epoch, length.toMillis())))
                        .rowCount()
                == 1;
    }

    /** Lets it go, so that another need not wait. */
    void release(long epoch) {
        Blocking.await(pool.preparedQuery("update cell set lease_until = null, owner = null, owner_url = null"
                        + " where cell_id = $1 and epoch = $2")
                .execute(Tuple.of(cell.value(), epoch)));
    }

    Holder holder() {
        RowSet<Row> rows = Blocking.await(pool.preparedQuery("select owner, owner_url from cell where cell_id = $1")
                .execute(Tuple.of(cell.value())));
        if (rows.size() == 0) {
            return new Holder(null, null);
        }
        Row row = rows.iterator().next();
        return new Holder(row.getString("owner"), row.getString("owner_url"));
    }
}

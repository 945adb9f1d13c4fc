package dev.warmfront.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.MachineLimits;
import dev.warmfront.domain.PlacementPattern;
import dev.warmfront.domain.TenantId;
import dev.warmfront.domain.TenantProfile;
import dev.warmfront.platform.Blocking;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.Snapshot;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A new owner reads what the last one knew. */
@QuarkusTest
final class CellReaderTest {

    private static final CellId CELL = new CellId("read-back");

    private final Pool pool;

    @Inject
    CellReaderTest(Pool pool) {
        this.pool = pool;
    }

    @Test
    void whatATenantPermitsIsReadBackAndWrittenToTheLog() {
        run("insert into cell (cell_id, epoch, next_sequence) values ($1, 1, 1)", CELL.value());
        run(
                "insert into tenant (tenant_id, cell_id, name, weight, isolation, created_at, placements, spot_share_ppm)"
                        + " values ('settled', $1, 'settled', 1, 'SHARED', now(), '[\"gcp\", \"aws/eu-central-1\"]'::text::jsonb, 250000)",
                CELL.value());
        run(
                "insert into tenant (tenant_id, cell_id, name, weight, isolation, created_at)"
                        + " values ('roaming', $1, 'roaming', 1, 'SHARED', now())",
                CELL.value());

        Snapshot read = new CellReader(pool, CELL).read(List.of());

        TenantProfile settled = profile(read, "settled");
        assertThat(settled.settings().machines())
                .isEqualTo(new MachineLimits(
                        List.of(new PlacementPattern("aws/eu-central-1"), new PlacementPattern("gcp")), 250_000));
        assertThat(profile(read, "roaming").settings().machines()).isEqualTo(MachineLimits.NONE);
        Event put = new Event.TenantPut(settled);
        assertThat(CellJson.read(Event.class, CellJson.write(put))).isEqualTo(put);
    }

    private static TenantProfile profile(Snapshot read, String id) {
        return read.tenants().stream()
                .filter(tenant -> tenant.id().equals(new TenantId(id)))
                .findFirst()
                .orElseThrow();
    }

    private void run(String sql, String argument) {
        Blocking.await(pool.preparedQuery(sql).execute(Tuple.of(argument)));
    }
}

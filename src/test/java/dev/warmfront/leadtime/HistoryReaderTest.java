package dev.warmfront.leadtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.platform.Blocking;
import dev.warmfront.scheduler.LeadQuantiles.Phase;
import dev.warmfront.scheduler.LeadQuantiles.Way;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What rows tell of instances that came and went. */
@QuarkusTest
final class HistoryReaderTest {

    private static final String CELL = "lead-times-test";

    private final Pool pool;

    @Inject
    HistoryReaderTest(Pool pool) {
        this.pool = pool;
    }

    private void instance(String id, String launched, String... moves) {
        run("""
                insert into instance (cell_id, instance_id, provider_id, offering_id, offering, domain, state, state_since, warm,
                    warming, allocations, woken_from, last_used_at, last_use, cost_nanos, launch_requested_at)
                values ('%s', '%s', 'near', 'near/r/z/small/on-demand', '{}', 'shared', 'HOT', now(), '[]', '[]', '[]', 'COLD',
                    now(), 0, 0, '%s')
                """.formatted(CELL, id, launched));
        for (String move : moves) {
            String[] parts = move.split(" ", -1);
            run("""
                    insert into instance_event (cell_id, instance_id, at, to_state, trigger, reason_code, reason)
                    values ('%s', '%s', '%s', 'ANY', '%s', '', '')
                    """.formatted(CELL, id, parts[0], parts[1]));
        }
    }

    private void run(String sql) {
        Blocking.await(pool.query(sql).execute());
    }

    @Test
    void tellsOfLaunchesStopsAndWakes() {
        instance(
                "i-1",
                "2026-03-01T06:00:00Z",
                "2026-03-01T06:00:00Z REQUESTED",
                "2026-03-01T06:00:02Z LAUNCH_ACCEPTED",
                "2026-03-01T06:00:30Z AGENT_REGISTERED",
                "2026-03-01T06:00:40Z WARMED",
                "2026-03-01T07:00:00Z STOP_DECIDED",
                "2026-03-01T07:00:20Z STOPPED",
                "2026-03-01T08:00:00Z START_DECIDED",
                "2026-03-01T08:00:04Z AGENT_REGISTERED",
                "2026-03-01T08:00:05Z WARMED");
        run("""
                insert into intent (cell_id, token, kind, instance_id, provider_id, standby_mode, speculative, issued_at)
                values ('%s', 't', 'STOP', 'i-1', 'near', 'SUSPENDED', true, '2026-03-01T07:00:00Z')
                """.formatted(CELL));
        instance("i-0", "2026-02-01T06:00:00Z", "2026-02-01T06:00:00Z REQUESTED", "2026-02-01T07:00:00Z WARMED");
        LeadTimeBook book = new LeadTimeBook();

        HistoryReader.read(pool, CELL, 1, new Passages(book::add));

        assertThat(book.of("near"))
                .extracting(known -> "%s %s %s".formatted(known.way(), known.phase(), known.median()))
                .containsExactly(
                        "LAUNCH ACCEPTED PT2S",
                        "LAUNCH AGENT PT30S",
                        "LAUNCH READY PT40S",
                        "WAKE_SUSPENDED AGENT PT4S",
                        "WAKE_SUSPENDED READY PT5S",
                        "SUSPEND READY PT20S");
        assertThat(book.of("near"))
                .noneMatch(known -> known.way() == Way.LAUNCH && known.phase() == Phase.READY && known.seen() != 1);
    }
}

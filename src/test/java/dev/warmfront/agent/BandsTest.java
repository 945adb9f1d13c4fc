package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.cell.CellJson;
import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.Event;
import dev.warmfront.scheduler.PoolSettings;
import dev.warmfront.scheduler.Reservation;
import dev.warmfront.scheduler.ReserveBy;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BandsTest {

    private static final AttemptId ATTEMPT = new AttemptId(new TenantId("ann"), new TaskId("t-1"), 2);
    private static final InstanceId INSTANCE = new InstanceId("i-1");

    private final Bands bands = new Bands();

    /** As its row has it: 1,700 bytes now, the request of 5,000 at last. */
    private static Reservation reservation(String state, String trigger, int wants) {
        return CellJson.reservation("""
                {"tenant": "ann", "task": "t-1", "attempt": 2, "instance": "i-1", "state": "%s", "trigger": "%s",
                 "permille": 1000, "curve": {"cpu": [{"amount": 170, "after": "PT0S", "permille": 1000}],
                 "memory": [{"amount": 1700, "after": "PT0S", "permille": 1000}, {"amount": 5000, "after": "PT30S",
                 "permille": 50}], "length": "PT1M", "latest": "PT2M"}, "cpuLevel": 0, "memoryLevel": 0,
                 "wantsCpuLevel": 0, "wantsMemoryLevel": %d, "since": "2026-03-01T06:00:00Z",
                 "expires": "2026-03-01T06:02:00Z", "lapsed": false, "changedAt": "2026-03-01T06:00:00Z"}
                """.formatted(state, trigger, wants));
    }

    private static List<Wire.Sample> using(long memory) {
        return List.of(
                new Wire.Sample(Instant.EPOCH, 100, memory, 0, 0, 0), new Wire.Sample(Instant.EPOCH, 1, 1, 0, 0, 0));
    }

    @Test
    void theCellHearsOnlyOfUseThatLeavesTheBand() {
        assertThat(bands.told(INSTANCE, ATTEMPT, using(9_000)))
                .as("reserved by request")
                .isEmpty();
        bands.see(reservation("COMMITTED", "GRANTED", 0));

        assertThat(bands.told(INSTANCE, ATTEMPT, using(1_600))).isEmpty();
        assertThat(bands.told(INSTANCE, ATTEMPT, using(1_601)))
                .contains(new Event.UseMeasured(INSTANCE, ATTEMPT, 100, 1_601));
        assertThat(bands.told(INSTANCE, new AttemptId(ATTEMPT.tenant(), ATTEMPT.task(), 1), using(1_601)))
                .as("an old attempt")
                .isEmpty();
    }

    @Test
    void whoLacksSomethingIsHeardUntilItDoesNot() {
        bands.see(reservation("COMMITTED", "REFUSED", 1));
        assertThat(bands.told(INSTANCE, ATTEMPT, using(1))).isPresent();

        bands.see(reservation("RELEASED", "ENDED", 0));
        assertThat(bands.told(INSTANCE, ATTEMPT, using(9_000))).isEmpty();
    }

    @Test
    void whatIsStoppedForOthersIsToldToEnd() {
        bands.see(reservation("COMMITTED", "GRANTED", 0));
        assertThat(bands.isStopped(ATTEMPT)).isFalse();
        bands.see(reservation("RECLAIMED", "STOPPED", 1));
        assertThat(bands.isStopped(ATTEMPT)).isTrue();
        bands.over(ATTEMPT.task());
        assertThat(bands.isStopped(ATTEMPT)).isFalse();
    }

    @Test
    void settingsOfBeforeReserveByRequest() {
        PoolSettings old = CellJson.poolSettings("""
                {"policy": "reactive", "keepAlive": "PT1M", "standbyMode": null, "standbyKeepAlive": "PT0S", "minReady": 0,
                 "maxInstances": 3, "mode": "ACTIVE"}""");

        assertThat(old.reserveBy()).isEqualTo(ReserveBy.REQUEST);
    }
}

package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockStepsTest {

    @Test
    void tellsOfASleepOnce() {
        ClockSteps steps = new ClockSteps(10_000, 500);
        assertThat(steps.since(10_200, 200_000_500)).isZero();
        assertThat(steps.since(71_400, 400_000_500)).isEqualTo(Duration.ofSeconds(61));
        assertThat(steps.since(71_600, 600_000_500)).isZero();
        assertThat(steps.since(10_800, 800_000_500)).isEqualTo(Duration.ofSeconds(-61));
    }

    @Test
    void takesALateThreadAndASlewedClockForNoSleep() {
        ClockSteps steps = new ClockSteps(0, 0);
        assertThat(steps.since(30_900, TimeUnit.SECONDS.toNanos(30))).isZero();
        assertThat(steps.since(61_800, TimeUnit.SECONDS.toNanos(60))).isZero();
    }

    @Test
    void hangsUpOnWhoeverHoldsACall(@TempDir Path home) throws Exception {
        try (StubControlPlane stub = new StubControlPlane()) {
            RunningAgent agent = new RunningAgent(stub, home);
            StubControlPlane.await("readiness", () -> !stub.reports("warmed").isEmpty());
            ControlPlane controlPlane = new ControlPlane(stub.url());
            Json.Obj poll =
                    new Json.Obj(Map.of("seen", new Json.Text("7-1"), "attempts", new Json.Arr(java.util.List.of())));
            CompletableFuture<ControlPlane.Answer> held = CompletableFuture.supplyAsync(
                    () -> controlPlane.post("/agent/v1/poll", "instance-secret-1", poll, Duration.ofSeconds(30)));
            while (!held.isDone()) {
                controlPlane.hangUp();
                Thread.onSpinWait();
            }
            assertThat(held.get()).isInstanceOf(ControlPlane.Answer.Unavailable.class);
            stub.failWith(410);
            agent.close();
        }
    }
}

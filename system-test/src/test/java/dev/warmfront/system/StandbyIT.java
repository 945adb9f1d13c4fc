package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A machine in standby serves again when it wakes, not when its agent's next poll happens to be due. */
final class StandbyIT {

    /** So long that agents poll every 20 seconds, which is the longest. */
    private static final Duration LOST_AFTER = Duration.ofSeconds(60);

    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final Duration BEFORE_THE_NEXT_POLL = Duration.ofSeconds(15);

    @Test
    @Timeout(300)
    void aSuspendedMachineTakesATaskLongBeforeItsAgentsNextPollIsDue() throws Exception {
        RandomGenerator random = Scratch.dice("standby");
        Path scratch = Scratch.folder("standby");
        try (ControlPlane controlPlane = new ControlPlane("standby", scratch.resolve("data"), scratch)
                .with("warmfront.agent.lost-after", LOST_AFTER.toSeconds() + "s")) {
            controlPlane.start().awaitReady();
            Api operator = new Api(controlPlane.url(), controlPlane.operatorKey());
            operator.put(
                    "/v1/pools/default/settings",
                    Api.object()
                            .put("policy", "fixed-keep-alive")
                            .put("keepAliveSeconds", 1)
                            .put("standbyMode", "SUSPENDED")
                            .put("standbyKeepAliveSeconds", 600)
                            .put("minReady", 0)
                            .put("maxInstances", 1)
                            .put("mode", "ACTIVE"));
            Fleet fleet = new Fleet(operator, scratch, "sleeper");
            for (int round = 0; round < 3; round++) {
                fleet.submit(1, "round-" + round, random);
                Duration patience = round == 0 ? BOOT : BEFORE_THE_NEXT_POLL;
                Fleet.await("the task to end", patience, () -> CrashIT.ended(fleet));
                Fleet.await("the machine to sleep", BOOT, () -> asleep(operator));
            }
            fleet.checkNothingLostNothingDouble();
            assertThat(fleet.summary()
                            .path("byStartKind")
                            .path("STANDBY")
                            .path("count")
                            .asInt())
                    .as("starts from standby")
                    .isEqualTo(2);
            fleet.drainEverything();
            fleet.checkConserved();
        }
    }

    private static boolean asleep(Api operator) {
        try {
            return operator.all("/v1/instances").stream()
                    .map(instance -> instance.get("state").asText())
                    .toList()
                    .equals(List.of("STANDBY"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

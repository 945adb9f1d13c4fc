package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code kill -9} of the control plane and of agents at random moments while 2,000 tasks are submitted and run.
 * {@code -Dwarmfront.kills=200} does it longer.
 */
final class CrashIT {

    private static final int TASKS = Integer.getInteger("warmfront.tasks", 2_000);
    private static final int KILLS = Integer.getInteger("warmfront.kills", 20);

    @Test
    @Timeout(3_600)
    void losesNothingRunsNothingTwiceAndBalancesItsBooksWhenKilledAtRandomMoments() throws Exception {
        RandomGenerator random = Scratch.dice("crash");
        Path scratch = Scratch.folder("crash");
        try (ControlPlane controlPlane = new ControlPlane("control-plane", scratch.resolve("data"), scratch)) {
            controlPlane.start().awaitReady();
            Api operator = new Api(controlPlane.url(), controlPlane.operatorKey());
            Fleet fleet = new Fleet(operator, scratch, "crash");
            int agentsKilled = 0;
            int perRound = TASKS / KILLS;
            for (int round = 0; round < KILLS; round++) {
                String salt = "round-" + round;
                CompletableFuture<Void> submitting = submitInBackground(fleet, perRound, salt, random.nextLong());
                Scratch.pause(random, Duration.ofMillis(50), Duration.ofMillis(1_500));
                if (random.nextInt(3) == 0 && fleet.killAnAgent(random)) {
                    agentsKilled++;
                }
                controlPlane.kill();
                if (random.nextInt(4) == 0 && fleet.killAnAgent(random)) {
                    agentsKilled++;
                }
                controlPlane.start();
                submitting.join();
            }
            controlPlane.awaitReady();
            Fleet.await("every task to end", Duration.ofMinutes(10), () -> ended(fleet));
            System.out.printf(
                    "crash: %d tasks, %d kills of the control plane, %d of agents%n",
                    fleet.acknowledged(), KILLS, agentsKilled);
            assertThat(agentsKilled).isPositive();
            fleet.checkNothingLostNothingDouble();
            fleet.checkNoOrphans();
            fleet.checkConserved();
            fleet.drainEverything();
            fleet.checkConserved();
        }
    }

    static CompletableFuture<Void> submitInBackground(Fleet fleet, int count, String salt, long seed) {
        return CompletableFuture.runAsync(() -> {
            try {
                fleet.submit(
                        count,
                        salt,
                        java.util.random.RandomGeneratorFactory.of("L64X128MixRandom")
                                .create(seed));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    static boolean ended(Fleet fleet) {
        try {
            return fleet.finished() == fleet.acknowledged();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

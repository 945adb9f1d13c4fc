package dev.warmfront.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database is killed and started again while tasks are submitted and run; the control plane lives through it. */
final class PostgresCrashIT {

    private static final int TASKS = Integer.getInteger("warmfront.tasks", 2_000) / 2;
    private static final int KILLS = Math.max(3, Integer.getInteger("warmfront.kills", 20) / 5);

    @Test
    @Timeout(1_800)
    void losesNothingWhenTheDatabaseIsKilledUnderIt() throws Exception {
        RandomGenerator random = Scratch.dice("postgres-crash");
        Path scratch = Scratch.folder("postgres-crash");
        try (Postgres postgres = new Postgres(scratch).start();
                ControlPlane controlPlane = new ControlPlane("control-plane", scratch.resolve("data"), scratch)
                        .with("quarkus.datasource.reactive.url", postgres.reactiveUrl())
                        .with("quarkus.datasource.username", "postgres")) {
            controlPlane.start().awaitReady();
            Fleet fleet = new Fleet(new Api(controlPlane.url(), controlPlane.operatorKey()), scratch, "crash");
            for (int round = 0; round < KILLS; round++) {
                CompletableFuture<Void> submitting =
                        CrashIT.submitInBackground(fleet, TASKS / KILLS, "round-" + round, random.nextLong());
                Scratch.pause(random, Duration.ofMillis(50), Duration.ofMillis(1_500));
                postgres.kill();
                Scratch.pause(random, Duration.ofMillis(10), Duration.ofMillis(2_000));
                postgres.start();
                submitting.join();
            }
            Fleet.await("every task to end", Duration.ofMinutes(5), () -> CrashIT.ended(fleet));
            System.out.printf("postgres-crash: %d tasks, %d kills%n", fleet.acknowledged(), KILLS);
            fleet.checkNothingLostNothingDouble();
            fleet.checkNoOrphans();
            fleet.checkConserved();
            fleet.drainEverything();
        }
    }
}

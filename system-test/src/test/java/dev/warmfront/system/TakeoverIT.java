package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two control planes on one database: one owns the cell, the other stands by, and takes over when the owner dies. */
final class TakeoverIT {

    private static final int TASKS = 400;

    @Test
    @Timeout(600)
    void aSecondControlPlaneTakesOverADeadOwnersCellAndTheRunGoesOn() throws Exception {
        RandomGenerator random = Scratch.dice("takeover");
        Path scratch = Scratch.folder("takeover");
        Path data = scratch.resolve("data");
        try (Postgres postgres = new Postgres(scratch).start();
                ControlPlane first = replica("first", data, scratch, postgres);
                ControlPlane second = replica("second", data, scratch, postgres);
                LoadBalancer address = new LoadBalancer(first.url(), second.url())) {
            first.with("warmfront.url", address.url());
            second.with("warmfront.url", address.url());
            first.start().awaitReady();
            second.start().awaitReady();
            Api operator = new Api(first.url(), first.operatorKey());
            Fleet fleet = new Fleet(operator, scratch, "takeover");
            fleet.submit(TASKS / 2, "by-the-first", random);

            // The second answers for the first while it lives: the task is there once, in the owner's cell.
            Api throughSecond = new Api(second.url(), first.operatorKey());
            Fleet secondHand = new Fleet(throughSecond, scratch, "second-hand");
            secondHand.submit(20, "forwarded", random);

            first.kill();
            long died = System.nanoTime();
            Fleet survivors = fleet.through(throughSecond);
            CompletableFuture<Void> submitting =
                    CrashIT.submitInBackground(survivors, TASKS / 2, "by-the-second", random.nextLong());
            submitting.join();
            Duration acknowledgedAfter = Duration.ofNanos(System.nanoTime() - died);
            System.out.printf(
                    "takeover: a submission was acknowledged %.1f s after the owner died%n",
                    acknowledgedAfter.toMillis() / 1000.0);
            Fleet.await("every task to end", Duration.ofMinutes(3), () -> CrashIT.ended(survivors));
            Fleet others = secondHand.through(throughSecond);
            Fleet.await("every task of the other tenant to end", Duration.ofMinutes(2), () -> CrashIT.ended(others));
            survivors.checkNothingLostNothingDouble();
            others.checkNothingLostNothingDouble();
            survivors.checkConserved();

            // The dead one comes back: it must not own, and must not write.
            first.start().awaitReady();
            assertThat(first.running()).isTrue();
            survivors.submit(50, "after-the-return", random);
            Fleet.await("every task to end", Duration.ofMinutes(1), () -> CrashIT.ended(survivors));
            survivors.checkNothingLostNothingDouble();
            survivors.checkNoOrphans();
            survivors.drainEverything();
            survivors.checkConserved();
        }
    }

    private static ControlPlane replica(String name, Path data, Path scratch, Postgres postgres) {
        return new ControlPlane(name, data, scratch)
                .with("quarkus.datasource.reactive.url", postgres.reactiveUrl())
                .with("quarkus.datasource.username", "postgres");
    }
}

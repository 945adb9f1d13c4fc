package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is spent stays known through a kill, and a spent budget stops machines and tasks until there is more of it (I7). */
final class BudgetIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    @Timeout(400)
    void aSpentBudgetHoldsEverythingUntilItIsRaised() throws Exception {
        RandomGenerator random = Scratch.dice("budget");
        Path scratch = Scratch.folder("budget");
        try (ControlPlane controlPlane = new ControlPlane("budget", scratch.resolve("data"), scratch)) {
            controlPlane.start().awaitReady();
            Api operator = new Api(controlPlane.url(), controlPlane.operatorKey());
            operator.put("/v1/pools/default/settings", Api.object().put("keepAliveSeconds", 600));
            Fleet fleet = new Fleet(operator, scratch, "thrifty");
            fleet.submit(5, "first", random);
            Fleet.await("the tasks to end", PATIENCE, () -> CrashIT.ended(fleet));
            long spent = fleet.settings().get("spentNanoUsd").asLong();
            assertThat(spent).isPositive();

            fleet.settle(Api.object().put("monthlyBudgetNanoUsd", spent));
            fleet.submit(20, "second", random);
            Fleet.await("the machines to end", PATIENCE, () -> DecisionsIT.noneIsLeft(operator));
            int ended = fleet.finished();
            assertThat(fleet.settings().get("allowance").asText()).isEqualTo("SPENT");

            controlPlane.kill();
            controlPlane.start().awaitReady();
            assertThat(fleet.settings().get("spentNanoUsd").asLong()).isGreaterThanOrEqualTo(spent);
            fleet.submit(1, "third", random);
            Thread.sleep(3_000); // time enough for ticks that might launch something, were the sum forgotten
            assertThat(DecisionsIT.noneIsLeft(operator)).isTrue();
            assertThat(fleet.finished()).isEqualTo(ended);

            fleet.settle(Api.object());
            Fleet.await("the tasks to end", PATIENCE, () -> CrashIT.ended(fleet));
            fleet.checkNothingLostNothingDouble();
            fleet.drainEverything();
            Fleet.await("the machines to end", PATIENCE, () -> DecisionsIT.noneIsLeft(operator));
            fleet.checkConserved();
            assertThat(fleet.settings().get("spentNanoUsd").asLong())
                    .as("the sum of the month is the ledger's")
                    .isEqualTo(fleet.charged());
        }
    }
}

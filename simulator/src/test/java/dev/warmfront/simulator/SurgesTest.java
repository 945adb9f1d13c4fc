package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.cost.Runs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SurgesTest {

    @Test
    void countsStartsBeyondEveryLevelOfTheWindow() {
        Runs.Builder runs = Runs.builder();
        // Three at once; two an hour later, when three were wanted before; four at once ten hours later.
        for (int i = 0; i < 3; i++) {
            runs.add(Duration.ZERO, Duration.ofMinutes(1));
        }
        runs.add(Duration.ofHours(1), Duration.ofMinutes(1));
        runs.add(Duration.ofHours(1), Duration.ofMinutes(1));
        for (int i = 0; i < 4; i++) {
            runs.add(Duration.ofHours(11), Duration.ofMinutes(1));
        }
        Surges surges = Surges.of(runs.build(), Duration.ofHours(2));
        assertThat(surges.share()).isEqualTo(7.0 / 9);
        assertThat(surges.largest()).isEqualTo(4);
    }
}

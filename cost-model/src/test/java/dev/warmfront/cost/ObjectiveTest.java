package dev.warmfront.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.warmfront.cost.Objective.WaitTarget;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Money;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a tenant wants, in figures. */
final class ObjectiveTest {

    @Test
    void waitingIsPaidForAtItsPrice() {
        Objective objective = Objective.of(Economies.rate(5));
        assertThat(objective.value(Economies.micro(100), Economies.seconds(8))).isEqualTo(Economies.micro(140));
        assertThat(Objective.spendOnly().value(Economies.micro(100), Economies.seconds(8)))
                .isEqualTo(Economies.micro(100));
    }

    @Test
    void aPercentileLeavesSoManyTasksToExceedTheLimit() {
        WaitTarget target = WaitTarget.p95(Duration.ofSeconds(5));
        assertThat(target.allowedToExceed(19)).isZero();
        assertThat(target.allowedToExceed(20)).isEqualTo(1);
        assertThat(target.allowedToExceed(Long.MAX_VALUE)).isEqualTo(461_168_601_842_738_790L);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new WaitTarget(1_000_001, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> WaitTarget.p95(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Objective(HourlyRate.FREE, null, Money.ofNanos(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LeadTimes(Duration.ofSeconds(-1), Duration.ZERO, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Runs.builder().add(Duration.ofDays(36_500), Duration.ofNanos(1)));
    }
}

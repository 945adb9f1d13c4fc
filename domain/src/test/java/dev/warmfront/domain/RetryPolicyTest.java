package dev.warmfront.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    @Test
    void noRetryIsOneTryWithoutAWait() {
        assertThat(RetryPolicy.NONE.maxAttempts()).isEqualTo(1);
        assertThat(RetryPolicy.NONE.backoffAfter(1)).isZero();
    }

    @Test
    void backoffDoublesUpToAnHour() {
        RetryPolicy retry = new RetryPolicy(100, Duration.ofSeconds(10));

        assertThat(retry.backoffAfter(1)).hasSeconds(10);
        assertThat(retry.backoffAfter(2)).hasSeconds(20);
        assertThat(retry.backoffAfter(5)).hasSeconds(160);
        assertThat(retry.backoffAfter(99)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO)).hasMessageContaining("maxAttempts");
        assertThatThrownBy(() -> new RetryPolicy(101, Duration.ZERO)).hasMessageContaining("maxAttempts");
        assertThatThrownBy(() -> new RetryPolicy(1, Duration.ofMinutes(61))).hasMessageContaining("backoff");
        assertThatThrownBy(() -> new RetryPolicy(1, Duration.ofSeconds(-1))).hasMessageContaining("backoff");
    }
}

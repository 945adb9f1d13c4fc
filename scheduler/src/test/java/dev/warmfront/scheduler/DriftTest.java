package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DriftTest {

    private static final double MINUTE = 60;

    private final Drift drift = new Drift(0.02);
    private double time;

    /** So many minutes with ten tasks each, of which so many waited. */
    private void minutes(int count, int late) {
        for (int i = 0; i < count; i++) {
            drift.saw(time, 10, late);
            time += MINUTE;
        }
    }

    @Test
    void isRaisedWhenAnHoursTasksAreNotCoveredAndEndsWhenTheyAreAgain() {
        minutes(60, 0);
        minutes(6, 10);
        assertThat(drift.isOn()).as("a tenth of the hour's waited, and no more").isFalse();
        minutes(1, 10);
        assertThat(drift.isOn()).isTrue();
        assertThat(drift.why()).contains("drifted since 1970-01-01T01:06:00Z", "11.7 %");
        minutes(58, 0);
        assertThat(drift.isOn()).as("two of those minutes are in the hour").isTrue();
        assertThat(drift.why()).as("since when it is on").contains("since 1970-01-01T01:06:00Z");
        minutes(1, 0);
        assertThat(drift.isOn()).isFalse();
    }

    @Test
    void saysNothingBeforeAnHourWasCovered() {
        minutes(200, 10);
        assertThat(drift.isOn()).as("nothing was learned that could be wrong").isFalse();
        minutes(60, 0);
        minutes(10, 10);
        assertThat(drift.isOn()).isTrue();
    }

    @Test
    void isNotRaisedByAFewTasks() {
        for (int i = 0; i < 60; i++) {
            drift.saw(time, 1, i < 9 ? 1 : 0);
            time += MINUTE;
        }
        assertThat(drift.isOn()).isFalse();
    }

    @Test
    void doesNotCountMinutesWithoutTasks() {
        minutes(60, 0);
        minutes(7, 10);
        for (int i = 0; i < 600; i++) {
            drift.saw(time, 0, 0);
            time += MINUTE;
        }
        assertThat(drift.isOn()).as("silence tells nothing new").isTrue();
    }
}

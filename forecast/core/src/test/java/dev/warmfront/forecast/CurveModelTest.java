package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.testing.Seeds;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class CurveModelTest {

    @Test
    void aStaircaseCoversTheUseAndStepsOneWay() {
        Seeds.check(100, random -> {
            int n = 1 + random.nextInt(50);
            double[] times = new double[n];
            double[] use = new double[n];
            for (int i = 0; i < n; i++) {
                times[i] = i == 0 ? 0 : times[i - 1] + 0.1 + random.nextDouble();
                use[i] = random.nextInt(20);
            }
            double end = times[n - 1] + 1;
            boolean mayFall = random.nextBoolean();

            Staircase stairs = Staircase.cover(times, use, end, 4, mayFall);

            for (int i = 0; i < n; i++) {
                assertThat(stairs.at(times[i])).isGreaterThanOrEqualTo(use[i]);
            }
            assertThat(stairs.starts().length).isBetween(1, 4);
            assertThat(stairs.area(end)).isLessThanOrEqualTo(stairs.peak() * end + 1e-6);
            assertThat(mayFall || isRising(stairs.values())).isTrue();
        });
    }

    private static boolean isRising(double[] values) {
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[i - 1]) {
                return false;
            }
        }
        return true;
    }

    @Test
    void boundariesAreWhereTheUseChanges() {
        double[] times = {0, 25, 75};
        double[] use = {1, 4, 9};

        Staircase stairs = Staircase.cover(times, use, 100, 4, false);

        assertThat(stairs.values()).containsExactly(1, 4, 9);
        assertThat(stairs.starts()).containsExactly(0, 25, 75);
        assertThat(stairs.area(100)).isCloseTo(25 + 200 + 225, within(1e-9));
        assertThat(stairs.afterBreach(3)).isEqualTo(4);
        assertThat(stairs.afterBreach(10)).isCloseTo(11, within(1e-9));
    }

    @Test
    void whatIsUnknownIsReservedAsRequested() {
        CurveModel model = new CurveModel(ResourceKind.MEMORY_BYTES, 0.05);

        assertThat(model.predict(60, 1000, 512).values()).containsExactly(512);
    }

    @Test
    void aCurveReservesLessThanItsPeakAndHolds() {
        RandomGenerator random = Seeds.generator(5);
        CurveModel model = new CurveModel(ResourceKind.MEMORY_BYTES, 0.05);
        double reserved = 0;
        double peak = 0;
        int breached = 0;
        for (int task = 0; task < 200; task++) {
            double[] times = {0, 30, 60, 90};
            double noise = 1 + 0.1 * random.nextDouble();
            double[] use = {100 * noise, 200 * noise, 300 * noise, 1000 * noise};
            if (task >= 50) {
                Staircase stairs = model.predict(120, -1, 2000);
                reserved += stairs.area(120);
                peak += 1100 * 120;
                boolean held = true;
                for (int i = 0; i < times.length; i++) {
                    held &= use[i] <= stairs.at(times[i]);
                }
                breached += held ? 0 : 1;
            }
            model.learn(times, use, 120, -1);
        }

        assertThat(reserved).isLessThan(0.7 * peak);
        assertThat(breached).isLessThan(18);
        assertThat(model.tasks()).isEqualTo(32);
    }

    @Test
    void peaksGrowWithTheInputWhereTheyDid() {
        CurveModel model = new CurveModel(ResourceKind.MEMORY_BYTES, 0.1);
        for (int i = 0; i < 20; i++) {
            long bytes = 1000L << (i % 5);
            model.learn(new double[] {0}, new double[] {bytes * 2.0}, 10, bytes);
        }

        double peak = model.predict(10, 1000L << 6, 0).peak();

        assertThat(peak).isBetween(0.9 * (2000L << 6), 1.6 * (2000L << 6));
    }

    @Test
    void oddInputIsRefusedOrIgnored() {
        CurveModel model = new CurveModel(ResourceKind.CPU_MILLIS, 0.1);
        model.learn(new double[0], new double[0], 10, 1);
        model.learn(new double[] {0}, new double[] {5}, 0, 1);

        assertThat(model.tasks()).isZero();
        assertThatThrownBy(() -> new Staircase(new double[] {0, 5}, new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Staircase(new double[] {0, 5, 6}, new double[] {1, 3, 2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CurveModel(ResourceKind.CPU_MILLIS, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLadderReservesLeastForUsesLikeThoseItSaw() {
        Seeds.check(100, random -> {
            double[] highs = random.doubles(200, 1, 1000).toArray();
            double most = Arrays.stream(highs).max().orElseThrow();

            Ladder ladder = Ladder.over(highs);

            assertThat(ladder.last()).isEqualTo(most);
            assertThat(ladder.rungs()).isSorted().hasSizeBetween(1, Staircase.STEPS_MAX);
            double reserved = 0;
            for (double high : highs) {
                assertThat(ladder.holding(high)).isGreaterThanOrEqualTo(high);
                reserved += ladder.holding(high);
            }
            assertThat(reserved).isLessThanOrEqualTo(most * highs.length);
        });
    }

    @Test
    void aLadderHoldsTheUsualUseLowAndTheRareUseToo() {
        CurveModel model = new CurveModel(ResourceKind.MEMORY_BYTES, 0.05);
        for (int i = 0; i < 40; i++) {
            model.learn(new double[] {0, 50}, new double[] {100, i % 10 == 0 ? 900 : 110}, 100, -1);
        }

        Ladder ladder = model.ladder(-1, 5000);

        assertThat(ladder.first()).isLessThanOrEqualTo(110);
        assertThat(ladder.holding(500)).isGreaterThanOrEqualTo(900);
        assertThat(ladder.last()).isBetween(900.0, 1000.0);
        assertThat(ladder.holding(2000)).isCloseTo(2200, within(1e-9));
    }

    @Test
    void aLadderWithoutTasksIsTheRequest() {
        assertThat(new CurveModel(ResourceKind.CPU_MILLIS, 0.05).ladder(-1, 700).rungs())
                .containsExactly(700);
        assertThatThrownBy(() -> new Ladder(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ladder()).isInstanceOf(IllegalArgumentException.class);
    }
}

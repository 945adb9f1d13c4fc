package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class SeriesForecasterTest {

    private static final SeriesShape FIVE_MINUTES = new SeriesShape(300, List.of(1, 12, 24), StandardExperts.all());
    private static final int DAY = 288;

    private final Workspace work = new Workspace(FIVE_MINUTES);
    private final double[] quantiles = new double[Levels.COUNT];

    @Test
    void knowsNothingBeforeTheFirstSlot() {
        SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);

        series.forecast(0, work, quantiles);

        assertThat(quantiles).containsOnly(0);
        assertThat(series.drifting()).isFalse();
    }

    @Test
    void aSeriesOfZerosStaysAtZero() {
        SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
        for (int slot = 0; slot < 3 * DAY; slot++) {
            series.observe(slot, 0, work);
        }

        for (int h = 0; h < 3; h++) {
            series.forecast(h, work, quantiles);
            assertThat(quantiles[Levels.HIGH]).isZero();
            assertThat(quantiles[Levels.COUNT - 1]).isBetween(0.0, 0.5);
        }
        assertThat(series.drifting()).isFalse();
    }

    @Test
    void oneEventIsForgottenButNotImpossible() {
        SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
        for (int slot = 0; slot < 1000; slot++) {
            series.observe(slot, slot == 300 ? 1 : 0, work);
        }

        series.forecast(0, work, quantiles);

        assertThat(quantiles[Levels.HIGH]).isZero();
        assertThat(quantiles).doesNotContain(Double.NaN);
    }

    @Test
    void aTimerIsForecastToTheSlot() {
        SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
        int right = 0;
        int slots = 4 * DAY;
        for (int slot = 0; slot < slots; slot++) {
            series.forecast(0, work, quantiles);
            int comes = slot % 12 == 5 ? 1 : 0;
            right += slot > slots / 2 && Math.rint(quantiles[Levels.MEDIAN]) == comes ? 1 : 0;
            series.observe(slot, comes, work);
        }

        assertThat(right).isGreaterThan(slots / 2 - 30);
    }

    @Test
    void quantilesAscendAndAreNeverNegativeWhateverComes() {
        Seeds.check(25, random -> {
            SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
            long slot = random.nextInt(100_000);
            for (int i = 0; i < 400; i++) {
                slot += random.nextInt(10) == 0 ? random.nextInt(40) : 1;
                series.observe(slot, odd(random), work);
                for (int h = 0; h < 3; h++) {
                    series.forecast(h, work, quantiles);
                    assertThat(quantiles).isSorted().doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
                    assertThat(quantiles[0]).isGreaterThanOrEqualTo(0);
                }
            }
        });
    }

    private static double odd(RandomGenerator random) {
        return switch (random.nextInt(12)) {
            case 0 -> 1e300;
            case 1 -> Double.NaN;
            case 2 -> -5;
            case 3 -> Double.POSITIVE_INFINITY;
            case 4, 5, 6 -> 0;
            case 7 -> random.nextDouble();
            default -> random.nextInt(1000);
        };
    }

    @Test
    void clocksThatJumpAreEmptySlotsOrLateCounts() {
        SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
        for (int slot = 0; slot < 500; slot++) {
            series.observe(slot, 7, work);
        }

        assertThat(series.observe(499, 9, work)).isFalse();
        assertThat(series.observe(10, 9, work)).isFalse();
        assertThat(series.late()).isEqualTo(2);
        assertThat(series.observe(50_000_000, 7, work)).isTrue();
        series.forecast(0, work, quantiles);
        assertThat(series.past().slot()).isEqualTo(50_000_000);
        assertThat(quantiles[Levels.MEDIAN]).isLessThan(7);
    }

    @Test
    void whatIsReadBackForecastsTheSameToTheLastBit() {
        Seeds.check(5, random -> {
            SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
            int slots = 50 + random.nextInt(2 * DAY);
            for (int slot = 0; slot < slots; slot++) {
                series.observe(slot, poisson(random, 3 + 2 * Math.sin(slot / 40.0)), work);
            }
            SeriesForecaster copy = copy(series);
            double[] other = new double[Levels.COUNT];
            for (int slot = slots; slot < slots + 60; slot++) {
                for (int h = 0; h < 3; h++) {
                    series.forecast(h, work, quantiles);
                    copy.forecast(h, work, other);
                    assertThat(other).containsExactly(quantiles);
                }
                double count = poisson(random, 4);
                series.observe(slot, count, work);
                copy.observe(slot, count, work);
            }
        });
    }

    private static SeriesForecaster copy(SeriesForecaster series) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            series.write(new DataOutputStream(bytes));
            return SeriesForecaster.read(
                    FIVE_MINUTES, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void coverageIsWithinAPointOfItsLevel() {
        Seeds.check(2, random -> {
            double[] counts = new double[12 * DAY];
            for (int t = 0; t < counts.length; t++) {
                counts[t] = poisson(random, 20 + 15 * Math.sin(2 * Math.PI * t / DAY));
            }
            Backtest test = new Backtest(FIVE_MINUTES, counts, counts.length / 2, DAY);
            test.run(0, origin -> true, (origin, h, said, value) -> {});
            int mixture = test.methods().indexOf(Backtest.MIXTURE);
            int naive = test.methods().indexOf(Backtest.SEASONAL_NAIVE);
            for (int h = 0; h < 3; h++) {
                for (int i = 0; i < Tally.LEVELS; i++) {
                    assertThat(test.tally(mixture, h).coverageError(i)).isLessThan(0.015);
                }
            }
            assertThat(test.scaledLoss(mixture)).isLessThan(0.85 * test.scaledLoss(naive));
        });
    }

    @Test
    void theFutureChangesNothingThatWasForecast() {
        Seeds.check(5, random -> {
            double[] counts = random.doubles(400, 0, 9).map(Math::floor).toArray();
            double[] other = counts.clone();
            for (int t = 300; t < other.length; t++) {
                other[t] = random.nextInt(1000);
            }
            assertThat(medians(other, 300)).containsExactly(medians(counts, 300));
        });
    }

    private double[] medians(double[] counts, int until) {
        SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
        double[] medians = new double[until];
        for (int t = 0; t < counts.length; t++) {
            if (t < until) {
                series.forecast(1, work, quantiles);
                medians[t] = quantiles[Levels.MEDIAN];
            }
            series.observe(t, counts[t], work);
        }
        return medians;
    }

    @Test
    void theAlarmRingsWhenTheLevelJumpsAndStopsWhenForecastsHoldAgain() {
        SeriesForecaster series = new SeriesForecaster(FIVE_MINUTES);
        RandomGenerator random = Seeds.generator(1);
        int rang = 0;
        for (int slot = 0; slot < 6 * DAY; slot++) {
            // A shape nothing has seen: growing without end for two hours.
            double mean = slot < 4 * DAY || slot > 4 * DAY + 24 ? 10 : 10 * Math.pow(1.4, slot - 4 * DAY);
            series.observe(slot, poisson(random, mean), work);
            rang += series.drifting() ? 1 : 0;
            assertThat(series.drifting() && slot < 4 * DAY).isFalse();
        }

        assertThat(rang).isPositive();
        assertThat(series.drifting()).isFalse();
    }

    @Test
    void aLikeSeriesExperienceHelpsTheNewOne() {
        RandomGenerator random = Seeds.generator(3);
        SeriesForecaster parent = new SeriesForecaster(FIVE_MINUTES);
        for (int slot = 0; slot < 4 * DAY; slot++) {
            parent.observe(slot, poisson(random, 30), work);
        }
        SeriesForecaster alone = new SeriesForecaster(FIVE_MINUTES);
        SeriesForecaster taught = new SeriesForecaster(FIVE_MINUTES);
        taught.inherit(parent);
        double lossAlone = 0;
        double lossTaught = 0;
        for (int slot = 4 * DAY; slot < 4 * DAY + 60; slot++) {
            double count = poisson(random, 8);
            alone.forecast(0, work, quantiles);
            lossAlone += Pinball.loss(0.9, quantiles[Levels.HIGH], count);
            taught.forecast(0, work, quantiles);
            lossTaught += Pinball.loss(0.9, quantiles[Levels.HIGH], count);
            alone.observe(slot, count, work);
            taught.observe(slot, count, work);
        }

        assertThat(lossTaught).isLessThan(lossAlone);
    }

    static double poisson(RandomGenerator random, double mean) {
        if (mean > 100) {
            return Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}

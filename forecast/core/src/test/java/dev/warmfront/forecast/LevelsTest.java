package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class LevelsTest {

    @Test
    void quantileAndCumulativeUndoEachOther() {
        Seeds.check(200, random -> {
            double[] quantiles = random.doubles(Levels.COUNT, 1, 100).sorted().toArray();
            double level = 0.02 + 0.975 * random.nextDouble();

            double value = Levels.quantile(quantiles, level);

            assertThat(Levels.cumulative(quantiles, value, false)).isCloseTo(level, within(1e-6));
            assertThat(Levels.quantile(quantiles, 0.999)).isGreaterThanOrEqualTo(quantiles[Levels.COUNT - 1]);
        });
    }

    @Test
    void aValueWithMassLiesBetweenItsTwoShares() {
        double[] quantiles = new double[Levels.COUNT];
        Arrays.fill(quantiles, Levels.HIGH, Levels.COUNT, 1);

        assertThat(Levels.cumulative(quantiles, 0, true)).isZero();
        assertThat(Levels.cumulative(quantiles, 0, false)).isEqualTo(Levels.at(Levels.HIGH - 1));
        assertThat(Levels.cumulative(quantiles, 2, false)).isEqualTo(1);
    }

    @Test
    void forecastsAnswerForAnyProbability() {
        double[] quantiles = new double[Levels.COUNT];
        for (int k = 0; k < quantiles.length; k++) {
            quantiles[k] = 10 * Levels.at(k);
        }
        QuantileForecast forecast = new QuantileForecast(Duration.ZERO, Duration.ofSeconds(10), quantiles, false);

        assertThat(forecast.at(0.7)).isCloseTo(7, within(1e-9));
        assertThat(forecast.mean()).isCloseTo(5, within(0.1));
        assertThat(forecast.atLeast(7)).isCloseTo(0.3, within(1e-6));
        assertThat(forecast.atLeast(0)).isEqualTo(1);
        assertThatThrownBy(() -> forecast.at(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theNormalIsTheNormal() {
        assertThat(Normal.cumulative(0)).isEqualTo(0.5);
        assertThat(Normal.cumulative(1.959963985)).isCloseTo(0.975, within(1e-9));
        assertThat(Normal.cumulative(-4)).isCloseTo(3.167124183e-5, within(1e-12));
        assertThat(Normal.inverse(0.99)).isCloseTo(2.326347874, within(1e-8));
    }

    @Test
    void pinballCostsWhatItsLevelSays() {
        assertThat(Pinball.loss(0.9, 10, 12)).isCloseTo(1.8, within(1e-12));
        assertThat(Pinball.loss(0.9, 10, 8)).isCloseTo(0.2, within(1e-12));
        assertThat(Pinball.loss(0.9, 10, 10)).isZero();
    }
}

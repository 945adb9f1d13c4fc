package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.testing.Seeds;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

final class LevelExpertTest {

    private static final List<Expert> BOTH =
            List.of(new LevelExpert("after-level", false), new LevelExpert("after-change", true));
    private final SeriesShape shape = new SeriesShape(300, List.of(1, 6), BOTH);
    private final Workspace work = new Workspace(shape);
    private final double[] out = new double[Levels.COUNT];

    private SeriesForecaster after(int slots, IntToDoubleFunction counts) {
        SeriesForecaster series = new SeriesForecaster(shape);
        for (int slot = 0; slot < slots; slot++) {
            series.observe(slot, counts.applyAsDouble(slot), work);
        }
        return series;
    }

    @Test
    void aBurstAfterSilenceIsRememberedAtItsSize() {
        SeriesForecaster series = after(2000, slot -> slot % 20 == 0 ? 5000 : 0);

        assertThat(series.forecastBy(0, 0, out)).isTrue();

        assertThat(out[Levels.MEDIAN]).isZero();
        assertThat(out[Levels.COUNT - 1]).isBetween(3500.0, 7000.0);
    }

    @Test
    void aLevelThatSeldomMovesIsExpectedToStay() {
        SeriesForecaster series = after(2000, slot -> 1000 + 7.0 * Math.floorDiv(slot, 100));

        assertThat(series.forecastBy(1, 0, out)).isTrue();

        assertThat(out[Levels.MEDIAN]).isEqualTo(series.past().lag(0));
        assertThat(out[Levels.COUNT - 1])
                .isBetween(series.past().lag(0), series.past().lag(0) + 10);
    }

    @Test
    void quantilesAscendWhateverTheSizeOfCounts() {
        Seeds.check(25, random -> {
            double size = Math.pow(10, 12 * random.nextDouble());
            SeriesForecaster series = after(300, slot -> Math.rint(size * random.nextDouble()));
            for (int expert = 0; expert < 2; expert++) {
                assertThat(series.forecastBy(expert, random.nextInt(2), out)).isTrue();
                assertThat(out).isSorted().doesNotContain(Double.NaN);
                assertThat(out[0]).isGreaterThanOrEqualTo(0);
            }
        });
    }
}

package dev.warmfront.forecast.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.forecast.Backtest;
import dev.warmfront.forecast.Examples;
import dev.warmfront.forecast.ExpertProvider;
import dev.warmfront.forecast.Levels;
import dev.warmfront.forecast.SeriesForecaster;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.forecast.TrainedExpert;
import dev.warmfront.forecast.Workspace;
import dev.warmfront.testing.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where there is native code of the engine: the module's README says where. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class LstmExpertTest {

    private static final int SLOTS = 3_000;
    private static final Duration BUDGET = Duration.ofSeconds(15);

    private static SeriesShape shape() {
        return new SeriesShape(
                300,
                List.of(1, 6),
                StandardExperts.with(ServiceLoader.load(ExpertProvider.class), List.of("neural"), 300));
    }

    /** A burst every twenty slots whose height is that of five before: only a memory tells it. */
    private static double[] bursts(RandomGenerator random) {
        double[] counts = new double[SLOTS];
        for (int t = 0; t < SLOTS; t++) {
            int phase = t % 20;
            counts[t] = phase == 5 ? 20 + random.nextInt(80) : phase == 10 ? 2 * counts[t - 5] : random.nextInt(4);
        }
        return counts;
    }

    private static SeriesForecaster watched(SeriesShape shape, double[] counts, int until) {
        SeriesForecaster series = new SeriesForecaster(shape);
        Workspace work = new Workspace(shape);
        for (int t = 0; t < until; t++) {
            series.observe(t, counts[t], work);
        }
        return series;
    }

    @Test
    void sleepsUntilItIsTrainedThenBeatsTheNaiveAndIsReadBackToTheLastBit() throws IOException {
        SeriesShape shape = shape();
        double[] counts = bursts(Seeds.generator(1));
        int own = shape.experts().size() - 1;
        double[] said = new double[Levels.COUNT];
        assertThat(watched(shape, counts, SLOTS).forecastBy(own, 0, said)).isFalse();
        assertThat(shape.trained()).hasSize(1).allMatch(TrainedExpert::isDue);

        shape.trained().getFirst().train(BUDGET);

        assertThat(shape.trained()).noneMatch(TrainedExpert::isDue);
        Backtest test = new Backtest(shape, bursts(Seeds.generator(2)), SLOTS / 2, 20);
        test.run(0, origin -> true, (origin, h, quantiles, value) -> {});
        assertThat(test.scaledLoss(own)).isLessThan(0.6 * test.scaledLoss(0));

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        shape.trained().getFirst().writeModel(new DataOutputStream(bytes));
        SeriesShape again = shape();
        again.trained().getFirst().readModel(again, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        double[] saidAgain = new double[Levels.COUNT];
        assertThat(watched(shape, counts, 500).forecastBy(own, 1, said)).isTrue();
        assertThat(watched(again, counts, 500).forecastBy(own, 1, saidAgain)).isTrue();
        assertThat(saidAgain).containsExactly(said);
        byte[] cut = java.util.Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
        SeriesShape damaged = shape();
        assertThatThrownBy(() -> damaged.trained()
                        .getFirst()
                        .readModel(damaged, new DataInputStream(new ByteArrayInputStream(cut))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void javaSaysWhatTheEngineSays() {
        SeriesShape shape = shape();
        Examples examples = new Examples(shape, 32, 600);
        SeriesForecaster series = new SeriesForecaster(shape);
        Workspace work = new Workspace(shape);
        double[] counts = bursts(Seeds.generator(3));
        for (int t = 0; t < SLOTS; t++) {
            series.observe(t, counts[t], work);
            examples.gather(series.past());
        }
        Weights trained = new Training(examples).run(null, Duration.ofSeconds(2));
        assertThat(trained).isNotNull();
        float[] row = new float[examples.features()];
        assertThat(examples.describe(series.past(), row)).isPositive();

        assertThat(trained.evaluate(row))
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(Training.reference(trained, row));
        assertThat(Examples.count(2, 3)).isEqualTo(12, within(1e-9));
    }
}

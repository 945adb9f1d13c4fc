package dev.warmfront.forecast.weka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.forecast.Backtest;
import dev.warmfront.forecast.Expert;
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

final class WekaExpertsTest {

    private static final Duration BUDGET = Duration.ofSeconds(20);
    private static final int SLOTS = 1_500;

    private static SeriesShape shape() {
        List<Expert> experts = StandardExperts.with(ServiceLoader.load(ExpertProvider.class), List.of("weka"), 300);
        return new SeriesShape(300, List.of(1, 6), experts);
    }

    /** A level that turns round at two thirds of its way: a rule that a tree finds and a straight line does not. */
    private static double[] sawtooth(RandomGenerator random) {
        double[] counts = new double[SLOTS];
        for (int t = 0; t < SLOTS; t++) {
            int phase = t % 17;
            counts[t] = Math.rint((phase < 11 ? 10 + 9 * phase : 0) + 2 * random.nextDouble());
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

    private static int expert(SeriesShape shape, String name) {
        for (int j = 0; j < shape.experts().size(); j++) {
            if (shape.experts().get(j).name().equals(name)) {
                return j;
            }
        }
        throw new AssertionError(name);
    }

    @Test
    void sleepsUntilItIsTrainedAndEarnsWeightThen() {
        SeriesShape shape = shape();
        double[] counts = sawtooth(Seeds.generator(1));
        double[] said = new double[Levels.COUNT];
        int tree = expert(shape, "weka-m5p");
        SeriesForecaster before = watched(shape, counts, SLOTS);
        assertThat(before.forecastBy(tree, 0, said)).isFalse();
        assertThat(shape.trained()).hasSize(2).allMatch(TrainedExpert::isDue);

        shape.trained().forEach(expert -> expert.train(BUDGET));

        assertThat(shape.trained()).noneMatch(TrainedExpert::isDue);
        Backtest test = new Backtest(shape, counts, SLOTS / 2, 17);
        SeriesForecaster after = test.run(0, origin -> true, (origin, h, quantiles, value) -> {});
        assertThat(after.forecastBy(tree, 0, said)).isTrue();
        assertThat(test.scaledLoss(tree)).isLessThan(test.scaledLoss(expert(shape, "regression")));
        assertThat(after.weight(0, tree)).isGreaterThan(1.0 / shape.experts().size());
    }

    @Test
    void saysTheSameOnceItIsReadBack() throws IOException {
        SeriesShape shape = shape();
        double[] counts = sawtooth(Seeds.generator(2));
        watched(shape, counts, SLOTS);
        shape.trained().forEach(expert -> expert.train(BUDGET));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (TrainedExpert expert : shape.trained()) {
            expert.writeModel(out);
        }

        SeriesShape again = shape();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        for (TrainedExpert expert : again.trained()) {
            expert.readModel(again, in);
        }

        assertThat(again.trained()).noneMatch(TrainedExpert::isDue);
        double[] said = new double[Levels.COUNT];
        double[] saidAgain = new double[Levels.COUNT];
        for (String name : List.of("weka-m5p", "weka-reptree")) {
            int tree = expert(shape, name);
            assertThat(watched(shape, counts, 200).forecastBy(tree, 1, said)).isTrue();
            assertThat(watched(again, counts, 200).forecastBy(tree, 1, saidAgain))
                    .isTrue();
            assertThat(saidAgain).containsExactly(said);
        }
    }

    @Test
    void refusesASavedStateThatNamesOtherClasses() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        ByteArrayOutputStream objects = new ByteArrayOutputStream();
        try (var written = new java.io.ObjectOutputStream(objects)) {
            written.writeObject(new java.io.File("elsewhere"));
        }
        out.writeBoolean(false);
        out.writeBoolean(true);
        out.writeLong(1);
        out.writeInt(objects.size());
        out.write(objects.toByteArray());
        SeriesShape shape = shape();

        assertThatThrownBy(() -> shape.trained()
                        .getFirst()
                        .readModel(shape, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aNameThatIsNotThereIsSaidWithThoseThatAre() {
        assertThatThrownBy(() -> StandardExperts.with(ServiceLoader.load(ExpertProvider.class), List.of("wekka"), 300))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wekka")
                .hasMessageContaining("[weka]");
    }
}

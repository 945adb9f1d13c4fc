package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.testing.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class LifetimeTest {

    @Test
    void runTimeIsToldFromInputSizeWhereTheyGoTogether() {
        RandomGenerator random = Seeds.generator(1);
        RuntimeModel model = new RuntimeModel();
        for (int i = 0; i < 40; i++) {
            long bytes = 1L << (20 + random.nextInt(10));
            model.learn(bytes, bytes / 1e6 * Math.exp(0.1 * random.nextGaussian()));
        }

        assertThat(model.regresses()).isTrue();
        assertThat(model.lifetime(1L << 31, Lifetime.unknown()).median())
                .isCloseTo((1L << 31) / 1e6, within(0.2 * (1L << 31) / 1e6));
        assertThat(model.lifetime(-1, Lifetime.unknown()).median()).isBetween(1.0, 1000.0);
    }

    @Test
    void theMedianAnswersWhereSizeSaysNothing() {
        RandomGenerator random = Seeds.generator(2);
        RuntimeModel model = new RuntimeModel();
        for (int i = 0; i < 50; i++) {
            model.learn(1L << random.nextInt(30), 10 * Math.exp(0.2 * random.nextGaussian()));
        }

        assertThat(model.regresses()).isFalse();
        assertThat(model.lifetime(1L << 30, Lifetime.unknown()).median()).isCloseTo(10, within(1.5));
    }

    @Test
    void fewRunsLeanOnTheGroup() {
        RuntimeModel group = new RuntimeModel();
        for (int i = 0; i < 30; i++) {
            group.learn(-1, 100 + i);
        }
        Lifetime wide = group.lifetime(-1, Lifetime.unknown());
        RuntimeModel model = new RuntimeModel();

        assertThat(model.lifetime(-1, wide).median()).isEqualTo(wide.median());
        model.learn(-1, 10);
        Lifetime one = model.lifetime(-1, wide);
        assertThat(one.quantile(0.95)).isGreaterThan(20);
        for (int i = 0; i < 20; i++) {
            model.learn(-1, 10);
        }
        assertThat(model.lifetime(-1, wide).quantile(0.9)).isLessThan(13);
    }

    @Test
    void whatHasRunLongerIsExpectedToEndLater() {
        Seeds.check(50, random -> {
            double[] logs = random.doubles(1 + random.nextInt(40), -3, 8).toArray();
            Lifetime lifetime = Lifetime.ofLogs(logs, 0.1);
            double last = 0;
            for (double elapsed = 0; elapsed < 20_000; elapsed = elapsed * 1.7 + 0.1) {
                double total = elapsed + lifetime.remaining(elapsed, 0.5);
                assertThat(total).isGreaterThanOrEqualTo(last - 1e-6).isFinite();
                assertThat(lifetime.stillRunning(elapsed, 5)).isBetween(0.0, 1.0);
                assertThat(lifetime.stillRunning(elapsed, 5)).isLessThanOrEqualTo(lifetime.stillRunning(elapsed, 1));
                last = total;
            }
        });
    }

    @Test
    void survivalFallsFromOneToNothing() {
        Lifetime lifetime = Lifetime.unknown();

        assertThat(lifetime.survival(0)).isEqualTo(1);
        assertThat(lifetime.survival(-4)).isEqualTo(1);
        assertThat(lifetime.survival(60)).isCloseTo(0.5, within(0.01));
        assertThat(lifetime.survival(1e9)).isLessThan(1e-3);
        assertThat(lifetime.quantile(0.9)).isGreaterThan(lifetime.quantile(0.5));
        assertThatThrownBy(() -> Lifetime.ofLogs(new double[0], 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oddRunTimesThrowNothing() {
        RuntimeModel model = new RuntimeModel();
        model.learn(0, 0);
        model.learn(Long.MAX_VALUE, Double.NaN);
        model.learn(-1, -5);
        model.learn(5, Double.POSITIVE_INFINITY);

        assertThat(model.lifetime(Long.MAX_VALUE, Lifetime.unknown()).median()).isFinite();
    }

    @Test
    void theLastRunTellsMoreWhereRunsComeInKinds() throws IOException {
        RuntimeModel model = new RuntimeModel();
        RuntimeModel plain = new RuntimeModel();
        for (int run = 0; run < 12; run++) {
            double seconds = run / 4 == 1 ? 400 : 100;
            for (int task = 0; task < 3; task++) {
                model.learn("run " + run, -1, seconds + task);
                plain.learn(-1, seconds + task);
            }
            if (run == 7) {
                assertThat(model.lifetime(-1, Lifetime.unknown()).median()).isBetween(380.0, 420.0);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.write(new DataOutputStream(bytes));
        RuntimeModel copy = RuntimeModel.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(model.lifetime(-1, Lifetime.unknown()).median()).isBetween(95.0, 110.0);
        assertThat(model.lifetime(-1, Lifetime.unknown()).quantile(0.75))
                .isLessThan(plain.lifetime(-1, Lifetime.unknown()).quantile(0.75));
        assertThat(copy.lifetime(-1, Lifetime.unknown()).median())
                .isEqualTo(model.lifetime(-1, Lifetime.unknown()).median());
    }
}

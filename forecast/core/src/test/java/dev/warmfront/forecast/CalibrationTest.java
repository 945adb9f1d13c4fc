package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.testing.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalibrationTest {

    private static final int TOP = Levels.HIGH + 3;
    private final SeriesShape shape = new SeriesShape(300, List.of(1), StandardExperts.all());
    private final double[] out = new double[Levels.COUNT];

    @Test
    void aBlendThatIsTooNarrowIsReadFurtherOut() {
        Seeds.check(5, random -> {
            Calibration calibration = new Calibration(shape);
            double[] blend = new double[Levels.COUNT];
            for (int k = 0; k < blend.length; k++) {
                blend[k] = 100 + 10 * Normal.atLevel(k);
            }
            int covered = 0;
            int slots = 4000;
            for (int slot = 0; slot < slots; slot++) {
                double count = 100 + 20 * random.nextGaussian();
                calibration.apply(0, blend, false, 200, out);
                covered += count <= out[TOP] ? 1 : 0;
                calibration.learn(0, blend, false, 200, count, 1);
            }

            assertThat(covered / (double) slots).isCloseTo(0.99, within(0.006));
        });
    }

    @Test
    void burstsThatTheBlendDoesNotKnowAreCoveredByTheHighestCountSeen() {
        Calibration calibration = new Calibration(shape);
        double[] silence = new double[Levels.COUNT];
        int missed = 0;
        int slots = 6000;
        for (int slot = 0; slot < slots; slot++) {
            double count = slot % 40 == 39 ? 500 : 0;
            calibration.apply(0, silence, true, 500, out);
            missed += count > out[TOP] ? 1 : 0;
            calibration.learn(0, silence, true, 500, count, 1);
        }

        assertThat(missed).isLessThan(slots / 50);
        assertThat(out[Levels.MEDIAN]).isZero();
        assertThat(out[Levels.COUNT - 1]).isLessThanOrEqualTo(500);
    }
}

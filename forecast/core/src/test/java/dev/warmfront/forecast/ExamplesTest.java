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
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class ExamplesTest {

    private static final SeriesShape SHAPE = new SeriesShape(3600, List.of(1, 6), StandardExperts.all());

    /** Gathers the rows of a made series and describes its last slot. */
    private static float[] run(Examples into, RandomGenerator random, int slots, double lastCount) {
        History past = new History(SHAPE);
        for (int t = 0; t < slots; t++) {
            past.observe(t, t == slots - 1 ? lastCount : random.nextInt(20));
            into.gather(past);
        }
        float[] row = new float[into.features()];
        assertThat(into.describe(past, row)).isPositive();
        return row;
    }

    @Test
    void aRowKnowsNothingOfWhatCameAfterIt() {
        Seeds.check(20, random -> {
            Examples examples = new Examples(SHAPE, 8, 500);
            History past = new History(SHAPE);
            float[][] described = new float[300][];
            for (int t = 0; t < described.length; t++) {
                past.observe(t, random.nextInt(20));
                described[t] = new float[examples.features()];
                boolean known = !Double.isNaN(examples.describe(past, described[t]));
                long before = examples.taken();
                examples.gather(past);
                if (examples.taken() > before) {
                    float[][] rows = examples.copy();
                    // The row is of six slots ago, and says what was said then.
                    assertThat(java.util.Arrays.copyOf(rows[rows.length - 1], examples.features()))
                            .containsExactly(described[t - 6]);
                    assertThat(known).isTrue();
                }
            }
            assertThat(examples.taken()).isBetween(30L, 100L);
        });
    }

    @Test
    void targetsAreTheCountsThatCame() {
        Examples examples = new Examples(SHAPE, 4, 500);
        History past = new History(SHAPE);
        for (int t = 0; t < 200; t++) {
            past.observe(t, 4);
            examples.gather(past);
        }

        for (float[] row : examples.copy()) {
            assertThat(row[0]).isEqualTo(1);
            assertThat(Examples.count(row[examples.targetAt(0)], 4)).isCloseTo(4, within(1e-5));
            assertThat(row[examples.ownAt(1)]).isEqualTo(1);
        }
    }

    @Test
    void isBoundedAndReadBackAsItWas() throws IOException {
        Examples examples = new Examples(SHAPE, 4, 50);
        run(examples, Seeds.generator(3), 2_000, 5);
        assertThat(examples.copy()).hasDimensions(50, examples.features() + 2);
        assertThat(examples.taken()).isGreaterThan(300);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        examples.write(new DataOutputStream(bytes));

        Examples again = new Examples(SHAPE, 4, 50);
        again.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(again.copy()).isDeepEqualTo(examples.copy());
        assertThat(again.taken()).isEqualTo(examples.taken());
        assertThatThrownBy(() -> new Examples(SHAPE, 5, 50)
                        .read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void takesWhateverCounts() {
        for (double odd : new double[] {0, 1e12, Double.MIN_VALUE}) {
            float[] row = run(new Examples(SHAPE, 4, 50), Seeds.generator(4), 300, odd);
            for (float value : row) {
                assertThat(value).isFinite();
            }
        }
        assertThat(Examples.count(-3, 2)).isZero();
    }
}

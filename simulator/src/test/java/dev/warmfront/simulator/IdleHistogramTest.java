package dev.warmfront.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.warmfront.simulator.IdleHistogram.Branch;
import dev.warmfront.simulator.IdleHistogram.Window;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The three branches of the hybrid histogram (policy.md §7), by hand with the paper's constants. */
final class IdleHistogramTest {

    private static final double MINUTE = 60;
    private static final int FOUR_HOURS = 240;

    private static IdleHistogram of(int minutes, double... idleMinutes) {
        IdleHistogram histogram = new IdleHistogram(minutes);
        DoubleStream.of(idleMinutes).forEach(idle -> histogram.add(idle * MINUTE));
        return histogram;
    }

    @Test
    void forecastsByArimaWhenHalfOfTheIdleTimesAreOutOfBounds() {
        // Three of 300 minutes: all out of bounds, all the same, so the next is 300, too: ready at 0.85, kept for 0.30.
        Window always = of(FOUR_HOURS, 300, 300, 300).window();
        assertThat(always).isEqualTo(new Window(Branch.ARIMA, 0.85 * 300 * MINUTE, 0.30 * 300 * MINUTE));
        // One of two is a half, which is enough; of two values the forecast is the mean, (10 + 300) / 2 = 155.
        Window half = of(FOUR_HOURS, 10, 300).window();
        assertThat(half.branch()).isEqualTo(Branch.ARIMA);
        assertThat(half.preWarmSeconds()).isCloseTo(0.85 * 155 * MINUTE, within(1e-6));
        assertThat(half.keepSeconds()).isCloseTo(0.30 * 155 * MINUTE, within(1e-6));
        // One of three is not.
        assertThat(of(FOUR_HOURS, 10, 300, 10).window().branch()).isNotEqualTo(Branch.ARIMA);
        // 240 minutes are the first that are out: the range is [0, 240).
        assertThat(of(FOUR_HOURS, 240).window().branch()).isEqualTo(Branch.ARIMA);
        assertThat(of(FOUR_HOURS, 239.9).window().branch()).isNotEqualTo(Branch.ARIMA);
    }

    @Test
    void keepsTheWholeRangeWhileTheBinsSayNothing() {
        Window nothingYet = of(FOUR_HOURS).window();
        assertThat(nothingYet).isEqualTo(new Window(Branch.WHOLE_RANGE, 0, FOUR_HOURS * MINUTE));
        // One in each bin: the counts do not vary at all.
        IdleHistogram flat = new IdleHistogram(FOUR_HOURS);
        IntStream.range(0, FOUR_HOURS).forEach(bin -> flat.add((bin + 0.5) * MINUTE));
        assertThat(flat.binCountCv()).isCloseTo(0, within(1e-6));
        assertThat(flat.window().branch()).isEqualTo(Branch.WHOLE_RANGE);
        // Counts 1, 0, 0, 0: mean 1/4, variance 1/4 − 1/16 = 3/16, CV = √(3/16) / (1/4) = √3 < 2.
        IdleHistogram four = of(4, 0.5);
        assertThat(four.binCountCv()).isCloseTo(Math.sqrt(3), within(1e-12));
        assertThat(four.window()).isEqualTo(new Window(Branch.WHOLE_RANGE, 0, 4 * MINUTE));
        // Counts 1, 0, 0, 0, 0: CV = √4 = 2, which is no longer below 2.
        IdleHistogram five = of(5, 0.5);
        assertThat(five.binCountCv()).isCloseTo(2, within(1e-12));
        assertThat(five.window().branch()).isEqualTo(Branch.HEAD_AND_TAIL);
    }

    @Test
    void preWarmsAtTheHeadAndKeepsToTheTailWhenTheBinsAreTelling() {
        IdleHistogram histogram = new IdleHistogram(FOUR_HOURS);
        IntStream.range(0, 5).forEach(i -> histogram.add(10.5 * MINUTE));
        IntStream.range(0, 94).forEach(i -> histogram.add(20.5 * MINUTE));
        histogram.add(30.5 * MINUTE);
        // Counts 5, 94, 1 and 237 noughts: mean 100/240, mean square 8862/240.
        double mean = 100.0 / 240;
        assertThat(histogram.binCountCv()).isCloseTo(Math.sqrt(8862.0 / 240 - mean * mean) / mean, within(1e-9));
        Window window = histogram.window();
        // The 5th of 100 is in bin 10: 10 minutes, rounded down, less a tenth. The 99th is in bin 20: 21 minutes,
        // rounded
        // up, and a tenth.
        assertThat(window.branch()).isEqualTo(Branch.HEAD_AND_TAIL);
        assertThat(window.preWarmSeconds()).isCloseTo(9 * MINUTE, within(1e-9));
        assertThat(window.preWarmSeconds() + window.keepSeconds()).isCloseTo(23.1 * MINUTE, within(1e-9));
    }

    @Test
    void neverReleasesAnApplicationWhoseHeadIsInTheFirstMinute() {
        IdleHistogram histogram = of(FOUR_HOURS, 0.2, 0.4, 0.9, 0.1);
        assertThat(histogram.window().preWarmSeconds()).isZero();
        assertThat(histogram.window().keepSeconds()).isCloseTo(1.1 * MINUTE, within(1e-9));
    }

    @Test
    void fitsAnAutoregressionByHand() {
        // Mean 2; deviations −1, 1, −1, 1: variance sum 4, products −1 −1 −1 = −3, ρ = −0.75; next 2 − 0.75 · 1.
        AutoRegression swinging = new AutoRegression();
        DoubleStream.of(1, 3, 1, 3).forEach(swinging::add);
        assertThat(swinging.correlation()).isCloseTo(-0.75, within(1e-12));
        assertThat(swinging.forecast()).isCloseTo(1.25, within(1e-12));
        // A long straight line has a correlation near one: it goes on by its drift.
        AutoRegression rising = new AutoRegression();
        IntStream.range(0, 100).forEach(rising::add);
        assertThat(rising.forecast()).isCloseTo(100, within(1e-9));
        assertThat(new AutoRegression().forecast()).isZero();
    }
}

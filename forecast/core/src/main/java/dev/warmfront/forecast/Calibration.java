package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Keeps quantiles honest: adaptive conformal inference (Gibbs and Candès, Adaptive conformal inference under distribution
 * shift, NeurIPS 2021) per horizon and level, on where counts fall in the blended distribution. What moves is the logarithm of
 * the odds of the level at which the blend is read, {@code z ← z + η(τ − covered)}: a step changes the chance of a miss by a
 * share of itself, so tails are reached as soon as the middle. Whatever the experts do, the share of counts under a quantile
 * approaches its level, at a speed set by η. For counts, the place is the expectation over a value's own mass ({@link
 * Levels#position}), rather than a draw.
 *
 * <p>Beyond the highest level of the blend lies the highest count seen: experts that are silent all agree on nothing, and
 * nothing that is read of their blend would reach the next burst.
 *
 * <p>Whole counts are forecast by whole quantiles where that has been the better choice: the two are scored side by side.
 */
final class Calibration {

    private static final double LOG_ODDS_MAX = 6;
    private static final double ROUND_KEEP = 0.998;
    private static final double HIGHEST = Levels.at(Levels.COUNT - 1);

    /** The level from which the highest count seen is forecast whole. */
    private static final double CERTAIN = 1 - 0.1 * (1 - HIGHEST);

    /** Steps η of the middle levels, of those within 0.06 of an end, and of those within 0.015. */
    private static final double[] STEP = {0.03, 0.05, 0.2};

    /** Far horizons learn of a miss late, and then of many at once: steps shrink with these powers of the horizon. */
    private static final double[] STEP_FADES = {0.3, 0.3, 0.1};

    private final double[] step;
    /** Per horizon and level: by how much the log-odds differ at which the blend is read instead. */
    private final float[] shift;
    /** Per horizon and level: how much better rounding was, fading. */
    private final float[] rounding;

    Calibration(SeriesShape shape) {
        shift = new float[shape.horizonCount() * Levels.COUNT];
        rounding = new float[shift.length];
        step = new double[shift.length];
        for (int i = 0; i < step.length; i++) {
            double side = side(Levels.at(i % Levels.COUNT));
            int kind = side < 0.015 ? 2 : side < 0.06 ? 1 : 0;
            step[i] = STEP[kind] * Math.pow(shape.horizon(i / Levels.COUNT), -STEP_FADES[kind]);
        }
    }

    private static double side(double level) {
        return Math.min(level, 1 - level);
    }

    /** The level at which the blend is read instead of the {@code k}-th. */
    private double level(int cell) {
        double target = Levels.at(cell % Levels.COUNT);
        return 1 / (1 + (1 - target) / target * Math.exp(-shift[cell]));
    }

    /**
     * Reads the blend at the levels that have proved right.
     *
     * @param most the highest count seen
     */
    void apply(int h, double[] blend, boolean whole, double most, double[] out) {
        for (int k = 0; k < Levels.COUNT; k++) {
            int cell = h * Levels.COUNT + k;
            double quantile = quantile(blend, level(cell), most);
            out[k] = whole && rounding[cell] > 0 ? Math.rint(quantile) : quantile;
        }
        Mixture.ascend(out);
    }

    private static double quantile(double[] blend, double level, double most) {
        double quantile = Math.max(0, Levels.quantile(blend, level));
        if (level <= HIGHEST) {
            return quantile;
        }
        double last = blend[Levels.COUNT - 1];
        double share = Math.min(1, (level - HIGHEST) / (CERTAIN - HIGHEST));
        return Math.max(quantile, last + share * Math.max(0, most - last));
    }

    /**
     * Learns from a count.
     *
     * @param most the highest count seen before
     * @param haste 1 usually, more while the series drifts
     */
    void learn(int h, double[] blend, boolean whole, double most, double count, double haste) {
        // Quantiles of whole counts are rounded, so all within half of a count is that count.
        double half = whole ? 0.5 : 0;
        double below = count < half ? 0 : Levels.cumulative(blend, count - half, true);
        double upTo = Levels.cumulative(blend, count + half, false);
        for (int k = 0; k < Levels.COUNT; k++) {
            int cell = h * Levels.COUNT + k;
            double target = Levels.at(k);
            double level = level(cell);
            double raw = quantile(blend, level, most);
            if (whole) {
                double gain = Pinball.loss(target, raw, count) - Pinball.loss(target, Math.rint(raw), count);
                rounding[cell] = (float) (rounding[cell] * ROUND_KEEP + gain);
            }
            // Beyond the blend's highest level there is no more mass to spread a count over.
            double covered = level > HIGHEST ? (count <= raw + half ? 1 : 0) : covered(level, below, upTo);
            double moved = shift[cell] + haste * step[cell] * (target - covered);
            shift[cell] = (float) Math.max(-LOG_ODDS_MAX, Math.min(moved, LOG_ODDS_MAX));
        }
    }

    /** The chance that a place drawn evenly from the count's own mass lies at or below {@code level}. */
    private static double covered(double level, double below, double upTo) {
        if (upTo - below < 1e-9) {
            return upTo <= level ? 1 : 0;
        }
        return Math.max(0, Math.min((level - below) / (upTo - below), 1));
    }

    void inherit(Calibration parent) {
        System.arraycopy(parent.shift, 0, shift, 0, shift.length);
    }

    int size() {
        return shift.length + rounding.length;
    }

    void write(DataOutput out) throws IOException {
        Floats.write(out, shift);
        Floats.write(out, rounding);
    }

    void read(DataInput in) throws IOException {
        Floats.readInto(in, shift);
        Floats.readInto(in, rounding);
    }
}

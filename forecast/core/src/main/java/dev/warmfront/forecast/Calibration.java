package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Keeps quantiles honest: adaptive conformal inference (Gibbs and Candès, Adaptive conformal inference under distribution
 * shift, NeurIPS 2021), {@code α ← α + γ(α* − miss)}, per horizon and level, on where counts fall in the blended
 * distribution. Whatever the experts do, the share of counts under a quantile approaches its level, at a speed set by γ. For
 * counts, that place is randomised inside a value's own mass ({@link Levels#position}), by a fixed sequence rather than dice.
 *
 * <p>Whole counts are forecast by whole quantiles where that has been the better choice: the two are scored side by side.
 */
final class Calibration {

    private static final double GAMMA = 0.01;
    /** Tails are seldom passed, so each time must teach more. */
    private static final double GAMMA_TAIL = 0.02;

    private static final double TAIL = 0.06;
    private static final double REACH = 0.9;
    private static final double ROUND_KEEP = 0.998;

    /** Per horizon and level: the level at which the blend is read instead. */
    private final float[] level;
    /** Per horizon and level: how much better rounding was, fading. */
    private final float[] rounding;

    Calibration(SeriesShape shape) {
        level = new float[shape.horizonCount() * Levels.COUNT];
        rounding = new float[level.length];
        for (int i = 0; i < level.length; i++) {
            level[i] = (float) Levels.at(i % Levels.COUNT);
        }
    }

    /** Reads the blend at the levels that have proved right. */
    void apply(int h, double[] blend, boolean whole, double[] out) {
        for (int k = 0; k < Levels.COUNT; k++) {
            int cell = h * Levels.COUNT + k;
            double quantile = Math.max(0, Levels.quantile(blend, level[cell]));
            out[k] = whole && rounding[cell] > 0 ? Math.rint(quantile) : quantile;
        }
        Mixture.ascend(out);
    }

    /**
     * Learns from a count.
     *
     * @param haste 1 usually, more while the series drifts
     */
    void learn(int h, double[] blend, boolean whole, double count, double haste) {
        // Quantiles of whole counts are rounded, so all within half of a count is that count.
        double half = whole ? 0.5 : 0;
        double below = count < half ? 0 : Levels.cumulative(blend, count - half, true);
        double upTo = Levels.cumulative(blend, count + half, false);
        for (int k = 0; k < Levels.COUNT; k++) {
            int cell = h * Levels.COUNT + k;
            double target = Levels.at(k);
            if (whole) {
                double raw = Math.max(0, Levels.quantile(blend, level[cell]));
                double gain = Pinball.loss(target, raw, count) - Pinball.loss(target, Math.rint(raw), count);
                rounding[cell] = (float) (rounding[cell] * ROUND_KEEP + gain);
            }
            double side = Math.min(target, 1 - target);
            double moved = level[cell]
                    + haste * (side < TAIL ? GAMMA_TAIL : GAMMA) * side * (target - covered(level[cell], below, upTo));
            level[cell] = (float) Math.max(target - REACH * side, Math.min(moved, target + REACH * side));
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
        System.arraycopy(parent.level, 0, level, 0, level.length);
    }

    int size() {
        return level.length + rounding.length;
    }

    void write(DataOutput out) throws IOException {
        Floats.write(out, level);
        Floats.write(out, rounding);
    }

    void read(DataInput in) throws IOException {
        Floats.readInto(in, level);
        Floats.readInto(in, rounding);
    }
}

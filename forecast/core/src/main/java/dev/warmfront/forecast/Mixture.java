package dev.warmfront.forecast;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How much each expert counts, per horizon and per stretch of levels (below the median, about it, the upper tail). Bernstein
 * online aggregation on linearised pinball loss (Wintenberger, Optimal learning with Bernstein online aggregation, Machine
 * Learning 2017): weights are {@code η·exp(η·R − η²·V)} of an expert's regret R and its second moment V, with a rate η per
 * expert that needs no tuning. Both fade, so that an expert whose time has come is not held to its past. The mixture competes
 * with the best fixed <em>blend</em> of experts, not just the best one, because the loss is linearised.
 */
final class Mixture {

    private static final int GROUPS = 3;
    private static final int REGRET = 0;
    private static final int SQUARE = 1;
    private static final int WEIGHT = 2;
    private static final int FIELDS = 3;
    private static final double KEEP = 0.998;
    /** Half of what is best against strangers: most experts are alike, so their differences are slow to show. */
    private static final double RATE_SHARE = 0.5;

    private static final double RATE_MAX = 0.5;
    private static final double REGRET_MAX = 20;
    private static final double LOSS_RATE = 0.01;
    private static final double NEGLIGIBLE = 2e-4;

    private final int experts;
    /** Per horizon, group, expert: regret, its square, the weight they give. */
    private final float[] cells;
    /** Per horizon: the mean loss, in whose unit regrets are counted. */
    private final float[] loss;

    Mixture(SeriesShape shape) {
        experts = shape.experts().size();
        cells = new float[shape.horizonCount() * GROUPS * experts * FIELDS];
        loss = new float[shape.horizonCount()];
        for (int i = WEIGHT; i < cells.length; i += FIELDS) {
            cells[i] = 1f / experts;
        }
    }

    private static int group(int level) {
        return level < Levels.MEDIAN ? 0 : level < Levels.MEDIAN + 3 ? 1 : 2;
    }

    private int cell(int h, int group, int expert) {
        return ((h * GROUPS + group) * experts + expert) * FIELDS;
    }

    /** The share of {@code expert} in the upper tail's forecasts, as if all were awake. */
    double weight(int h, int expert) {
        return cells[cell(h, GROUPS - 1, expert) + WEIGHT];
    }

    /** Whether an expert counts so little at every level that a forecast can do without asking it. */
    boolean negligible(int h, int expert) {
        for (int group = 0; group < GROUPS; group++) {
            if (cells[cell(h, group, expert) + WEIGHT] > NEGLIGIBLE) {
                return false;
            }
        }
        return true;
    }

    /**
     * Blends what the awake experts say, level by level, and sorts: quantiles ascend.
     *
     * @return false when all sleep
     */
    boolean blend(int h, Workspace work, double[] out) {
        Arrays.fill(out, 0);
        for (int group = 0; group < GROUPS; group++) {
            double total = 0;
            for (int j = 0; j < experts; j++) {
                work.weight[group][j] = work.awake[j] ? cells[cell(h, group, j) + WEIGHT] + 1e-9 : 0;
                total += work.weight[group][j];
            }
            if (total <= 0) {
                return false;
            }
            for (int j = 0; j < experts; j++) {
                work.weight[group][j] /= total;
            }
        }
        for (int j = 0; j < experts; j++) {
            if (work.awake[j]) {
                for (int k = 0; k < Levels.COUNT; k++) {
                    out[k] += work.weight[group(k)][j] * work.quantiles[j][k];
                }
            }
        }
        ascend(out);
        return true;
    }

    static void ascend(double[] quantiles) {
        for (int k = 1; k < quantiles.length; k++) {
            quantiles[k] = Math.max(quantiles[k], quantiles[k - 1]);
        }
    }

    /** Judges the experts by a count, against the blend that they made. */
    void learn(int h, Workspace work, double[] blend, double count, double keep) {
        double total = 0;
        for (int k = 0; k < Levels.COUNT; k++) {
            total += Pinball.loss(Levels.at(k), blend[k], count);
        }
        loss[h] = (float) (loss[h] == 0 ? total : loss[h] + LOSS_RATE * (total - loss[h]));
        double unit = Math.max(loss[h] / GROUPS, 1e-6);
        for (int group = 0; group < GROUPS; group++) {
            for (int j = 0; j < experts; j++) {
                if (work.awake[j]) {
                    judge(h, group, j, work.quantiles[j], blend, count, unit, keep);
                }
            }
            weigh(h, group);
        }
    }

    private void judge(
            int h, int group, int expert, double[] quantiles, double[] blend, double count, double unit, double keep) {
        double gain = 0;
        for (int k = 0; k < Levels.COUNT; k++) {
            if (group(k) == group) {
                double slope = count < blend[k] ? 1 - Levels.at(k) : count > blend[k] ? -Levels.at(k) : 0;
                gain += slope == 0
                        ? -Pinball.loss(Levels.at(k), quantiles[k], count)
                        : slope * (blend[k] - quantiles[k]);
            }
        }
        double regret = Math.max(-REGRET_MAX, Math.min(gain / unit, REGRET_MAX));
        int cell = cell(h, group, expert);
        cells[cell + REGRET] = (float) (cells[cell + REGRET] * KEEP * keep + regret);
        cells[cell + SQUARE] = (float) (cells[cell + SQUARE] * KEEP * keep + regret * regret);
    }

    private void weigh(int h, int group) {
        double most = Double.NEGATIVE_INFINITY;
        double prior = Math.log(experts);
        for (int j = 0; j < experts; j++) {
            int cell = cell(h, group, j);
            double rate = rate(cell, prior);
            double log = rate * cells[cell + REGRET] - rate * rate * cells[cell + SQUARE] + Math.log(rate);
            cells[cell + WEIGHT] = (float) log;
            most = Math.max(most, log);
        }
        double total = 0;
        for (int j = 0; j < experts; j++) {
            int cell = cell(h, group, j);
            cells[cell + WEIGHT] = (float) Math.exp(cells[cell + WEIGHT] - most);
            total += cells[cell + WEIGHT];
        }
        for (int j = 0; j < experts; j++) {
            cells[cell(h, group, j) + WEIGHT] /= (float) total;
        }
    }

    private double rate(int cell, double prior) {
        return Math.min(RATE_MAX, RATE_SHARE * Math.sqrt(prior / Math.max(1e-6, cells[cell + SQUARE])));
    }

    /** Begins with another series' experience, at a share of its certainty. */
    void inherit(Mixture parent, double share) {
        for (int i = 0; i < cells.length; i += FIELDS) {
            cells[i + REGRET] = (float) (parent.cells[i + REGRET] * share);
            cells[i + SQUARE] = (float) (parent.cells[i + SQUARE] * share);
            cells[i + WEIGHT] = parent.cells[i + WEIGHT];
        }
    }

    int size() {
        return cells.length + loss.length;
    }

    void write(DataOutput out) throws IOException {
        Floats.write(out, cells);
        Floats.write(out, loss);
    }

    void read(DataInput in) throws IOException {
        Floats.readInto(in, cells);
        Floats.readInto(in, loss);
    }
}

package dev.warmfront.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Replays a series slot by slot and scores what was forecast before each slot came: the mixture, every expert alone, and a
 * seasonal-naive forecaster whose quantiles are those of its own recent errors. Scores are scaled by the mean absolute change
 * from slot to slot, after MASE (Hyndman and Koehler 2006) and the scaled pinball loss of the M5 competition; but over the whole
 * series rather than its prefix, since many recorded series are silent in their first half.
 */
public final class Backtest {

    /** The name under which the mixture is scored. */
    public static final String MIXTURE = "mixture";

    /** The name under which the baseline is scored. */
    public static final String SEASONAL_NAIVE = "seasonal-naive";

    private final SeriesShape shape;
    private final double[] counts;
    private final int split;
    private final int season;
    private final double scale;
    private final List<String> methods = new ArrayList<>();
    private final Tally[][] tallies;

    /**
     * @param counts one per slot
     * @param split where scoring begins: slots before it only train
     * @param season the baseline's period in slots
     */
    public Backtest(SeriesShape shape, double[] counts, int split, int season) {
        this.shape = shape;
        this.counts = counts.clone();
        this.split = split;
        this.season = season;
        scale = scale(counts);
        shape.experts().forEach(expert -> methods.add(expert.name()));
        methods.add(MIXTURE);
        methods.add(SEASONAL_NAIVE);
        tallies = new Tally[methods.size()][shape.horizonCount()];
        for (Tally[] row : tallies) {
            for (int h = 0; h < row.length; h++) {
                row[h] = new Tally();
            }
        }
    }

    /** Mean absolute change from slot to slot, or 0 when there is none. */
    public static double scale(double[] counts) {
        double sum = 0;
        for (int t = 1; t < counts.length; t++) {
            sum += Math.abs(counts[t] - counts[t - 1]);
        }
        return counts.length < 2 ? 0 : sum / (counts.length - 1);
    }

    /** A period for seasonal-naive: a day where the prefix has two of them, else an hour, else one slot. */
    public static int season(SeriesShape shape, int split) {
        if (split >= 2 * shape.daySlots()) {
            return shape.daySlots();
        }
        return split >= 2 * shape.hourSlots() ? shape.hourSlots() : 1;
    }

    /**
     * Runs through the series.
     *
     * @param firstSlot number of the first slot: sets the time of day
     * @param origins which positions are scored as the last slot known
     * @param shown told of each scored forecast of the mixture
     */
    public SeriesForecaster run(long firstSlot, IntPredicate origins, Shown shown) {
        Run run = start(firstSlot, origins, shown);
        while (run.step()) {
            // Each step is all there is to do.
        }
        return run.series;
    }

    /** Begins to run through the series, a slot at a time: for series that are run through side by side. */
    public Run start(long firstSlot, IntPredicate origins, Shown shown) {
        return new Run(firstSlot, origins, shown);
    }

    /** One way through the series. */
    public final class Run {
        private final long firstSlot;
        private final IntPredicate origins;
        private final Shown shown;
        private final SeriesForecaster series = new SeriesForecaster(shape);
        private final Workspace work = new Workspace(shape);
        private final NaiveErrors[] naive = new NaiveErrors[shape.horizonCount()];
        private final double[] quantiles = new double[Levels.COUNT];
        private int t;

        private Run(long firstSlot, IntPredicate origins, Shown shown) {
            this.firstSlot = firstSlot;
            this.origins = origins;
            this.shown = shown;
            for (int h = 0; h < naive.length; h++) {
                naive[h] = new NaiveErrors(shape.horizon(h));
            }
        }

        /** Takes the next slot, and scores what is forecast of others then; false when there is none. */
        public boolean step() {
            if (t >= counts.length) {
                return false;
            }
            series.observe(firstSlot + t, counts[t], work);
            for (int h = 0; h < naive.length; h++) {
                naive[h].learn(t);
                int target = t + shape.horizon(h);
                if (target >= split && target < counts.length && origins.test(t)) {
                    score(series, h, t, work, quantiles, naive[h], shown);
                }
            }
            t++;
            return true;
        }

        /** What it has learned by now. */
        public SeriesForecaster series() {
            return series;
        }
    }

    private void score(
            SeriesForecaster series, int h, int t, Workspace work, double[] quantiles, NaiveErrors naive, Shown shown) {
        double value = counts[t + shape.horizon(h)];
        int experts = shape.experts().size();
        for (int j = 0; j < experts; j++) {
            if (series.forecastBy(j, h, quantiles)) {
                tallies[j][h].add(Tally.reported(quantiles), value);
            }
        }
        series.forecast(h, work, quantiles);
        double[] mixed = Tally.reported(quantiles);
        tallies[experts][h].add(mixed, value);
        tallies[experts + 1][h].add(naive.quantiles(t), value);
        shown.forecast(t, h, mixed, value);
    }

    /** Sees each scored forecast of the mixture. */
    @FunctionalInterface
    public interface Shown {
        /**
         * @param origin position of the last slot known
         * @param h index of the horizon
         * @param quantiles at the reported levels of {@link Tally}
         */
        void forecast(int origin, int h, double[] quantiles, double value);
    }

    /** What was scored: the experts in their order, then the mixture, then seasonal-naive. */
    public List<String> methods() {
        return List.copyOf(methods);
    }

    /** What the losses are divided by; 0 when the series never changes, and then nothing can be scaled. */
    public double scale() {
        return scale;
    }

    public Tally tally(int method, int h) {
        return tallies[method][h];
    }

    /** Mean over horizons of the scaled pinball loss of a method; NaN when it was never awake or nothing can be scaled. */
    public double scaledLoss(int method) {
        return mean(method, true);
    }

    /** Mean over horizons of the mean absolute scaled error of a method's median. */
    public double mase(int method) {
        return mean(method, false);
    }

    private double mean(int method, boolean loss) {
        double sum = 0;
        int scored = 0;
        for (Tally tally : tallies[method]) {
            if (tally.count() > 0) {
                sum += loss ? tally.meanLoss() : tally.meanError();
                scored++;
            }
        }
        return scored == 0 || scale == 0 ? Double.NaN : sum / scored / scale;
    }

    /** Seasonal-naive with the empirical quantiles of its last errors at one horizon. */
    private final class NaiveErrors {
        private static final int KEPT = 512;
        private final int horizon;
        private final double[] errors = new double[KEPT];
        private long learned;

        NaiveErrors(int horizon) {
            this.horizon = horizon;
        }

        private double point(int origin) {
            int back = RegressionExpert.back(season, horizon);
            return origin - back >= 0 ? counts[origin - back] : counts[origin];
        }

        void learn(int t) {
            if (t - horizon >= 0) {
                errors[(int) (learned % KEPT)] = counts[t] - point(t - horizon);
                learned++;
            }
        }

        double[] quantiles(int origin) {
            int known = (int) Math.min(learned, KEPT);
            double[] sorted = Arrays.copyOf(errors, known);
            Arrays.sort(sorted);
            double point = point(origin);
            double[] out = new double[Tally.LEVELS];
            for (int i = 0; i < out.length; i++) {
                int rank = (int) Math.ceil(Tally.level(i) * (known + 1)) - 1;
                double error = known == 0 ? 0 : sorted[Math.max(0, Math.min(rank, known - 1))];
                out[i] = Math.max(0, point + error);
            }
            return out;
        }
    }
}

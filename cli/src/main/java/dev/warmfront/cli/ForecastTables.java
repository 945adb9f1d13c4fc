package dev.warmfront.cli;

import dev.warmfront.forecast.Backtest;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.forecast.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tables of the forecast benchmark, in Markdown. */
final class ForecastTables {

    private static final double EXPLODED = 1000;

    private final List<Own> own = new ArrayList<>();
    private final List<Versus> versus = new ArrayList<>();
    private final List<More> more = new ArrayList<>();

    void add(Own table) {
        own.add(table);
    }

    void add(More table) {
        more.add(table);
    }

    void add(Versus table) {
        versus.add(table);
    }

    /** All series of one data set, every slot of their second half. */
    static final class Own {
        private final String name;
        private final int series;
        private double mixture;
        private double naive;
        private double mase;
        private int worse;
        private int scored;
        private final List<Tally> tallies = new ArrayList<>();
        private final List<Integer> recoveries = new ArrayList<>();
        private final Map<String, double[]> experts = new TreeMap<>();

        Own(String name, int series) {
            this.name = name;
            this.series = series;
            ForecastBench.HORIZONS.forEach(unused -> tallies.add(new Tally()));
        }

        void add(Backtest test, int recovery) {
            int at = test.methods().indexOf(Backtest.MIXTURE);
            int base = test.methods().indexOf(Backtest.SEASONAL_NAIVE);
            double mixed = test.scaledLoss(at);
            if (Double.isNaN(mixed)) {
                return;
            }
            scored++;
            mixture += mixed;
            naive += test.scaledLoss(base);
            mase += test.mase(at);
            worse += mixed > 1.02 * test.scaledLoss(base) ? 1 : 0;
            for (int h = 0; h < tallies.size(); h++) {
                tallies.get(h).add(test.tally(at, h));
            }
            recoveries.add(recovery);
            for (int j = 0; j < at; j++) {
                double loss = test.scaledLoss(j);
                double awake = test.tally(j, 0).count()
                        / Math.max(1.0, (double) test.tally(at, 0).count());
                if (!Double.isNaN(loss) && awake > 0.9) {
                    double[] sum = experts.computeIfAbsent(test.methods().get(j), unused -> new double[2]);
                    sum[0] += loss;
                    sum[1]++;
                }
            }
        }

        private String row() {
            StringBuilder row = new StringBuilder(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.3f | %.3f | %.2f | %.3f | %d %% |",
                    name,
                    series,
                    mixture / scored,
                    naive / scored,
                    mixture / naive,
                    mase / scored,
                    Math.round(100.0 * worse / Math.max(1, scored))));
            for (int i = 0; i < Tally.LEVELS; i++) {
                row.append(' ').append(coverage(i)).append(" |");
            }
            recoveries.sort(null);
            return row.append(String.format(
                            Locale.ROOT,
                            " %d / %d |",
                            recoveries.get(recoveries.size() / 2),
                            recoveries.get(recoveries.size() * 9 / 10)))
                    .toString();
        }

        /** The worst error over the horizons, in percentage points, with its sign. */
        private String coverage(int level) {
            double worst = 0;
            for (Tally tally : tallies) {
                double error = tally.coverageError(level);
                if (error > Math.abs(worst)) {
                    worst = tally.upTo(level) < Tally.level(level) ? -error : error;
                }
            }
            return String.format(Locale.ROOT, "%+.1f", 100 * worst);
        }

        /** The best expert that had something to say about every series. */
        private String best() {
            return experts.entrySet().stream()
                    .filter(entry -> entry.getValue()[1] == scored)
                    .min((a, b) -> Double.compare(a.getValue()[0], b.getValue()[0]))
                    .map(entry -> String.format(Locale.ROOT, "%s %.3f", entry.getKey(), entry.getValue()[0] / scored))
                    .orElse("–");
        }
    }

    /** A sample of one data set's series, at the origins that R forecast from. */
    static final class Versus {
        private final String name;
        private int series;
        private double mixture;
        private double milliseconds;
        private final Map<String, double[]> models = new TreeMap<>();
        private final Tally ours = new Tally();
        private final Map<String, Tally> theirs = new TreeMap<>();

        Versus(String name) {
            this.name = name;
        }

        void add(Backtest test, double took, List<ForecastR.Scored> scores) {
            int at = test.methods().indexOf(Backtest.MIXTURE);
            int base = test.methods().indexOf(Backtest.SEASONAL_NAIVE);
            series++;
            mixture += test.scaledLoss(at);
            milliseconds += took;
            for (int h = 0; h < ForecastBench.HORIZONS.size(); h++) {
                ours.add(test.tally(at, h));
            }
            put("seasonal-naive (ours)", test.scaledLoss(base), 0);
            for (ForecastR.Scored score : scores) {
                put(score.model(), score.loss() / test.scale(), score.milliseconds());
                theirs.computeIfAbsent(score.model(), unused -> new Tally()).add(score.tally());
            }
        }

        private void put(String model, double loss, double took) {
            double[] sum = models.computeIfAbsent(model, unused -> new double[3]);
            sum[0] += loss;
            sum[1]++;
            sum[2] += took;
        }

        /** The lowest mean loss among R's models that answered for every series. */
        private String best() {
            return models.entrySet().stream()
                    .filter(entry -> entry.getValue()[1] == series && theirs.containsKey(entry.getKey()))
                    .min((a, b) -> Double.compare(a.getValue()[0], b.getValue()[0]))
                    .map(Map.Entry::getKey)
                    .orElse("");
        }

        private String row(List<String> names) {
            StringBuilder row =
                    new StringBuilder(String.format(Locale.ROOT, "| %s | %d | %.3f |", name, series, mixture / series));
            for (String model : names) {
                double[] sum = models.get(model);
                String cell = sum == null
                        ? "–"
                        : (sum[0] / sum[1] < EXPLODED ? String.format(Locale.ROOT, "%.3f", sum[0] / sum[1]) : "> 1000")
                                + (sum[1] < series ? " (" + (int) sum[1] + ")" : "");
                row.append(' ').append(cell).append(" |");
            }
            String best = best();
            double[] sum = models.get(best);
            if (best.isEmpty() || sum == null) {
                return row.append(" – | – | – |").toString();
            }
            Tally tally = theirs.getOrDefault(best, new Tally());
            return row.append(String.format(
                            Locale.ROOT,
                            " %s | **%.2f** | %.2f–%.2f / %.2f–%.2f | %.1f / %.0f |",
                            best,
                            mixture / series / (sum[0] / sum[1]),
                            ours.below(1),
                            ours.upTo(1),
                            tally.below(1),
                            tally.upTo(1),
                            milliseconds / series,
                            sum[2] / sum[1]))
                    .toString();
        }
    }

    /** All series of one data set, with experts of other modules beside the standard ones. */
    static final class More {
        private static final String HEAD = """

                ## With experts of other modules

                Every series again, run through side by side, slot by slot. What is trained is trained at eighths of the way on
                what all series showed by then, for about five seconds an expert, and forecasts what comes after. Weight: the
                module's share of the upper tail's forecasts one slot ahead when the series end, mean over series. Ratio: to the
                mixture of the standard experts. CPU: all series, trainings included.

                | data set | experts added | mixture | ratio | covered at 0.90, 0.99 | weight | CPU s |
                |---|---|--:|--:|--:|--:|--:|
                """;

        private final String name;
        private final List<String> rows = new ArrayList<>();
        private double standard = Double.NaN;

        More(String name) {
            this.name = name;
        }

        void add(List<String> added, List<Backtest> tests, List<Backtest.Run> runs, double seconds) {
            double sum = 0;
            double weight = 0;
            int scored = 0;
            Tally tally = new Tally();
            for (int i = 0; i < tests.size(); i++) {
                Backtest test = tests.get(i);
                int at = test.methods().indexOf(Backtest.MIXTURE);
                double loss = test.scaledLoss(at);
                if (!Double.isNaN(loss)) {
                    sum += loss;
                    scored++;
                    for (int h = 0; h < ForecastBench.HORIZONS.size(); h++) {
                        tally.add(test.tally(at, h));
                    }
                    for (int j = StandardExperts.all().size(); j < at; j++) {
                        weight += runs.get(i).series().weight(0, j);
                    }
                }
            }
            double mean = sum / Math.max(1, scored);
            if (added.isEmpty()) {
                standard = mean;
            }
            rows.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.4f | %.3f | %.3f–%.3f, %.3f–%.3f | %s | %.0f |%n",
                    name,
                    added.isEmpty() ? "none" : String.join(", ", added),
                    mean,
                    mean / standard,
                    tally.below(1),
                    tally.upTo(1),
                    tally.below(3),
                    tally.upTo(3),
                    added.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f", weight / Math.max(1, scored)),
                    seconds));
        }
    }

    private static final String HEAD = """
            # Forecasts of arrivals, measured

            Made by `bench/forecast TRACES --out docs/forecasting.md`; not edited by hand. The method is in
            `forecast/core/DESIGN.md`. Horizons are 1, 12 and 24 slots. The first half of each series only trains; what is
            scored in the second half was said before the slot came. Pinball loss is the mean over the 0.5, 0.9, 0.95 and
            0.99 quantiles and the horizons, divided by the series' mean absolute change from slot to slot; then the mean
            over series. Series of fewer than 200 slots or 30 busy ones are left out.

            A quantile of whole counts cannot cover exactly its share. Coverage is taken as right where its level lies between
            the share of counts below the quantile and the share at or below it; else the column says by how many percentage
            points the nearer of the two misses it, at the worst of the three horizons (minus: covers too little).

            Recovery: slots until 26 of the last 30 counts were within the 0.9 quantile again, after the level was tripled at
            three quarters of the series; 0 when they were at once.

            """;

    private static final String R_HEAD = """
            A sample of each data set's series, evenly spaced by size, at the same origins, horizons and slots for all. R's
            models are fitted once, to the last 1,000 values (or two seasons and 100) of the first half, and brought up to date
            at each origin without being fitted again; `stlf` and `snaive` are fitted at each. In brackets: on how many series a
            model answered, where it failed or took too long on others. R's best is the lowest mean among those that answered
            for every series, chosen in hindsight. Ratio: mixture / R's best.
            """;

    String markdown() {
        StringBuilder text = new StringBuilder(HEAD);
        text.append(
                "## Every series against seasonal-naive\n\n| data set | series | mixture | seasonal-naive | ratio | MASE | worse by"
                        + " > 2 % |");
        for (int i = 0; i < Tally.LEVELS; i++) {
            text.append(' ').append(ForecastBench.heading(i)).append(" |");
        }
        text.append(" recovery p50 / p90 |\n|---|--:|--:|--:|--:|--:|--:|").append("--:|".repeat(Tally.LEVELS + 1));
        text.append('\n');
        own.forEach(table -> text.append(table.row()).append('\n'));
        text.append("\n| data set | best single expert in hindsight |\n|---|---|\n");
        own.forEach(table -> text.append("| ")
                .append(table.name)
                .append(" | ")
                .append(table.best())
                .append(" |\n"));
        if (!versus.isEmpty()) {
            TreeSet<String> names = new TreeSet<>();
            versus.forEach(table -> names.addAll(table.models.keySet()));
            List<String> columns = List.copyOf(names);
            text.append("\n## Against R's forecast package\n\n")
                    .append(R_HEAD)
                    .append("\n| data set | series | mixture |");
            columns.forEach(name -> text.append(' ').append(name).append(" |"));
            text.append(
                    " R's best | ratio | covered at 0.90, ours / R's best | CPU ms to learn the window, ours / R's best |\n");
            text.append("|---|--:|--:|").append("--:|".repeat(columns.size())).append("---|--:|--:|--:|\n");
            versus.forEach(table -> text.append(table.row(columns)).append('\n'));
        }
        if (!more.isEmpty()) {
            text.append(More.HEAD);
            more.forEach(table -> table.rows.forEach(text::append));
        }
        return text.toString();
    }
}

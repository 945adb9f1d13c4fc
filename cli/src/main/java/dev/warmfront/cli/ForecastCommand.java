package dev.warmfront.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.forecast.Backtest;
import dev.warmfront.forecast.Expert;
import dev.warmfront.forecast.Levels;
import dev.warmfront.forecast.SeriesForecaster;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.forecast.Tally;
import dev.warmfront.forecast.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How well a recorded file's counts would have been forecast: by each expert, by their mixture, by seasonal-naive. */
@Command(
        name = "forecast",
        description = {
            "Forecasts a recorded file of counts, arrivals or occupancy slot by slot, and scores what was said before each slot",
            "of its second part: MASE and pinball loss (scaled by the mean change from slot to slot) and how much each quantile",
            "covered: the share of counts below it and the share at or below it. CSV, plain or .gz."
        },
        mixinStandardHelpOptions = true)
final class ForecastCommand implements Callable<Integer> {

    private static final int SLOTS_MIN = 50;
    private static final int CALLS = 5_000;

    private final Context context;

    @Parameters(index = "0", paramLabel = "FILE", description = "t_s,window_s,count | submit_s | t_s,running_gpus,…")
    Path file = Path.of("");

    @Option(
            names = "--slot",
            defaultValue = "0",
            paramLabel = "SECONDS",
            description = "Width of a slot for arrivals and occupancy. Default: chosen by the file's length.")
    int slotSeconds;

    @Option(
            names = "--horizons",
            split = ",",
            defaultValue = "1,12,24",
            paramLabel = "STEPS",
            description = "Slots ahead, ascending, at most 48. Default: 1,12,24.")
    List<Integer> horizons = List.of();

    @Option(
            names = "--train",
            defaultValue = "0.5",
            paramLabel = "SHARE",
            description = "The share of each series before scoring begins. Default: 0.5.")
    double train;

    @Option(
            names = "--experts",
            split = ",",
            paramLabel = "NAMES",
            description =
                    "Experts of optional modules to add: weka, neural. A build has them where it was asked for them.")
    List<String> experts = List.of();

    ForecastCommand(Context context) {
        this.context = context;
    }

    /** All series of one width of slot: they share what they are made of. */
    private static final class Scores {
        List<String> methods = List.of();
        Tally[] tallies = new Tally[0];
        double[] loss = new double[0];
        double[] mase = new double[0];
        int[] scored = new int[0];
        int series;
        int skipped;
        long slots;
        long fitNanos;
        double microsPerForecast;
        double mixtureMillis;
        /** Per standard expert, each alone on the first series. */
        final List<Double> fitMillis = new ArrayList<>();

        final List<Double> forecastMicros = new ArrayList<>();
    }

    @Override
    public Integer call() {
        if (slotSeconds < 0 || slotSeconds > 86_400 || !(train > 0 && train < 1)) {
            throw CliException.badUse("--slot must be 1 to 86400, --train between 0 and 1");
        }
        Scores scores = new Scores();
        ExpertChoice choice = new ExpertChoice(experts, horizons);
        List<CountSeries> all = CountSeries.read(file, slotSeconds);
        if (all.stream().noneMatch(ForecastCommand::isScorable)) {
            throw CliException.badUse(file + ": no series of " + SLOTS_MIN + " slots or more that ever changes");
        }
        // Before anything is said of progress: wrong horizons are bad use too.
        choice.shape(all.getFirst().slotSeconds());
        try (Progress progress = new Progress(context, "forecast")) {
            List<Backtest> tests = new ArrayList<>();
            List<BooleanSupplier> steps = new ArrayList<>();
            for (CountSeries one : all) {
                Backtest test = prepare(one, choice, scores);
                if (test != null) {
                    tests.add(test);
                    steps.add(test.start(0, origin -> true, (origin, h, quantiles, value) -> {})::step);
                }
            }
            if (choice.learnsTogether()) {
                progress.at(0, 0, "training as the series run");
                choice.together(
                        steps,
                        all.stream().mapToInt(one -> one.counts().length).max().orElse(0));
            }
            for (int i = 0; i < tests.size(); i++) {
                progress.at(i, tests.size(), "series");
                while (steps.get(i).getAsBoolean()) {
                    // Each step is all there is to do.
                }
                add(tests.get(i), scores);
            }
        }
        if (context.json()) {
            context.out().println(json(scores));
        } else {
            print(scores);
        }
        return Main.DONE;
    }

    private static boolean isScorable(CountSeries series) {
        return series.counts().length >= SLOTS_MIN && Backtest.scale(series.counts()) > 0;
    }

    /** A run through one series, timed where it is the first; null where there is nothing to score. */
    private @Nullable Backtest prepare(CountSeries series, ExpertChoice choice, Scores scores) {
        SeriesShape shape = choice.shape(series.slotSeconds());
        double[] counts = series.counts();
        int split = (int) (counts.length * train);
        if (!isScorable(series)) {
            scores.skipped++;
            return null;
        }
        // What is trained apart has no model yet, and takes what it takes: the others are timed.
        List<Expert> timed = StandardExperts.all();
        if (scores.series == 0) {
            for (Expert expert : timed) {
                SeriesShape alone = new SeriesShape(series.slotSeconds(), horizons, List.of(expert));
                scores.fitMillis.add(fit(alone, counts, split, true, scores.forecastMicros) / 1e6);
            }
        }
        List<Double> micros = new ArrayList<>();
        SeriesShape standard = new SeriesShape(series.slotSeconds(), horizons, timed);
        long nanos = fit(standard, counts, split, scores.series == 0, micros);
        scores.fitNanos += nanos;
        if (scores.series == 0) {
            scores.mixtureMillis = nanos / 1e6;
            scores.microsPerForecast = micros.getFirst();
        }
        scores.series++;
        scores.slots += split;
        return new Backtest(shape, counts, split, Backtest.season(shape, split));
    }

    /** Nanoseconds to learn the first part of a series; what a forecast takes then is added to {@code micros} when {@code timed}. */
    private long fit(SeriesShape shape, double[] counts, int split, boolean timed, List<Double> micros) {
        Workspace work = new Workspace(shape);
        SeriesForecaster fitted = new SeriesForecaster(shape);
        long began = System.nanoTime();
        for (int t = 0; t < split; t++) {
            fitted.observe(t, counts[t], work);
        }
        long took = System.nanoTime() - began;
        if (timed) {
            micros.add(forecastMicros(fitted, work));
        }
        return took;
    }

    /** What a forecast at one horizon takes, all quantiles of it, once the machine is warm. */
    private double forecastMicros(SeriesForecaster series, Workspace work) {
        double[] quantiles = new double[Levels.COUNT];
        long began = System.nanoTime();
        for (int i = 0; i < 2 * CALLS; i++) {
            if (i == CALLS) {
                began = System.nanoTime();
            }
            series.forecast(i % horizons.size(), work, quantiles);
        }
        return (System.nanoTime() - began) / 1e3 / CALLS;
    }

    private void add(Backtest test, Scores scores) {
        if (scores.methods.isEmpty()) {
            scores.methods = test.methods();
            int count = scores.methods.size();
            scores.tallies = new Tally[count];
            for (int m = 0; m < count; m++) {
                scores.tallies[m] = new Tally();
            }
            scores.loss = new double[count];
            scores.mase = new double[count];
            scores.scored = new int[count];
        }
        for (int m = 0; m < scores.methods.size(); m++) {
            double loss = test.scaledLoss(m);
            if (!Double.isNaN(loss)) {
                scores.loss[m] += loss;
                scores.mase[m] += test.mase(m);
                scores.scored[m]++;
                for (int h = 0; h < horizons.size(); h++) {
                    scores.tallies[m].add(test.tally(m, h));
                }
            }
        }
    }

    private List<Integer> order(Scores scores) {
        List<Integer> order = new ArrayList<>();
        for (int m = 0; m < scores.methods.size(); m++) {
            if (scores.scored[m] > 0) {
                order.add(m);
            }
        }
        order.sort((a, b) -> Double.compare(scores.loss[a] / scores.scored[a], scores.loss[b] / scores.scored[b]));
        return order;
    }

    private void print(Scores scores) {
        List<String> heading = new ArrayList<>(List.of("method", "series", "forecasts", "MASE", "pinball"));
        for (int i = 0; i < Tally.LEVELS; i++) {
            heading.add("covered " + ForecastBench.heading(i));
        }
        heading.add("fit ms");
        heading.add("forecast µs");
        Table table = new Table(heading.toArray(String[]::new));
        for (int m : order(scores)) {
            List<Object> cells = new ArrayList<>(List.of(
                    scores.methods.get(m),
                    scores.scored[m],
                    scores.tallies[m].count(),
                    number(scores.mase[m] / scores.scored[m]),
                    number(scores.loss[m] / scores.scored[m])));
            for (int i = 0; i < Tally.LEVELS; i++) {
                cells.add(
                        String.format(Locale.ROOT, "%.3f–%.3f", scores.tallies[m].below(i), scores.tallies[m].upTo(i)));
            }
            cells.add(time(fitMillis(scores, m)));
            cells.add(time(forecastMicros(scores, m)));
            table.row(cells.toArray());
        }
        table.print(context.out());
        context.out()
                .printf(
                        Locale.ROOT,
                        "times are of the first series, experts each alone%n"
                                + "%d series scored, %d too short or never changing; horizons %s slots%n"
                                + "%.1f ms per series to train (%.1f µs per slot), %.2f µs per forecast%n",
                        scores.series,
                        scores.skipped,
                        horizons,
                        scores.fitNanos / 1e6 / scores.series,
                        scores.fitNanos / 1e3 / Math.max(1, scores.slots),
                        scores.microsPerForecast);
        if (scores.scored[0] < scores.series || order(scores).stream().anyMatch(m -> partly(scores, m))) {
            context.out()
                    .println("an expert that sleeps is judged only on what it forecast: compare the forecasts column");
        }
    }

    private static String time(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.2f", value);
    }

    /** What it took to learn the first series, of the standard experts and of the mixture; NaN of others. */
    private static double fitMillis(Scores scores, int method) {
        return scores.methods.get(method).equals(Backtest.MIXTURE)
                ? scores.mixtureMillis
                : method < scores.fitMillis.size() ? scores.fitMillis.get(method) : Double.NaN;
    }

    private static double forecastMicros(Scores scores, int method) {
        return scores.methods.get(method).equals(Backtest.MIXTURE)
                ? scores.microsPerForecast
                : method < scores.forecastMicros.size() ? scores.forecastMicros.get(method) : Double.NaN;
    }

    private static boolean partly(Scores scores, int method) {
        int mixture = scores.methods.indexOf(Backtest.MIXTURE);
        return scores.tallies[method].count() < scores.tallies[mixture].count();
    }

    private ObjectNode json(Scores scores) {
        ObjectNode json = Json.object()
                .put("file", file.toString())
                .put("series", scores.series)
                .put("skipped", scores.skipped)
                .put("trainMillisPerSeries", scores.fitNanos / 1e6 / scores.series)
                .put("trainMicrosPerSlot", scores.fitNanos / 1e3 / Math.max(1, scores.slots))
                .put("microsPerForecast", scores.microsPerForecast);
        ArrayNode steps = json.putArray("horizons");
        horizons.forEach(steps::add);
        ArrayNode methods = json.putArray("methods");
        for (int m : order(scores)) {
            ObjectNode method = methods.addObject()
                    .put("name", scores.methods.get(m))
                    .put("series", scores.scored[m])
                    .put("forecasts", scores.tallies[m].count())
                    .put("mase", scores.mase[m] / scores.scored[m])
                    .put("scaledPinball", scores.loss[m] / scores.scored[m]);
            if (!Double.isNaN(fitMillis(scores, m))) {
                method.put("fitMillis", fitMillis(scores, m)).put("forecastMicros", forecastMicros(scores, m));
            }
            ArrayNode coverage = method.putArray("coverage");
            for (int i = 0; i < Tally.LEVELS; i++) {
                coverage.addObject()
                        .put("quantile", Tally.level(i))
                        .put("below", scores.tallies[m].below(i))
                        .put("atOrBelow", scores.tallies[m].upTo(i));
            }
        }
        return json;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}

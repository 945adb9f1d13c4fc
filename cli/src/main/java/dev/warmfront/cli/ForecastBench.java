package dev.warmfront.cli;

import dev.warmfront.forecast.Backtest;
import dev.warmfront.forecast.SeriesForecaster;
import dev.warmfront.forecast.SeriesShape;
import dev.warmfront.forecast.StandardExperts;
import dev.warmfront.forecast.Tally;
import dev.warmfront.forecast.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The learner's arrivals forecasts against seasonal-naive and R's forecast package, on recorded series. */
@Command(
        name = "forecast",
        description = {
            "Forecasts every recorded series of a traces folder; on a sample of them also with R's forecast package, on the",
            "same origins and horizons. Prints one table per question, or writes them to a file."
        },
        mixinStandardHelpOptions = true)
final class ForecastBench implements Callable<Integer> {

    static final List<Integer> HORIZONS = List.of(1, 12, 24);
    private static final int NONZERO_MIN = 30;
    private static final int SLOTS_MIN = 200;
    private static final int SHIFT_FACTOR = 3;
    private static final int RECOVERY_WINDOW = 30;
    private static final int RECOVERED = 26;
    private static final int R_WINDOW = 1000;
    private static final int REPEATS = 3;

    /** One data set: a file below the traces folder, at one width of slot (0: the file's own). */
    private record DataSet(String name, String file, int slotSeconds) {}

    private static final List<DataSet> DATA = List.of(
            new DataSet("nab counts", "demand/nab-counts.csv.gz", 0),
            new DataSet("servegen", "demand/servegen-language-clients.csv.gz", 0),
            new DataSet("functions, a day", "demand/azure-functions-2019-1day.csv.gz", 0),
            new DataSet("functions, 5 h", "demand/azure-functions-2019-500fn.csv.gz", 0),
            new DataSet("helios GPUs", "demand/occupancy-helios-earth-2020.csv.gz", 600),
            new DataSet("philly nodes", "demand/occupancy-philly-nodes-2017.csv.gz", 600),
            new DataSet("openb pods", "arrivals/alibaba-openb-gpu-2023.csv.gz", 3600),
            new DataSet("philly jobs", "arrivals/philly-vc-2017.csv.gz", 3600),
            new DataSet("lisa jobs", "arrivals/surf-lisa-2022.csv.gz", 3600),
            new DataSet("eagle jobs", "arrivals/nrel-eagle-2019.csv.gz", 600),
            new DataSet("functions, calls", "arrivals/azure-functions-2019-derived.csv.gz", 60),
            new DataSet("LLM requests", "arrivals/azure-llm-2023.csv.gz", 10));

    private final Context context;

    @Parameters(index = "0", paramLabel = "TRACES", description = "The folder with demand/ and arrivals/.")
    Path traces = Path.of("");

    @Option(names = "--series", defaultValue = "8", description = "Series per data set for R. Default: 8; 0: no R.")
    int sampled = 8;

    @Option(names = "--origins", defaultValue = "8", description = "Forecasts per series for R. Default: 8.")
    int origins = 8;

    @Option(names = "--fit-seconds", defaultValue = "60", description = "R gives a fit up after this. Default: 60.")
    int fitSeconds = 60;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description =
                    "Keeps what R said here, and does not ask again for what is there. Default: a folder thrown away.")
    Optional<Path> work = Optional.empty();

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the tables here, as Markdown.")
    Optional<Path> out = Optional.empty();

    @Option(
            names = "--experts",
            split = ",",
            paramLabel = "NAMES",
            description = "Runs it all once more with the experts of these optional modules: weka, neural.")
    List<String> experts = List.of();

    ForecastBench(Context context) {
        this.context = context;
    }

    /** One series with where its scoring begins. */
    record Case(String id, CountSeries series, int split, int season, SeriesShape shape) {
        static Case of(String id, CountSeries series) {
            SeriesShape shape = new SeriesShape(series.slotSeconds(), HORIZONS, StandardExperts.all());
            int split = series.counts().length / 2;
            return new Case(id, series, split, Backtest.season(shape, split), shape);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (sampled < 0 || origins < 1 || fitSeconds < 1) {
            throw CliException.badUse("--series must be ≥ 0, --origins and --fit-seconds ≥ 1");
        }
        ForecastTables tables = new ForecastTables();
        List<List<Case>> chosen = new ArrayList<>();
        try (Progress progress = new Progress(context, "forecast")) {
            for (int i = 0; i < DATA.size(); i++) {
                DataSet data = DATA.get(i);
                List<Case> cases = cases(data, i);
                ForecastTables.Own own = new ForecastTables.Own(data.name(), cases.size());
                for (int c = 0; c < cases.size(); c++) {
                    progress.at(c, cases.size(), data.name());
                    own.add(score(cases.get(c)), recovery(cases.get(c)));
                }
                if (!cases.isEmpty()) {
                    tables.add(own);
                }
                chosen.add(spread(cases, sampled));
                if (!experts.isEmpty() && !cases.isEmpty()) {
                    progress.at(0, 0, data.name() + " with " + String.join(", ", experts));
                    tables.add(withMore(data, cases));
                }
            }
            if (sampled > 0) {
                progress.at(0, 0, "R");
                againstR(tables, chosen);
            }
        }
        String text = tables.markdown();
        if (out.isPresent()) {
            Files.writeString(out.get(), text);
        } else {
            context.out().print(text);
        }
        return Main.DONE;
    }

    /** The same series with the experts of other modules: each module alone, then all. */
    private ForecastTables.More withMore(DataSet data, List<Case> cases) {
        ForecastTables.More more = new ForecastTables.More(data.name());
        List<List<String>> sets = new ArrayList<>();
        sets.add(List.of());
        experts.forEach(name -> sets.add(List.of(name)));
        if (experts.size() > 1) {
            sets.add(experts);
        }
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        for (List<String> set : sets) {
            ExpertChoice choice = new ExpertChoice(set, HORIZONS);
            List<Backtest> tests = new ArrayList<>();
            List<Backtest.Run> runs = new ArrayList<>();
            List<BooleanSupplier> steps = new ArrayList<>();
            for (Case one : cases) {
                SeriesShape shape = choice.shape(one.series().slotSeconds());
                Backtest test = new Backtest(shape, one.series().counts(), one.split(), one.season());
                Backtest.Run run = test.start(0, origin -> true, (origin, h, quantiles, value) -> {});
                tests.add(test);
                runs.add(run);
                steps.add(run::step);
            }
            long began = clock.getCurrentThreadCpuTime();
            choice.together(
                    steps,
                    cases.stream()
                            .mapToInt(one -> one.series().counts().length)
                            .max()
                            .orElse(0));
            more.add(set, tests, runs, (clock.getCurrentThreadCpuTime() - began) / 1e9);
        }
        return more;
    }

    private void againstR(ForecastTables tables, List<List<Case>> chosen) throws IOException, InterruptedException {
        ForecastR r = new ForecastR(context.home().resolve("bench/forecast.R"), work, fitSeconds);
        List<Case> all = chosen.stream().flatMap(List::stream).toList();
        if (!r.run(all, origins)) {
            context.err().println("warmfront: Rscript with the package forecast is not here: no comparison with R");
            return;
        }
        for (int i = 0; i < DATA.size(); i++) {
            ForecastTables.Versus versus = new ForecastTables.Versus(DATA.get(i).name());
            for (Case one : chosen.get(i)) {
                List<Integer> at = ForecastR.origins(one, origins);
                Backtest test = new Backtest(one.shape(), one.series().counts(), one.split(), one.season());
                test.run(0, at::contains, (origin, h, quantiles, value) -> {});
                versus.add(test, trainMillis(one), r.scored(one, at));
            }
            if (!chosen.get(i).isEmpty()) {
                tables.add(versus);
            }
        }
    }

    /** Processor time to learn the last thousand slots before the split, which is what R's models are fitted to. */
    private static double trainMillis(Case one) {
        double[] counts = one.series().counts();
        int from = Math.max(0, one.split() - R_WINDOW);
        double best = Double.MAX_VALUE;
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        Workspace work = new Workspace(one.shape());
        for (int i = 0; i < REPEATS; i++) {
            SeriesForecaster series = new SeriesForecaster(one.shape());
            long began = clock.getCurrentThreadCpuTime();
            for (int t = from; t < one.split(); t++) {
                series.observe(t, counts[t], work);
            }
            best = Math.min(best, (clock.getCurrentThreadCpuTime() - began) / 1e6);
        }
        return best;
    }

    private List<Case> cases(DataSet data, int number) {
        List<CountSeries> series = CountSeries.read(traces.resolve(data.file()), data.slotSeconds());
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < series.size(); i++) {
            double[] counts = series.get(i).counts();
            int busy = 0;
            for (double count : counts) {
                busy += count > 0 ? 1 : 0;
            }
            if (counts.length >= SLOTS_MIN && busy >= NONZERO_MIN && Backtest.scale(counts) > 0) {
                cases.add(Case.of(String.format(Locale.ROOT, "%02d-%04d.txt", number, i), series.get(i)));
            }
        }
        return cases;
    }

    /** Some of them, evenly spaced by how much they count in all. */
    private static List<Case> spread(List<Case> cases, int count) {
        List<Case> sorted = new ArrayList<>(cases);
        sorted.sort(Comparator.comparingDouble(
                one -> Arrays.stream(one.series().counts()).sum()));
        List<Case> picked = new ArrayList<>();
        int wanted = Math.min(count, sorted.size());
        for (int i = 0; i < wanted; i++) {
            picked.add(sorted.get((int) ((i + 0.5) * sorted.size() / wanted)));
        }
        return picked;
    }

    private static Backtest score(Case one) {
        Backtest test = new Backtest(one.shape(), one.series().counts(), one.split(), one.season());
        test.run(0, origin -> true, (origin, h, quantiles, value) -> {});
        return test;
    }

    /**
     * Slots until forecasts hold again after the level has jumped to three times what it was, at three quarters of the series: until
     * 26 of the last 30 counts were within the 0.9 quantile one step ahead.
     */
    private static int recovery(Case one) {
        double[] shifted = one.series().counts().clone();
        int from = shifted.length * 3 / 4;
        for (int t = from; t < shifted.length; t++) {
            shifted[t] *= SHIFT_FACTOR;
        }
        boolean[] held = new boolean[shifted.length];
        Backtest test = new Backtest(one.shape(), shifted, one.split(), one.season());
        test.run(0, origin -> true, (origin, h, quantiles, value) -> {
            if (h == 0) {
                held[origin + 1] = value <= quantiles[1];
            }
        });
        int within = 0;
        for (int t = from; t < shifted.length; t++) {
            within += held[t] ? 1 : 0;
            if (t - RECOVERY_WINDOW >= from) {
                within -= held[t - RECOVERY_WINDOW] ? 1 : 0;
            }
            int missed = Math.min(t - from + 1, RECOVERY_WINDOW) - within;
            if (t - from + 1 >= RECOVERY_WINDOW && missed <= RECOVERY_WINDOW - RECOVERED) {
                return t - from + 1 - RECOVERY_WINDOW;
            }
        }
        return shifted.length - from;
    }

    /** The reported levels, as headings. */
    static String heading(int level) {
        return String.format(Locale.ROOT, "%.2f", Tally.level(level));
    }
}

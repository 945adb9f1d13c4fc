package dev.warmfront.cli;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.warmfront.forecast.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Asks R's forecast package for forecasts of some series, and scores them as ours are. */
final class ForecastR {

    private final Path script;
    private final Optional<Path> kept;
    private final int fitSeconds;
    /** By file, then model. */
    private final Map<String, Map<String, Said>> said = new HashMap<>();

    ForecastR(Path script, Optional<Path> kept, int fitSeconds) {
        this.script = script;
        this.kept = kept;
        this.fitSeconds = fitSeconds;
    }

    private static final class Said {
        double milliseconds;
        boolean fitted;
        /** Quantiles at the reported levels, by origin and horizon. */
        final Map<String, double[]> quantiles = new HashMap<>();
    }

    /**
     * What one model did on one series.
     *
     * @param loss mean pinball loss over horizons
     * @param error mean absolute error of its middle
     */
    record Scored(String model, double loss, double error, double milliseconds, Tally tally) {}

    /** Positions known last, evenly spaced over the scored part. */
    static List<Integer> origins(ForecastBench.Case one, int count) {
        int most = ForecastBench.HORIZONS.getLast();
        int first = one.split() - 1;
        int last = one.series().counts().length - 1 - most;
        List<Integer> origins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = first + (int) ((long) (last - first) * i / Math.max(1, count - 1));
            if (origins.isEmpty() || at > origins.getLast()) {
                origins.add(at);
            }
        }
        return origins;
    }

    /** Runs R over the series, unless what it said is there already. False where R is not. */
    boolean run(List<ForecastBench.Case> cases, int count) throws IOException, InterruptedException {
        Path dir = kept.isPresent() ? Files.createDirectories(kept.get()) : Files.createTempDirectory("forecast");
        StringBuilder index = new StringBuilder("file,season,split,origins\n");
        for (ForecastBench.Case one : cases) {
            Files.writeString(
                    dir.resolve(one.id()),
                    DoubleStream.of(one.series().counts())
                            .mapToObj(Double::toString)
                            .collect(Collectors.joining("\n")));
            String at = origins(one, count).stream().map(String::valueOf).collect(Collectors.joining(" "));
            index.append(one.id())
                    .append(',')
                    .append(one.season())
                    .append(',')
                    .append(one.split())
                    .append(',')
                    .append(at)
                    .append('\n');
        }
        Files.writeString(dir.resolve("index.csv"), index);
        try {
            Process r = new ProcessBuilder("Rscript", script.toString(), dir.toString(), Integer.toString(fitSeconds))
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("r.log").toFile())
                    .start();
            if (r.waitFor() != 0) {
                return false;
            }
        } catch (IOException missing) {
            return false;
        }
        read(dir);
        return true;
    }

    private void read(Path dir) throws IOException {
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(dir.resolve("fits.csv"))) {
            for (NamedCsvRecord row : rows) {
                Said model = model(row);
                model.milliseconds = Double.parseDouble(row.getField("milliseconds"));
                model.fitted = row.getField("status").equals("fitted");
            }
        }
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(dir.resolve("predictions.csv"))) {
            for (NamedCsvRecord row : rows) {
                double[] quantiles = {
                    number(row, "q50"), number(row, "q90"), number(row, "q95"), number(row, "q99"),
                };
                model(row).quantiles.put(row.getField("origin") + " " + row.getField("horizon"), quantiles);
            }
        }
    }

    private Said model(NamedCsvRecord row) {
        return said.computeIfAbsent(row.getField("file"), unused -> new TreeMap<>())
                .computeIfAbsent(row.getField("model"), unused -> new Said());
    }

    /** NaN and Inf are what R writes where a model has no answer. */
    private static double number(NamedCsvRecord row, String column) {
        String text = row.getField(column);
        return text.equals("NA") || text.equals("NaN") || text.contains("Inf") ? Double.NaN : Double.parseDouble(text);
    }

    /** The scores of the models that answered at every origin. */
    List<Scored> scored(ForecastBench.Case one, List<Integer> origins) {
        List<Scored> scores = new ArrayList<>();
        said.getOrDefault(one.id(), Map.of()).forEach((name, model) -> {
            double loss = 0;
            double error = 0;
            Tally all = new Tally();
            boolean whole = model.fitted;
            for (int horizon : ForecastBench.HORIZONS) {
                Tally tally = new Tally();
                for (int origin : origins) {
                    double[] quantiles = model.quantiles.get(origin + " " + horizon);
                    if (quantiles == null || DoubleStream.of(quantiles).anyMatch(Double::isNaN)) {
                        whole = false;
                    } else {
                        tally.add(quantiles, one.series().counts()[origin + horizon]);
                    }
                }
                loss += tally.meanLoss() / ForecastBench.HORIZONS.size();
                error += tally.meanError() / ForecastBench.HORIZONS.size();
                all.add(tally);
            }
            if (whole) {
                scores.add(new Scored(name, loss, error, model.milliseconds, all));
            }
        });
        return scores;
    }
}

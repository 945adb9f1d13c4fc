package dev.warmfront.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What else the learner learns, on recorded runs: task graphs, run times, resource curves; and how it scales. */
@Command(
        name = "learner",
        description = {
            "Learns task graphs and run times from each application's earlier runs and judges them on the next, resource curves",
            "from each machine's earlier days, and measures time and memory of many series. Prints tables or writes them."
        },
        mixinStandardHelpOptions = true)
final class LearnerBench implements Callable<Integer> {

    private static final String HEAD = """
            # What the learner learns, measured

            Made by `bench/learner TRACES --out docs/learner.md`; not edited by hand. The method is in
            `forecast/core/DESIGN.md`; forecasts of arrivals are in `docs/forecasting.md`.

            """;

    private static final List<String> PARTS = List.of("successors", "runs", "curves", "many");

    private final Context context;

    @Parameters(index = "0", paramLabel = "TRACES", description = "The folder with workflows/, chains/ and usage/.")
    Path traces = Path.of("");

    @Option(
            names = "--series",
            defaultValue = "10000",
            paramLabel = "N",
            description =
                    "Series of two weeks of 5-minute counts to train; a tenth as many first. Default: 10000; 0: none.")
    int series = 10_000;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description =
                    "successors, runs, curves or many; several by commas. Of an existing --out only these are replaced.")
    Set<String> only = Set.of();

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the tables here, as Markdown.")
    Optional<Path> out = Optional.empty();

    LearnerBench(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (series < 0) {
            throw CliException.badUse("--series must be ≥ 0");
        }
        for (String part : only) {
            if (!PARTS.contains(part)) {
                throw CliException.badUse(
                        "--only: no part is called " + part + "; there are " + String.join(", ", PARTS));
            }
        }
        List<String> sections = new ArrayList<>();
        try (Progress progress = new Progress(context, "learner")) {
            progress.at(0, 0, "task graphs and run times");
            if (wanted("successors")) {
                sections.add(new RunsBench(traces).graphs());
            }
            if (wanted("runs")) {
                sections.add(new RunsBench(traces).runtimes());
            }
            if (wanted("curves")) {
                progress.at(0, 0, "resource curves");
                sections.add(new CurvesBench(traces).curves());
            }
            if (wanted("many") && series > 0) {
                progress.at(0, 0, "many series");
                sections.add(new ScaleBench(progress).table(Math.max(1, series / 10), series));
            }
        }
        if (out.isPresent()) {
            Files.writeString(out.get(), page(out.get(), sections));
        } else {
            context.out().print(HEAD + String.join("\n", sections));
        }
        return Main.DONE;
    }

    private boolean wanted(String part) {
        return only.isEmpty() || only.contains(part);
    }

    /** The page with these sections in it: those that it has under the same heads make way, all else stays. */
    private String page(Path file, List<String> sections) throws IOException {
        if (only.isEmpty() || !Files.exists(file)) {
            return HEAD + String.join("\n", sections);
        }
        List<String> parts = new ArrayList<>(List.of(Files.readString(file).split("(?m)^(?=## )")));
        for (String section : sections) {
            String head = section.substring(0, section.indexOf('\n') + 1);
            int at = 0;
            while (at < parts.size() && !parts.get(at).startsWith(head)) {
                at++;
            }
            if (at == parts.size()) {
                parts.add("\n" + section);
            } else {
                parts.set(at, at + 1 < parts.size() ? section + "\n" : section);
            }
        }
        return String.join("", parts);
    }
}

package dev.warmfront.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
        StringBuilder text = new StringBuilder(HEAD);
        try (Progress progress = new Progress(context, "learner")) {
            progress.at(0, 0, "task graphs and run times");
            RunsBench runs = new RunsBench(traces);
            text.append(runs.graphs()).append('\n').append(runs.runtimes()).append('\n');
            progress.at(0, 0, "resource curves");
            text.append(new CurvesBench(traces).curves());
            if (series > 0) {
                progress.at(0, 0, "many series");
                text.append('\n').append(new ScaleBench(progress).table(Math.max(1, series / 10), series));
            }
        }
        if (out.isPresent()) {
            Files.writeString(out.get(), text);
        } else {
            context.out().print(text);
        }
        return Main.DONE;
    }
}

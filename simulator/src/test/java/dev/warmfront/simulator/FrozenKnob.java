package dev.warmfront.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Prints what the product's own policy makes of recorded traces as it is delivered: told the target and nothing else. For work on
 * the policy: one line per trace, launch time and split, and one per shift. Run by hand:
 * {@code FrozenKnob TRACES LAUNCHES SPLITS [SHIFTS]}, each a list with commas, traces by any part of their names or {@code all}.
 */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class FrozenKnob {

    /** Whether what tasks wait for is declared, mined or hidden. */
    private static final Edges EDGES =
            Edges.valueOf(System.getProperty("edges", "declared").toUpperCase(Locale.ROOT));

    private static final Path FOLDER = Path.of(System.getProperty("traces", "../shared/traces"));

    /** All recorded workflows as one trace, six an hour. */
    private static final String WORKFLOWS = "mix/workflows";

    private static final List<String> FILES = List.of(
            "arrivals/azure-functions-2019-derived",
            "chains/spark-enel-2021",
            "demand/servegen-language-clients",
            "arrivals/alibaba-openb-gpu-2023",
            "arrivals/philly-vc-2017",
            "arrivals/surf-lisa-2022",
            "arrivals/nrel-eagle-2019",
            WORKFLOWS);

    private FrozenKnob() {}

    static Trace trace(String name) throws IOException {
        if (name.equals(WORKFLOWS)) {
            try (Stream<Path> files = Files.list(FOLDER.resolve("workflows"))) {
                List<Path> workflows = files.filter(file -> file.toString().endsWith(".json.gz"))
                        .sorted()
                        .toList();
                return ListTrace.of(Traces.of(workflows, new Traces.Mix(300, 600_000_000L, 1))
                        .getFirst());
            }
        }
        Path file = FOLDER.resolve(name + ".csv.gz");
        if (name.contains("servegen")) {
            return RecordedRates.draw(file, "m-large", 2_000, 1);
        }
        return ListTrace.of(Traces.of(List.of(file), Traces.Mix.DEFAULT).getFirst());
    }

    /** How a trace is scored after so much of it was learned on. */
    static ReplayOptions options(String file, int launchSeconds, double train) {
        return ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(launchSeconds), Lead.ofSeconds(20), Lead.ofSeconds(30))
                // SURF has months left to score: ten days of it are enough for work on the policy.
                .withProtocol(train, Duration.ofDays(file.contains("surf") ? 10 : 365), Duration.ZERO, 1)
                .withEdges(EDGES);
    }

    public static void main(String[] arguments) throws IOException {
        List<String> names = Arrays.asList(arguments[0].split(",", -1));
        for (String file : FILES) {
            if (arguments[0].equals("all") || names.stream().anyMatch(file::contains)) {
                Trace trace = trace(file);
                for (String launch : arguments[1].split(",", -1)) {
                    for (String train : arguments[2].split(",", -1)) {
                        ReplayOptions options = options(file, Integer.parseInt(launch), Double.parseDouble(train));
                        String label = "%-9s %4s s  %s"
                                .formatted(file.substring(file.indexOf('/') + 1).substring(0, 9), launch, train);
                        if (arguments.length > 3) {
                            shifts(label, trace, options, Arrays.asList(arguments[3].split(",", -1)));
                        } else {
                            unshifted(label, trace, options);
                        }
                    }
                }
            }
        }
    }

    private static void unshifted(String label, Trace trace, ReplayOptions options) {
        long begun = System.nanoTime();
        Replay replay = new Replay(trace, options);
        Scores scores = replay.score(new WarmfrontFamily(), 1);
        System.out.printf(
                Locale.ROOT,
                "%s  %7.2f at %5.2f %%  (spend %.3f, cold %.2f %%, %d tasks, %d launches, %.0f s)%n",
                label,
                scores.rhoOverhead(),
                100 * scores.waitingShare(),
                scores.rhoSpend(),
                100 * scores.coldShare(),
                scores.tasks(),
                scores.launches(),
                (System.nanoTime() - begun) / 1e9);
    }

    private static void shifts(String label, Trace trace, ReplayOptions options, List<String> shifts) {
        for (Shift shift : Shift.values()) {
            if (shifts.contains("all") || shifts.contains(shift.label())) {
                System.out.printf("%s  %-14s %s%n", label, shift.label(), shifted(trace, options, shift));
            }
        }
    }

    /** {@code warmfront} under a shift: its overhead against OPT-react's, who waits, and the minutes until no more do than may. */
    static String shifted(Trace trace, ReplayOptions options, Shift shift) {
        Replay replay = new Replay(trace, options, shift);
        Recovery recovery = new Recovery(replay.onsetMicros());
        Scores scores = replay.simulate(new WarmfrontFamily().at(1, options), "1", List.of(recovery));
        OptionalLong slots = recovery.slots(options.waitingShare());
        return String.format(
                Locale.ROOT,
                "%.2f · %.1f %% · %s",
                scores.overheadUsd().doubleValue()
                        / replay.optimumThatReacts().overhead().toDollars().doubleValue(),
                100 * scores.waitingShare(),
                slots.isPresent() ? slots.getAsLong() : "never");
    }
}

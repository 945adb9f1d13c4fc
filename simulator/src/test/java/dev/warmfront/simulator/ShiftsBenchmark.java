package dev.warmfront.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What becomes of {@code warmfront} in a world that it has not learned (policy.md §8). Run by {@code bench/shifts}. */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class ShiftsBenchmark {

    private static final List<Integer> LAUNCHES = List.of(60, 120, 600);
    private static final double TRAIN = 0.5;

    /** A trace by its file, and as it is called. */
    private record Recorded(String file, String name) {}

    private static final List<Recorded> TRACES = List.of(
            new Recorded("arrivals/azure-functions-2019-derived", "Azure Functions"),
            new Recorded("demand/servegen-language-clients", "ServeGen, drawn"),
            new Recorded("chains/spark-enel-2021", "Spark"));

    private ShiftsBenchmark() {}

    /** Arguments: the folder with recorded traces, and the page. */
    public static void main(String[] arguments) throws IOException {
        Path page = Path.of(arguments.length > 1 ? arguments[1] : "docs/benchmarks.md");
        StringBuilder table = new StringBuilder("| shift |");
        StringBuilder rule = new StringBuilder("\n|---|");
        List<Map<Shift, String>> columns = new ArrayList<>();
        for (Recorded recorded : TRACES) {
            Trace trace = FrozenKnob.trace(recorded.file());
            for (int launch : LAUNCHES) {
                table.append(' ')
                        .append(recorded.name())
                        .append(", ")
                        .append(launch)
                        .append(" s |");
                rule.append("---|");
                ReplayOptions options = FrozenKnob.options(recorded.file(), launch, TRAIN);
                Map<Shift, String> column = new EnumMap<>(Shift.class);
                for (Shift shift : Shift.values()) {
                    column.put(shift, FrozenKnob.shifted(trace, options, shift));
                    System.err.printf("%s, %d s, %s: %s%n", recorded.name(), launch, shift.label(), column.get(shift));
                }
                columns.add(column);
            }
        }
        table.append(rule).append('\n');
        for (Shift shift : Shift.values()) {
            table.append("| ").append(shift.text()).append(" |");
            columns.forEach(
                    column -> table.append(' ').append(column.get(shift)).append(" |"));
            table.append('\n');
        }
        System.out.print(table);
        BenchmarkPage.replace(page, "shifts", """
                ## When the world is no longer what was learned

                %s, by `bench/shifts`. `warmfront` learns on the first half of a trace as recorded, its target stated and frozen; the other half comes
                changed. Each cell: what it pays besides running tasks as a multiple of OPT-react's, who knows of the shift (aim: at most 3) · the share
                of all scored tasks that wait · minutes from the shift until an hour begins in which at most 2 %% wait (aim: at most 60; of what is left of the
                trace, half an hour at least, where that is less). A shift of the clock or of all gaps begins with the scored half; surges, tenants and
                the outage come in the middle of it. Azure is scored for two and a half hours, ServeGen for some thirty, Spark for days.

                """.formatted(BenchmarkPage.stamp()) + table);
    }
}

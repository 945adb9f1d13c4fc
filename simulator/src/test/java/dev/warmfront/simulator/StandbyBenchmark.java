package dev.warmfront.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Where standby is used: its price and the time to launch are swept through the product's own policy in the simulator, beside
 * what the clairvoyant does at the same prices. Run by {@code bench/standby}.
 */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class StandbyBenchmark {

    /** c_S in percent of c_H. */
    private static final List<Integer> PRICES = List.of(1, 3, 8, 15, 30);

    private static final List<Integer> LAUNCHES = List.of(30, 60, 120, 300, 600, 900);
    private static final double TARGET = 0.02;

    /** Of the functions, every second one: enough to see it, in half the time. */
    private static final int PARTS = 2;

    /** One price at one launch time. */
    private record Cell(int price, double policyHours, double boundHours, long stops, double rho, double waiting) {

        String text() {
            return String.format(
                    Locale.ROOT, "%.1f / %.1f · %.2f at %.1f %%", policyHours, boundHours, rho, 100 * waiting);
        }
    }

    /** One launch time. */
    private record Row(int launch, List<Cell> cells) {

        /** The highest price at which it is so. */
        private OptionalInt highest(Predicate<Cell> uses) {
            return cells.stream().filter(uses).mapToInt(Cell::price).max();
        }

        private static String percent(OptionalInt price) {
            return price.isPresent() ? price.getAsInt() + " %" : "–";
        }

        String text() {
            StringBuilder row = new StringBuilder("| " + launch + " s |");
            cells.forEach(cell -> row.append(' ').append(cell.text()).append(" |"));
            return row.append(' ')
                    .append(percent(highest(cell -> cell.boundHours() > 0)))
                    .append(" | ")
                    .append(percent(highest(cell -> cell.stops() > 0)))
                    .append(" |\n")
                    .toString();
        }
    }

    private StandbyBenchmark() {}

    private static ReplayOptions options(int price, int launch) {
        return ReplayOptions.DEFAULT
                .withLeads(Lead.ofSeconds(launch), Lead.ofSeconds(20), Lead.ofSeconds(30))
                .withPrices(price / 100.0, TARGET, ReplayOptions.DEFAULT.waitPrice());
    }

    private static Cell cell(Trace trace, int price, int launch) {
        Replay replay = new Replay(trace, options(price, launch));
        Scores scores = replay.score(new WarmfrontFamily(), 1);
        return new Cell(
                price,
                scores.standbyHours(),
                replay.bound().standby().toSeconds() / 3600.0,
                scores.stops(),
                scores.rhoOverhead(),
                scores.waitingShare());
    }

    /** Every second function: types in the order of their names, by turns. */
    private static ListTrace thinned(ListTrace all) {
        List<String> types = all.submissions().stream()
                .map(StandbyBenchmark::type)
                .distinct()
                .sorted()
                .toList();
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < types.size(); i += PARTS) {
            kept.add(types.get(i));
        }
        return new ListTrace(
                all.name(),
                all.submissions().stream()
                        .filter(one -> Collections.binarySearch(kept, type(one)) >= 0)
                        .toList(),
                0);
    }

    private static String type(Submission submission) {
        return submission.tenant() + "/" + submission.tasks().getFirst().type();
    }

    /** Arguments: the folder with recorded traces, and the page. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "../shared/traces");
        Path page = Path.of(arguments.length > 1 ? arguments[1] : "docs/benchmarks.md");
        ListTrace trace = thinned(ListTrace.of(
                Traces.of(List.of(folder.resolve("arrivals/azure-functions-2019-derived.csv.gz")), Traces.Mix.DEFAULT)
                        .getFirst()));
        StringBuilder rows = new StringBuilder();
        for (int launch : LAUNCHES) {
            List<Cell> cells = new ArrayList<>();
            for (int price : PRICES) {
                cells.add(cell(trace, price, launch));
            }
            String row = new Row(launch, cells).text();
            System.out.print(row);
            rows.append(row);
        }
        BenchmarkPage.replace(
                page,
                "standby",
                """
                ## Where standby is used

                %s, by `bench/standby`. Azure Functions 2019, every second function, half of the trace to learn on; resume 20 s, stop 30 s.
                Each cell: hours in standby under `warmfront` / under the clairvoyant; the policy's ρ_ovh at the share of tasks that wait. The last
                columns: the highest of the prices at which the clairvoyant used it, and at which the policy did. With every transition billed φ uses
                standby for gaps of some length wherever a launch takes longer than the way there and back, 50 s here, at any price below that of hot;
                the policy tries it from twice that on.

                | launch | %s | clairvoyant up to | policy up to |
                |---|%s---|---|
                """.formatted(
                                        BenchmarkPage.stamp(),
                                        String.join(
                                                " | ",
                                                PRICES.stream()
                                                        .map(price -> price + " %")
                                                        .toList()),
                                        "---|".repeat(PRICES.size()))
                        + rows);
    }
}

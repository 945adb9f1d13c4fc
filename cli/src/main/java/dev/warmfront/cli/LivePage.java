package dev.warmfront.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.simulator.BenchmarkPage;
import dev.warmfront.simulator.Rehearsal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Live runs with what the simulator says of them: for people, for programs, and as a part of the page of benchmarks. */
final class LivePage {

    private final LiveRecord record;
    private final List<LiveExplanation> all;

    LivePage(LiveRecord record, List<LiveExplanation> all) {
        this.record = record;
        this.all = all;
    }

    ObjectNode json() {
        ObjectNode json = Json.object()
                .put("tasks", record.plan().size())
                .put("speed", record.speed())
                .put("busyMachineSeconds", record.busy());
        ArrayNode rows = json.putArray("policies");
        for (LiveExplanation one : all) {
            ObjectNode row = rows.addObject()
                    .put("policy", one.run().policy())
                    .put("launchSeconds", one.launchMedian())
                    .put("waitP50Seconds", one.waits().at(0.5))
                    .put("waitP99Seconds", one.waits().at(0.99));
            ArrayNode steps = row.putArray("steps");
            one.said().forEach(said -> add(steps, said));
            add(steps, one.given());
            add(steps, one.live());
        }
        return json;
    }

    private static void add(ArrayNode steps, Rehearsal.Said said) {
        steps.addObject()
                .put("what", said.what())
                .put("waiting", said.waiting().mean())
                .put("waitingDeviation", said.waiting().deviation())
                .put("spendPerBusy", said.spendPerBusy().mean())
                .put("spendPerBusyDeviation", said.spendPerBusy().deviation());
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%d tasks, %.0f machine seconds of work%n",
                record.plan().size(),
                record.busy());
        for (LiveExplanation one : all) {
            out.printf(Locale.ROOT, "%n%s: %s%n", one.run().policy(), launches(one));
            Table table = new Table("step by step", "waiting", "change", "spend/busy", "change");
            rows(one).forEach(row -> table.row(row.toArray()));
            table.print(out);
            out.println(rest(one));
        }
    }

    private String launches(LiveExplanation one) {
        return String.format(
                Locale.ROOT,
                "a launch took %.2f s at the median, %.2f s at the ninth decile; waits %.3f s at the median, %.3f s at p99; %s",
                one.launchMedian(),
                one.launchNinth(),
                one.waits().at(0.5),
                one.waits().at(0.99),
                planned(one));
    }

    /** What else was not as planned, in numbers. */
    private String planned(LiveExplanation one) {
        double held = one.run().tasks().stream()
                .mapToDouble(task -> task.finished() - task.assigned())
                .sum();
        String leads = one.run().leads().stream()
                .map(lead -> String.format(Locale.ROOT, "%.2f s", lead.launch()))
                .collect(Collectors.joining(", then "));
        return String.format(
                        Locale.ROOT,
                        "tasks had their machines for %.1f %% longer than they were to run",
                        100 * (held / record.busy() - 1))
                + (leads.isEmpty() ? "" : "; the launch planned with: " + leads);
    }

    /** The steps with what each changes, then the run itself. */
    private static List<List<String>> rows(LiveExplanation one) {
        List<Rehearsal.Said> steps = new ArrayList<>(one.said());
        steps.add(one.given());
        steps.add(one.live());
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Rehearsal.Said said = steps.get(i);
            Rehearsal.Said before = i == 0 ? said : steps.get(i - 1);
            rows.add(List.of(
                    said.what(),
                    percent(said.waiting()),
                    i == 0
                            ? ""
                            : points(said.waiting().mean() - before.waiting().mean()),
                    two(said.spendPerBusy()),
                    i == 0
                            ? ""
                            : signed(said.spendPerBusy().mean()
                                    - before.spendPerBusy().mean())));
        }
        return rows;
    }

    private static String rest(LiveExplanation one) {
        return String.format(
                Locale.ROOT,
                "Of the difference in spend, %+.2f, the steps explain %+.2f; %+.2f is left. Of waits %+.1f points are left.",
                one.live().spendPerBusy().mean()
                        - one.said().getFirst().spendPerBusy().mean(),
                one.last().spendPerBusy().mean()
                        - one.said().getFirst().spendPerBusy().mean(),
                one.live().spendPerBusy().mean() - one.last().spendPerBusy().mean(),
                100 * (one.given().waiting().mean() - one.last().waiting().mean()));
    }

    void write(Path page) {
        try {
            BenchmarkPage.replace(page, "live", text());
        } catch (IOException e) {
            throw CliException.failed("cannot write " + page + ": " + e.getMessage());
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder("## A recorded day, live\n\n");
        text.append(String.format(
                Locale.ROOT,
                """
                %s, written by `bench/live TRACE %s --page docs/benchmarks.md`: a stretch of a recorded trace, %s times as fast, through
                the real control plane with a real agent per machine, under each policy, nothing learned before. %d tasks, %,.0f machine seconds
                of work. What the simulator says is the mean of ten plays, with the standard deviation of one: each task up to 50 ms later at random
                changes that much. In every column a task waits when it begins later than half a median launch of the run after it could; predicted: as the
                simulator says with that launch time; rehearsed: with all that is below as it was measured.

                | policy | launch p50 · p90 | waiting, live | predicted | rehearsed | spend ÷ busy, live | predicted | rehearsed | p50 wait | p99 wait |
                |---|---|---|---|---|---|---|---|---|---|
                """,
                BenchmarkPage.stamp(),
                record.flags(),
                Text.plain(record.speed()),
                record.plan().size(),
                record.busy()));
        for (LiveExplanation one : all) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f · %.2f s | %s | %s | %s | %s | %s | %s | %.3f s | %.3f s |\n",
                    one.run().policy(),
                    one.launchMedian(),
                    one.launchNinth(),
                    percent(one.live().waiting()),
                    percent(predicted(one).waiting()),
                    percent(one.last().waiting()),
                    two(one.live().spendPerBusy()),
                    two(predicted(one).spendPerBusy()),
                    two(one.last().spendPerBusy()),
                    one.waits().at(0.5),
                    one.waits().at(0.99)));
        }
        if (all.size() > 1) {
            text.append(String.format(
                    "\nBy waits the order of the policies is %s as predicted, by spend %s.\n",
                    order(Rehearsal.Said::waiting), order(Rehearsal.Said::spendPerBusy)));
        }
        text.append("\nFrom the prediction to the run, one thing after the other as it was measured:\n");
        for (LiveExplanation one : all) {
            text.append("\n| ")
                    .append(one.run().policy())
                    .append(" | waiting | change | spend ÷ busy | change |\n|---|---|---|---|---|\n");
            rows(one)
                    .forEach(row ->
                            text.append("| ").append(String.join(" | ", row)).append(" |\n"));
            text.append('\n')
                    .append(rest(one))
                    .append(" Live, ")
                    .append(planned(one))
                    .append(".\n");
        }
        return text.toString();
    }

    /** By the definition of waiting that holds live. */
    private static Rehearsal.Said predicted(LiveExplanation one) {
        return one.said().get(1);
    }

    private String order(Function<Rehearsal.Said, Rehearsal.Figure> figure) {
        return ordered(one -> figure.apply(one.live()).mean())
                        .equals(ordered(one -> figure.apply(predicted(one)).mean()))
                ? "the same"
                : "not the same";
    }

    private List<String> ordered(ToDoubleFunction<LiveExplanation> figure) {
        return all.stream()
                .sorted(Comparator.comparingDouble(figure))
                .map(one -> one.run().policy())
                .toList();
    }

    private static String percent(Rehearsal.Figure share) {
        return share.deviation() == 0
                ? String.format(Locale.ROOT, "%.1f %%", 100 * share.mean())
                : String.format(Locale.ROOT, "%.1f ± %.1f %%", 100 * share.mean(), 100 * share.deviation());
    }

    private static String points(double share) {
        return String.format(Locale.ROOT, "%+.1f", 100 * share);
    }

    private static String two(Rehearsal.Figure value) {
        return value.deviation() == 0
                ? String.format(Locale.ROOT, "%.2f", value.mean())
                : String.format(Locale.ROOT, "%.2f ± %.2f", value.mean(), value.deviation());
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.2f", value);
    }
}

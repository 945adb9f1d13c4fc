package dev.warmfront.cli;

import dev.warmfront.forecast.Followed;
import dev.warmfront.forecast.Lifetime;
import dev.warmfront.forecast.RuntimeModel;
import dev.warmfront.forecast.Signature;
import dev.warmfront.forecast.SuccessorForecast;
import dev.warmfront.forecast.SuccessorSet;
import dev.warmfront.forecast.TaskGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Task graphs and run times, learned from each application's earlier runs and judged on the next. */
final class RunsBench {

    private static final double CHANCE = 0.5;
    private static final double[] ELAPSED = {0, 0.25, 0.5, 0.75, 0.9};

    /** By application, the runs in the order of their names. */
    private final Map<String, List<RecordedRun>> applications = new TreeMap<>();

    RunsBench(Path traces) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(traces.resolve("workflows"))) {
            files = found.filter(file -> file.toString().endsWith(".json.gz"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (IOException e) {
            throw CliException.badUse("cannot read " + traces.resolve("workflows") + ": " + PackedText.reason(e));
        }
        for (Path file : files) {
            add(RecordedRun.read(file));
        }
        add(RecordedRun.read(traces.resolve("chains/spark-enel-2021.csv.gz")));
        applications.values().removeIf(runs -> runs.size() < 2);
    }

    private void add(List<RecordedRun> runs) {
        runs.forEach(run -> applications
                .computeIfAbsent(run.application(), unused -> new ArrayList<>())
                .add(run));
    }

    /** How well one application's successors were told. */
    private static final class GraphScore {
        int tasks;
        int runs;
        long actual;
        long predicted;
        long common;
        long edges;
        long top1;
        long top3;
        long markov1;
        long markov3;
    }

    /** The table of task graphs. */
    String graphs() {
        StringBuilder text = new StringBuilder(
                "## Successor sets\n\nTrained on an application's earlier runs, judged on the next, for"
                        + " each ended task, which sees what was submitted of its run before the first of its type ended. Recall:"
                        + " of the tasks that followed, how many were in the predicted multiset. Needless: of the"
                        + " predicted, how many did not follow. Top-1, top-3: of the edges, how many led to the likeliest or one of the"
                        + " three likeliest types; in brackets by a first-order Markov chain of types.\n\n"
                        + "| application | runs judged | tasks | recall | needless | top-1 (Markov) | top-3 (Markov) |\n"
                        + "|---|--:|--:|--:|--:|--:|--:|\n");
        GraphScore all = new GraphScore();
        applications.forEach((name, runs) -> {
            GraphScore score = score(runs);
            text.append(row(name, score));
            sum(all, score);
        });
        return text.append(row("all", all)).toString();
    }

    private static void sum(GraphScore all, GraphScore one) {
        all.runs += one.runs;
        all.tasks += one.tasks;
        all.actual += one.actual;
        all.predicted += one.predicted;
        all.common += one.common;
        all.edges += one.edges;
        all.top1 += one.top1;
        all.top3 += one.top3;
        all.markov1 += one.markov1;
        all.markov3 += one.markov3;
    }

    private static String row(String name, GraphScore score) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.3f | %.1f %% | %.2f (%.2f) | %.2f (%.2f) |%n",
                name,
                score.runs,
                score.tasks,
                score.common / (double) Math.max(1, score.actual),
                100.0 * (score.predicted - score.common) / Math.max(1, score.predicted),
                score.top1 / (double) Math.max(1, score.edges),
                score.markov1 / (double) Math.max(1, score.edges),
                score.top3 / (double) Math.max(1, score.edges),
                score.markov3 / (double) Math.max(1, score.edges));
    }

    private static GraphScore score(List<RecordedRun> runs) {
        GraphScore score = new GraphScore();
        TaskGraph graph = new TaskGraph(GraphCommand.CONTEXTS);
        Map<String, Map<String, Integer>> markov = new HashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            List<Followed> followed = runs.get(i).followed();
            if (i > 0) {
                score.runs++;
                followed.forEach(one -> judge(one, graph, markov, score));
            }
            for (Followed one : followed) {
                graph.learn(one);
                Map<String, Integer> counts = markov.computeIfAbsent(one.taskType(), unused -> new TreeMap<>());
                one.successors().forEach(next -> counts.merge(next.taskType(), 1, Integer::sum));
            }
        }
        return score;
    }

    private static void judge(
            Followed one, TaskGraph graph, Map<String, Map<String, Integer>> markov, GraphScore score) {
        SuccessorForecast said = graph.predict(one.before(), one.taskType(), one.sizeBucket(), one.shape());
        SuccessorSet likely = said.likely(CHANCE);
        SuccessorSet actual = one.set();
        score.tasks++;
        score.actual += actual.size();
        score.predicted += likely.size();
        score.common += likely.common(actual);
        List<String> ranked = said.expected().stream()
                .map(SuccessorForecast.Expected::taskType)
                .toList();
        List<String> chain = markov.getOrDefault(one.taskType(), Map.of()).entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
        for (Followed.Successor next : one.successors()) {
            score.edges++;
            score.top1 += within(ranked, next.taskType(), 1);
            score.top3 += within(ranked, next.taskType(), 3);
            score.markov1 += within(chain, next.taskType(), 1);
            score.markov3 += within(chain, next.taskType(), 3);
        }
    }

    private static int within(List<String> ranked, String type, int count) {
        return ranked.subList(0, Math.min(count, ranked.size())).contains(type) ? 1 : 0;
    }

    /** The table of run times. */
    String runtimes() {
        StringBuilder text =
                new StringBuilder("## Run times\n\nMedian absolute percentage error of the predicted median, trained on"
                        + " earlier runs (and on nothing of the judged run), against the mean and the last value of the same task type; then"
                        + " the error of elapsed time plus predicted rest, once that share of the run has elapsed.\n\n"
                        + "| application | tasks | ours | mean | last value | at 25 % | at 50 % | at 75 % | at 90 % |\n"
                        + "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        List<List<Double>> all = columns();
        applications.forEach((name, runs) -> {
            List<List<Double>> errors = columns();
            judgeRuntimes(runs, errors);
            for (int c = 0; c < errors.size(); c++) {
                all.get(c).addAll(errors.get(c));
            }
            text.append(row(name, errors));
        });
        return text.append(row("all", all)).toString();
    }

    private static List<List<Double>> columns() {
        List<List<Double>> columns = new ArrayList<>();
        for (int c = 0; c < 2 + ELAPSED.length; c++) {
            columns.add(new ArrayList<>());
        }
        return columns;
    }

    private static String row(String name, List<List<Double>> errors) {
        StringBuilder row =
                new StringBuilder("| " + name + " | " + errors.get(0).size() + " |");
        for (int c : new int[] {2, 0, 1, 3, 4, 5, 6}) {
            List<Double> sorted = new ArrayList<>(errors.get(c));
            sorted.sort(null);
            row.append(String.format(
                    Locale.ROOT, " %.1f %% |", sorted.isEmpty() ? Double.NaN : 100 * sorted.get(sorted.size() / 2)));
        }
        return row.append('\n').toString();
    }

    private static void judgeRuntimes(List<RecordedRun> runs, List<List<Double>> errors) {
        Map<String, RuntimeModel> models = new HashMap<>();
        Map<String, double[]> plain = new HashMap<>();
        RuntimeModel group = new RuntimeModel();
        for (int i = 0; i < runs.size(); i++) {
            Lifetime wide = group.lifetime(-1, Lifetime.unknown());
            Map<String, Lifetime> told = new HashMap<>();
            for (RecordedRun.Task task : runs.get(i).tasks()) {
                RuntimeModel model = models.get(task.type());
                double[] sums = plain.get(task.type());
                if (model != null && sums != null && task.seconds() > 0.01) {
                    RuntimeModel alike = models.get(signed(task));
                    Lifetime lifetime = told.computeIfAbsent(task.type() + " " + task.inputBytes(), unused -> {
                        Lifetime ofType = model.lifetime(task.inputBytes(), wide);
                        return alike == null ? ofType : alike.lifetime(task.inputBytes(), ofType);
                    });
                    judge(task.seconds(), lifetime, sums, errors);
                }
            }
            for (RecordedRun.Task task : runs.get(i).tasks()) {
                for (String key : List.of(task.type(), signed(task))) {
                    models.computeIfAbsent(key, unused -> new RuntimeModel())
                            .learn(runs.get(i).name(), task.inputBytes(), task.seconds());
                }
                group.learn(-1, task.seconds());
                double[] sums = plain.computeIfAbsent(task.type(), unused -> new double[3]);
                sums[0] += task.seconds();
                sums[1]++;
                sums[2] = task.seconds();
            }
        }
    }

    /** Type and size of input: what a signature tells apart of recorded tasks. */
    private static String signed(RecordedRun.Task task) {
        return task.type() + "\n" + Signature.sizeBucket(task.inputBytes());
    }

    private static void judge(double seconds, Lifetime lifetime, double[] sums, List<List<Double>> errors) {
        errors.get(0).add(Math.abs(sums[0] / sums[1] - seconds) / seconds);
        errors.get(1).add(Math.abs(sums[2] - seconds) / seconds);
        for (int e = 0; e < ELAPSED.length; e++) {
            double elapsed = ELAPSED[e] * seconds;
            double total = elapsed + lifetime.remaining(elapsed, 0.5);
            errors.get(2 + e).add(Math.abs(total - seconds) / seconds);
        }
    }
}

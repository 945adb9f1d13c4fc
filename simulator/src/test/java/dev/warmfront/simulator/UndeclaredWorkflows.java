package dev.warmfront.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The same runs as those of {@link WorkflowsBenchmark} with edges that nobody declares: what is lost by that, and how much of it is
 * had back by mining them. By itself: {@code UndeclaredWorkflows FOLDER SECONDS}.
 */
@SuppressWarnings("SystemOut") // A program that people run to read what it prints.
final class UndeclaredWorkflows {

    /** What is shown, in this order. */
    private static final List<Edges> SHOWN = List.of(Edges.HIDDEN, Edges.MINED, Edges.DECLARED);

    private static final String INTRO = """

            The same runs where nobody declares what waits for what: a client submits each task at the moment when the last of those
            that it waits for has ended. `warmfront` in all cells: without a learner; told by one what followed what until then;
            and with edges declared. Each cell: the share of the tasks that follow others which start at once in the first run →
            the second → on the mean of the others; spend as a multiple of the clairvoyant's; makespan as above.

            | application | hidden | mined | declared |
            |---|---|---|---|
            """;

    private UndeclaredWorkflows() {}

    /** What is known of one way to tell of edges, summed over applications. */
    private static final class Sums {
        private final double[] atOnce = new double[3];
        private double slowdown;
        private double spend;
        private double bound;
        private int applications;

        String add(
                WorkflowsBenchmark.Application application, Scores scores, double least, WorkflowsBenchmark.Runs runs) {
            double[] shares = {runs.followingAtOnce(0), runs.followingAtOnce(1), runs.followingAtOnceLater()};
            for (int i = 0; i < shares.length; i++) {
                atOnce[i] += shares[i];
            }
            double slow = runs.slowdown(application.criticalSeconds());
            slowdown += slow;
            spend += scores.spendUsd().doubleValue();
            bound += least;
            applications++;
            return cell(shares, 1, scores.spendUsd().doubleValue() / least, slow);
        }

        String mean() {
            return cell(atOnce, applications, spend / bound, slowdown / applications);
        }

        private static String cell(double[] shares, int of, double spend, double slowdown) {
            return String.format(
                    Locale.ROOT,
                    " %.0f → %.0f → %.0f %% · %.2f · %.2f |",
                    100 * shares[0] / of,
                    100 * shares[1] / of,
                    100 * shares[2] / of,
                    spend,
                    slowdown);
        }
    }

    static String table(Path folder, int launchSeconds) throws IOException {
        List<Sums> sums = SHOWN.stream().map(edges -> new Sums()).toList();
        StringBuilder text = new StringBuilder(INTRO);
        for (Map.Entry<String, List<TraceTask>> entry :
                WorkflowsBenchmark.applications(folder.resolve("workflows")).entrySet()) {
            var application = WorkflowsBenchmark.Application.of(entry.getKey(), entry.getValue());
            StringBuilder row = new StringBuilder("| " + application.name() + " |");
            for (int i = 0; i < SHOWN.size(); i++) {
                ReplayOptions options =
                        WorkflowsBenchmark.options(launchSeconds).withEdges(SHOWN.get(i));
                Replay replay = new Replay(application.trace(), options);
                WorkflowsBenchmark.Runs runs = new WorkflowsBenchmark.Runs();
                Scores scores = replay.simulate(new WarmfrontFamily().at(1, options), "1", List.of(runs));
                row.append(sums.get(i)
                        .add(
                                application,
                                scores,
                                replay.bound().spend().toDollars().doubleValue(),
                                runs));
            }
            System.err.println(row);
            text.append(row).append('\n');
        }
        text.append("| **mean; spend of all together** |");
        sums.forEach(one -> text.append(one.mean()));
        return text.append('\n').toString();
    }

    public static void main(String[] arguments) throws IOException {
        System.out.print(table(Path.of(arguments[0]), Integer.parseInt(arguments[1])));
    }
}

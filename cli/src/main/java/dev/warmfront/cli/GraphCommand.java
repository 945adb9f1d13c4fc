package dev.warmfront.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.forecast.Chain;
import dev.warmfront.forecast.TaskGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The chains of tasks that recorded runs show. */
@Command(
        name = "graph",
        description = {
            "Mines what follows what from recorded runs, and prints the chains: workflow runs in WfFormat (.json) or chains of",
            "jobs (CSV: app, run_id, job_seq, end_s, runtime_s), plain or .gz. Runs of one application are learned together."
        },
        mixinStandardHelpOptions = true)
final class GraphCommand implements Callable<Integer> {

    static final int CONTEXTS = 4096;

    private final Context context;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Recorded runs, the earliest first.")
    List<Path> files = List.of();

    @Option(
            names = "--chance",
            defaultValue = "0.5",
            paramLabel = "P",
            description = "Follows an edge that has at least this chance. Default: 0.5.")
    double chance;

    @Option(names = "--length", defaultValue = "50", description = "Task types in a chain at most. Default: 50.")
    int length;

    GraphCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (!(chance > 0 && chance <= 1) || length < 2) {
            throw CliException.badUse("--chance must be above 0 and at most 1, --length at least 2");
        }
        Map<String, TaskGraph> graphs = new TreeMap<>();
        Map<String, Integer> runs = new TreeMap<>();
        for (Path file : files) {
            for (RecordedRun run : RecordedRun.read(file)) {
                TaskGraph graph = graphs.computeIfAbsent(run.application(), unused -> new TaskGraph(CONTEXTS));
                run.followed().forEach(graph::learn);
                runs.merge(run.application(), 1, Integer::sum);
            }
        }
        if (context.json()) {
            context.out().println(json(graphs, runs));
        } else {
            graphs.forEach((application, graph) -> print(application, runs.getOrDefault(application, 0), graph));
        }
        return Main.DONE;
    }

    private void print(String application, int runs, TaskGraph graph) {
        List<Chain> chains = graph.chains(chance, length);
        context.out()
                .println(application + ": " + runs + (runs == 1 ? " run, " : " runs, ")
                        + graph.taskTypes().size() + " task types, " + chains.size() + " chains");
        for (Chain chain : chains) {
            StringBuilder line = new StringBuilder("  " + chain.first());
            for (Chain.Link link : chain.links()) {
                line.append(" → ");
                if (link.multiplicity() > 1) {
                    line.append(link.multiplicity()).append(" × ");
                }
                line.append(link.taskType());
                if (link.probability() < 0.995) {
                    line.append(String.format(Locale.ROOT, " (%.2f)", link.probability()));
                }
            }
            context.out().printf(Locale.ROOT, "%s   p %.2f%n", line, chain.probability());
        }
    }

    private ArrayNode json(Map<String, TaskGraph> graphs, Map<String, Integer> runs) {
        ArrayNode applications = Json.array(new ArrayList<>());
        graphs.forEach((application, graph) -> {
            ObjectNode one = applications
                    .addObject()
                    .put("application", application)
                    .put("runs", runs.getOrDefault(application, 0))
                    .put("taskTypes", graph.taskTypes().size());
            ArrayNode chains = one.putArray("chains");
            for (Chain chain : graph.chains(chance, length)) {
                ObjectNode node = chains.addObject()
                        .put("first", chain.first())
                        .put("support", chain.support())
                        .put("probability", chain.probability());
                ArrayNode links = node.putArray("links");
                for (Chain.Link link : chain.links()) {
                    links.addObject()
                            .put("taskType", link.taskType())
                            .put("probability", link.probability())
                            .put("multiplicity", link.multiplicity())
                            .put("newTasksPerPredecessor", link.meanNew())
                            .put("delaySecondsP50", link.delay().quantile(0.5));
                }
            }
        });
        return applications;
    }
}

package dev.warmfront.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What ran before Warmfront came. */
@Command(name = "history", description = "Tell of tasks that ran elsewhere before.", mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {

    private final Context context;

    @Spec
    CommandSpec spec = CommandSpec.create();

    HistoryCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return Main.DONE;
    }

    @Command(
            name = "import",
            description = {
                "Sends a file of past tasks, in pieces, for the learner to begin with: CSV with a header, or JSON lines, plain or",
                ".gz. Columns or fields: id, taskType, submittedAt; and if known startedAt, finishedAt or runtimeSeconds,",
                "inputBytes, code, workflow, parents. Rows whose id is known are skipped, so the same file may be sent again."
            },
            mixinStandardHelpOptions = true)
    int imports(@Parameters(paramLabel = "FILE") Path file) throws InterruptedException {
        ObjectNode answer = Json.object();
        try (Progress progress = new Progress(context, "history")) {
            HistoryFile.Sent sent = new HistoryFile(file, context.api()).send(progress);
            answer.put("rows", sent.rows()).put("added", sent.added());
        }
        if (context.json()) {
            context.out().println(answer);
        } else {
            context.out()
                    .println(answer.path("rows").asLong() + " rows, "
                            + answer.path("added").asLong()
                            + " of them new; the learner takes them up in the background");
        }
        return Main.DONE;
    }
}

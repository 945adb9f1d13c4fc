package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A tenant's tasks. */
@Command(name = "tasks", description = "Look at tasks, read their logs, cancel them.", mixinStandardHelpOptions = true)
final class TasksCommand implements Callable<Integer> {

    private static final int SHOWN = 50;

    private final Context context;

    TasksCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list("", "", "", SHOWN);
    }

    @Command(name = "list", description = "The newest tasks.", mixinStandardHelpOptions = true)
    int list(
            @Option(names = "--state", defaultValue = "", description = "Only those in this state.") String state,
            @Option(names = "--type", defaultValue = "", description = "Only those of this task type.") String type,
            @Option(names = "--workflow", defaultValue = "", description = "Only those of this workflow.")
                    String workflow,
            @Option(names = "--limit", defaultValue = "50", description = "How many, 1 to 1000. Default: 50.")
                    int limit)
            throws InterruptedException {
        String path = "/v1/tasks?limit=" + limit + filter("state", state) + filter("taskType", type)
                + filter("workflow", workflow);
        JsonNode answer = context.api().get(path);
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("id", "name", "type", "state", "attempt", "wait s", "start", "instance", "submitted");
        for (JsonNode task : answer.path("items")) {
            table.row(
                    Json.text(task, "id"),
                    Json.text(task, "name"),
                    Json.text(task, "taskType"),
                    Json.text(task, "state"),
                    Json.text(task, "attempt"),
                    Text.seconds(task, "waitSeconds"),
                    Json.text(task, "startKind"),
                    Json.text(task, "instance"),
                    Json.text(task, "submittedAt"));
        }
        table.print(context.out());
        if (!Json.text(answer, "next").isEmpty()) {
            context.out().println("… and older ones: --limit shows more");
        }
        return Main.DONE;
    }

    @Command(name = "get", description = "All that is known of one task.", mixinStandardHelpOptions = true)
    int get(@Parameters(paramLabel = "TASK", description = "The task's id.") String id) throws InterruptedException {
        JsonNode task = context.api().get("/v1/tasks/" + Api.segment(id));
        if (context.json()) {
            context.out().println(task);
        } else {
            Views.fields(context.out(), task);
        }
        return Main.DONE;
    }

    @Command(name = "logs", description = "What a task wrote.", mixinStandardHelpOptions = true)
    int logs(
            @Parameters(paramLabel = "TASK", description = "The task's id.") String id,
            @Option(names = "--stderr", description = "Standard error instead of standard output.") boolean stderr,
            @Option(names = "--attempt", defaultValue = "0", description = "Of this attempt; the last by default.")
                    int attempt)
            throws InterruptedException {
        String path = "/v1/tasks/" + Api.segment(id) + "/logs?stream=" + (stderr ? "stderr" : "stdout")
                + (attempt > 0 ? "&attempt=" + attempt : "");
        context.out().print(context.api().text(path));
        context.out().flush();
        return Main.DONE;
    }

    @Command(name = "cancel", description = "Ends tasks that are not final.", mixinStandardHelpOptions = true)
    int cancel(@Parameters(paramLabel = "TASK", arity = "1..*", description = "Ids of tasks.") List<String> ids)
            throws InterruptedException {
        Api api = context.api();
        for (String id : ids) {
            JsonNode task = api.post("/v1/tasks/" + Api.segment(id) + "/cancel", Json.object());
            context.out().println(context.json() ? task.toString() : id + " " + Json.text(task, "state"));
        }
        return Main.DONE;
    }

    private static String filter(String name, String value) {
        return value.isEmpty() ? "" : "&" + name + "=" + Api.segment(value);
    }
}

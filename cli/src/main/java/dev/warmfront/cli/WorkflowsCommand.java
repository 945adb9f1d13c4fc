package dev.warmfront.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tasks that wait for each other. */
@Command(name = "workflows", description = "Import and look at workflows.", mixinStandardHelpOptions = true)
final class WorkflowsCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_MILLIS = 250;

    private final Context context;

    WorkflowsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list();
    }

    @Command(name = "list", description = "The tenant's workflows.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        ObjectNode answer = Json.object();
        answer.putArray("items").addAll(context.api().all("/v1/workflows"));
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("id", "name", "state", "tasks", "submitted");
        answer.path("items")
                .forEach(workflow -> table.row(
                        Json.text(workflow, "id"),
                        Json.text(workflow, "name"),
                        Json.text(workflow, "state"),
                        Json.text(workflow, "tasks"),
                        Json.text(workflow, "submittedAt")));
        table.print(context.out());
        return Main.DONE;
    }

    @Command(name = "get", description = "One workflow.", mixinStandardHelpOptions = true)
    int get(@Parameters(paramLabel = "WORKFLOW") String id) throws InterruptedException {
        JsonNode workflow = context.api().get("/v1/workflows/" + Api.segment(id));
        if (context.json()) {
            context.out().println(workflow);
        } else {
            Views.fields(context.out(), workflow);
        }
        return Main.DONE;
    }

    @Command(
            name = "import",
            description = "Submits recorded workflows (WfFormat 1.5); each task burns its recorded time.",
            mixinStandardHelpOptions = true)
    int load(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = ".json or .json.gz") List<Path> files,
            @Option(names = "--speed", defaultValue = "1", description = "Recorded seconds per second. Default: 1.")
                    double speed,
            @Option(names = "--wait", description = "Wait for the end and report.") boolean wait)
            throws InterruptedException {
        if (!(speed > 0)) {
            throw CliException.badUse("--speed must be > 0");
        }
        List<JsonNode> contents = new ArrayList<>();
        for (Path file : files) {
            contents.add(parse(file));
        }
        Api api = context.api().patient(PATIENCE);
        List<String> ids = new ArrayList<>();
        for (JsonNode content : contents) {
            JsonNode workflow = api.post("/v1/workflows/import?speed=" + speed, content);
            ids.add(Json.text(workflow, "id"));
            if (!wait) {
                context.out().println(context.json() ? workflow.toString() : Json.text(workflow, "id"));
            }
        }
        return wait ? report(api, files, ids) : Main.DONE;
    }

    private static JsonNode parse(Path file) {
        try {
            return Json.parse(PackedText.read(file));
        } catch (JsonProcessingException e) {
            throw CliException.badUse(file + " is not JSON: " + e.getOriginalMessage());
        }
    }

    private int report(Api api, List<Path> files, List<String> ids) throws InterruptedException {
        Table table = new Table(
                "workflow",
                "tasks",
                "succeeded",
                "makespan s",
                "before a parent",
                "hot",
                "standby",
                "cold",
                "p95 wait s");
        boolean good = true;
        for (int i = 0; i < ids.size(); i++) {
            WorkflowRun run = WorkflowRun.await(context, api, ids.get(i), LOOK_AGAIN_MILLIS);
            good &= run.good();
            String name = String.valueOf(files.get(i).getFileName()).replaceAll("\\.json(\\.gz)?$", "");
            if (context.json()) {
                ObjectNode json = run.json();
                context.out().println(json.put("file", name));
            } else {
                Waits waits = run.waits();
                table.row(
                        name,
                        run.tasks(),
                        run.succeeded(),
                        Text.seconds(run.makespan().toMillis() / 1e3),
                        run.startedBeforeAParent(),
                        waits.of(StartKind.HOT).count(),
                        waits.of(StartKind.STANDBY).count(),
                        waits.of(StartKind.COLD).count(),
                        Text.seconds(waits.all().at(0.95)));
            }
        }
        if (!context.json()) {
            table.print(context.out());
        }
        return good ? Main.DONE : Main.FAILED;
    }
}

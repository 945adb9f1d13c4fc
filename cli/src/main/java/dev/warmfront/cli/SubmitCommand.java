package dev.warmfront.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands in work: one command, a file of tasks, or a recorded trace. */
@Command(
        name = "submit",
        description = "Submits one command, a file of tasks, or the tasks of a recorded trace at their times.",
        mixinStandardHelpOptions = true)
final class SubmitCommand implements Callable<Integer> {

    private static final long MEBIBYTE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Options that describe the one command. */
    static final class One {
        @Option(names = "--name", description = "The task's name.")
        String name = "";

        @Option(names = "--type", description = "Its task type. Default: the program's name.")
        String type = "";

        @Option(names = "--definition", description = "A task definition that gives the rest.")
        String definition = "";

        @Option(names = "--environment", description = "The environment it wants loaded.")
        String environment = "";

        @Option(names = "--cpu", paramLabel = "MILLIS", description = "Milli-cores.")
        @Nullable Long cpuMillis;

        @Option(names = "--memory", paramLabel = "MIB", description = "Memory in MiB.")
        @Nullable Long memoryMebibytes;

        @Option(names = "--priority", description = "0 (last) to 9 (first); 5 by default.")
        @Nullable Integer priority;

        @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long it may run.")
        @Nullable Double timeoutSeconds;

        @Option(names = "--env", paramLabel = "NAME=VALUE", description = "A variable of its environment.")
        Map<String, String> variables = new HashMap<>();

        @Option(names = "--dataset", paramLabel = "NAME", description = "A dataset that it reads.")
        List<String> datasets = new ArrayList<>();

        @Option(names = "--service", paramLabel = "NAME[=CALLS]", description = "A service that it calls, how often.")
        List<String> services = new ArrayList<>();
    }

    /** Options of a trace. */
    static final class Trace {
        @Option(
                names = "--arrivals",
                required = true,
                paramLabel = "FILE",
                description = "An arrival trace, .csv[.gz].")
        @Nullable Path file;

        @Option(names = "--speed", paramLabel = "K", description = "Recorded seconds per second. Default: 1.")
        double speed = 1;

        @Option(names = "--limit", paramLabel = "N", description = "Rows at most.")
        int limit = Integer.MAX_VALUE;

        @Option(names = "--tenants-min", paramLabel = "N", description = "Tenants at least. Default: 20.")
        int tenantsMin = 20;

        @Option(names = "--longest", paramLabel = "SECONDS", description = "No task runs longer. Default: 30.")
        double longestSeconds = 30;

        @Option(names = "--isolation", description = "Of the tenants that are made. Default: SHARED.")
        TenantsCommand.Isolation isolation = TenantsCommand.Isolation.SHARED;
    }

    @ArgGroup(exclusive = false)
    One one = new One();

    @ArgGroup(exclusive = false)
    @Nullable Trace trace;

    @Option(names = "--file", description = "Tasks as JSON: an array, or an object with the field tasks.")
    @Nullable Path file;

    @Option(names = "--wait", description = "Wait for the end; of one command, show what it writes.")
    boolean wait;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command and its arguments, after --.")
    List<String> command = List.of();

    private final Context context;

    SubmitCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Trace recorded = trace;
        Path tasks = file;
        boolean single = !command.isEmpty() || !one.definition.isEmpty();
        int ways = (single ? 1 : 0) + (tasks == null ? 0 : 1) + (recorded == null ? 0 : 1);
        if (ways != 1) {
            throw CliException.badUse("submit wants one of: -- COMMAND, --definition, --file, --arrivals");
        }
        if (recorded != null && recorded.file != null) {
            return arrivals(recorded, recorded.file);
        }
        return tasks == null ? single() : batch(tasks);
    }

    private int single() throws InterruptedException {
        Api api = context.api();
        JsonNode task = api.post("/v1/tasks", body());
        if (wait) {
            return new Follow(context, api).untilEnd(Json.text(task, "id"));
        }
        context.out().println(context.json() ? task.toString() : Json.text(task, "id"));
        return Main.DONE;
    }

    private ObjectNode body() {
        ObjectNode body = Json.object();
        putIfGiven(body, "name", one.name);
        putIfGiven(body, "taskType", one.type);
        putIfGiven(body, "definition", one.definition);
        putIfGiven(body, "environment", one.environment);
        if (!command.isEmpty()) {
            body.set("command", Json.array(command));
        }
        if (one.cpuMillis != null || one.memoryMebibytes != null) {
            ObjectNode resources = body.putObject("resources");
            if (one.cpuMillis != null) {
                resources.put("cpuMillis", one.cpuMillis);
            }
            if (one.memoryMebibytes != null) {
                resources.put("memoryBytes", one.memoryMebibytes * MEBIBYTE);
            }
        }
        if (one.priority != null) {
            body.put("priority", one.priority);
        }
        if (one.timeoutSeconds != null) {
            body.put("timeoutSeconds", one.timeoutSeconds);
        }
        if (!one.variables.isEmpty()) {
            ObjectNode variables = body.putObject("variables");
            one.variables.forEach(variables::put);
        }
        if (!one.datasets.isEmpty()) {
            body.set("datasets", Json.array(one.datasets));
        }
        for (String service : one.services) {
            int calls = service.indexOf('=');
            ObjectNode use = body.withArray("services")
                    .addObject()
                    .put("name", calls < 0 ? service : service.substring(0, calls));
            if (calls >= 0) {
                use.put("calls", count(service.substring(calls + 1)));
            }
        }
        return body;
    }

    private static int count(String calls) {
        if (!calls.matches("[0-9]{1,9}")) {
            throw CliException.badUse("--service NAME=CALLS wants a number of calls, not " + calls);
        }
        return Integer.parseInt(calls);
    }

    private static void putIfGiven(ObjectNode body, String field, String value) {
        if (!value.isEmpty()) {
            body.put(field, value);
        }
    }

    private int batch(Path path) throws InterruptedException {
        JsonNode content;
        try {
            content = Json.parse(PackedText.read(path));
        } catch (JsonProcessingException e) {
            throw CliException.badUse(path + " is not JSON: " + e.getOriginalMessage() + " (line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ")");
        }
        JsonNode tasks = content.isArray() ? content : content.path("tasks");
        if (!tasks.isArray() || tasks.isEmpty()) {
            throw CliException.badUse(path + " has no tasks: it should be an array of them, or {\"tasks\": […]}");
        }
        Api api = context.api().patient(PATIENCE);
        ObjectNode body = Json.object();
        body.set("tasks", tasks);
        JsonNode answer = api.post("/v1/tasks/batch", body);
        if (!wait) {
            if (context.json()) {
                context.out().println(answer);
            } else {
                answer.path("ids").forEach(id -> context.out().println(id.asText()));
            }
            return Main.DONE;
        }
        int failed = 0;
        try (Progress progress = new Progress(context, "waiting")) {
            int done = 0;
            for (JsonNode id : answer.path("ids")) {
                JsonNode end = Follow.untilFinal(api, id.asText());
                failed += Json.text(end, "state").equals("SUCCEEDED") ? 0 : 1;
                progress.at(++done, answer.path("ids").size(), "tasks final");
            }
        }
        int total = answer.path("ids").size();
        context.out()
                .println(
                        context.json()
                                ? Json.object()
                                        .put("tasks", total)
                                        .put("failed", failed)
                                        .toString()
                                : total + " tasks, " + failed + " did not succeed");
        return failed == 0 ? Main.DONE : Main.FAILED;
    }

    private int arrivals(Trace recorded, Path path) throws InterruptedException {
        if (!(recorded.speed > 0) || !(recorded.longestSeconds > 0) || recorded.limit < 1 || recorded.tenantsMin < 1) {
            throw CliException.badUse("--speed and --longest must be > 0, --limit and --tenants-min ≥ 1");
        }
        List<Arrival> arrivals = ArrivalsReader.read(path, recorded.limit);
        Api operator = context.api().forTenant("").patient(PATIENCE);
        JsonNode machine = largestMachine(operator);
        ArrivalsPlan plan = new ArrivalsPlan(
                arrivals,
                new ArrivalsPlan.Fit(
                        recorded.speed,
                        recorded.tenantsMin,
                        recorded.longestSeconds,
                        machine.path("cpuMillis").asLong(),
                        machine.path("memoryBytes").asLong()));
        ArrivalsRun run = new ArrivalsRun(operator, plan);
        try (Progress progress = new Progress(context, "arrivals")) {
            run.createTenants(recorded.isolation);
            run.submit(progress);
            RunReport.awaitAll(operator, Set.copyOf(plan.tenants()), progress);
        }
        RunReport report = RunReport.read(operator, run.acknowledged());
        if (context.json()) {
            ObjectNode json = report.json();
            json.put("tenants", plan.tenants().size()).put("longestLagSeconds", run.longestLagSeconds());
            json.set("notes", Json.array(plan.notes()));
            context.out().println(json);
        } else {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%d rows of %d tenants at %s times the recorded speed; submitted at most %.2f s late%n",
                            arrivals.size(),
                            plan.tenants().size(),
                            recorded.speed,
                            run.longestLagSeconds());
            plan.notes().forEach(note -> context.out().println("note: " + note));
            report.print(context.out());
        }
        return report.good() ? Main.DONE : Main.FAILED;
    }

    private static JsonNode largestMachine(Api operator) throws InterruptedException {
        JsonNode largest = null;
        for (JsonNode provider : operator.get("/v1/providers").path("items")) {
            for (JsonNode offering : provider.path("offerings")) {
                if (largest == null
                        || offering.path("cpuMillis").asLong()
                                > largest.path("cpuMillis").asLong()) {
                    largest = offering;
                }
            }
        }
        if (largest == null) {
            throw CliException.failed("no provider offers a machine (see " + operator.url() + "/v1/providers)");
        }
        return largest;
    }
}

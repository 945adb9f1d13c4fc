package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is loaded ahead of a tenant's tasks. */
@Command(
        name = "environments",
        description = "What instances run to be warm for a tenant's tasks.",
        mixinStandardHelpOptions = true)
final class EnvironmentsCommand implements Callable<Integer> {

    private final Context context;

    EnvironmentsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list();
    }

    @Command(name = "list", description = "The tenant's environments.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        JsonNode answer = context.api().get("/v1/environments");
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("id", "warm-up", "variables");
        answer.path("items")
                .forEach(environment -> table.row(
                        Json.text(environment, "id"),
                        environment.path("warmUp").toString(),
                        environment.path("variables").toString()));
        table.print(context.out());
        return Main.DONE;
    }

    @Command(
            name = "create",
            description = "Makes an environment; the command after -- warms it.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(index = "0", paramLabel = "ID") String id,
            @Parameters(index = "1..*", paramLabel = "COMMAND", arity = "0..*") List<String> warmUp,
            @Option(names = "--env", paramLabel = "NAME=VALUE", description = "A variable.")
                    Map<String, String> variables)
            throws InterruptedException {
        ObjectNode body = Json.object().put("id", id);
        body.set("warmUp", Json.array(warmUp == null ? List.of() : warmUp));
        ObjectNode values = body.putObject("variables");
        if (variables != null) {
            variables.forEach(values::put);
        }
        JsonNode answer = context.api().post("/v1/environments", body);
        context.out().println(context.json() ? answer.toString() : "created " + id);
        return Main.DONE;
    }

    @Command(name = "delete", description = "Forgets an environment.", mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "ID") String id) throws InterruptedException {
        context.api().delete("/v1/environments/" + Api.segment(id));
        context.out().println(context.json() ? Json.object().put("deleted", id).toString() : "deleted " + id);
        return Main.DONE;
    }
}

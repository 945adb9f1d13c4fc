package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What a tenant's tasks call beside the machines. */
@Command(
        name = "services",
        description = "What a tenant's tasks call; each gets the nearest endpoint.",
        mixinStandardHelpOptions = true)
final class ServicesCommand implements Callable<Integer> {

    private final Context context;

    ServicesCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list();
    }

    @Command(name = "list", description = "The tenant's services.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        JsonNode answer = context.api().get("/v1/services");
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("name", "endpoints");
        answer.path("items").forEach(service -> {
            List<String> endpoints = new ArrayList<>();
            service.path("endpoints").forEach(endpoint -> {
                String zone = endpoint.path("zone").asText("");
                endpoints.add(Json.text(endpoint, "address") + (zone.isEmpty() ? "" : "=" + zone));
            });
            table.row(Json.text(service, "name"), String.join(" ", endpoints));
        });
        table.print(context.out());
        return Main.DONE;
    }

    @Command(name = "create", description = "Registers a service.", mixinStandardHelpOptions = true)
    int create(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(
                            index = "1..*",
                            paramLabel = "HOST:PORT[=ZONE]",
                            arity = "1..*",
                            description = "Where it listens, and in which zone of the provider.")
                    List<String> endpoints)
            throws InterruptedException {
        ObjectNode body = Json.object().put("name", name);
        ArrayNode all = body.putArray("endpoints");
        for (String endpoint : endpoints) {
            int zone = endpoint.indexOf('=');
            ObjectNode one = all.addObject().put("address", zone < 0 ? endpoint : endpoint.substring(0, zone));
            if (zone >= 0) {
                one.put("zone", endpoint.substring(zone + 1));
            }
        }
        JsonNode answer = context.api().post("/v1/services", body);
        context.out().println(context.json() ? answer.toString() : "created " + name);
        return Main.DONE;
    }

    @Command(
            name = "delete",
            description = "Forgets a service; tasks that were submitted with it still have it.",
            mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "NAME") String name) throws InterruptedException {
        context.api().delete("/v1/services/" + Api.segment(name));
        context.out()
                .println(context.json() ? Json.object().put("deleted", name).toString() : "deleted " + name);
        return Main.DONE;
    }
}

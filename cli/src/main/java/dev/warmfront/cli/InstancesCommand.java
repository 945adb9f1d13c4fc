package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The machines. */
@Command(name = "instances", description = "Look at instances, drain them.", mixinStandardHelpOptions = true)
final class InstancesCommand implements Callable<Integer> {

    private final Context context;

    InstancesCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list("");
    }

    @Command(name = "list", description = "Instances, the ended ones too.", mixinStandardHelpOptions = true)
    int list(@Option(names = "--state", defaultValue = "", description = "Only those in this state.") String state)
            throws InterruptedException {
        ObjectNode answer = Json.object();
        answer.putArray("items")
                .addAll(context.api().all("/v1/instances" + (state.isEmpty() ? "" : "?state=" + Api.segment(state))));
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("id", "state", "since", "offering", "domain");
        answer.path("items")
                .forEach(instance -> table.row(
                        Json.text(instance, "id"),
                        Json.text(instance, "state"),
                        Json.text(instance, "stateSince"),
                        Json.text(instance, "offering"),
                        Json.text(instance, "domain")));
        table.print(context.out());
        return Main.DONE;
    }

    @Command(name = "get", description = "One instance and its life so far.", mixinStandardHelpOptions = true)
    int get(@Parameters(paramLabel = "INSTANCE") String id) throws InterruptedException {
        JsonNode instance = context.api().get("/v1/instances/" + Api.segment(id));
        if (context.json()) {
            context.out().println(instance);
            return Main.DONE;
        }
        Views.fields(context.out(), instance);
        Table table = new Table("at", "from", "to", "trigger", "reason");
        instance.path("timeline")
                .forEach(step -> table.row(
                        Json.text(step, "at"),
                        Json.text(step, "from"),
                        Json.text(step, "to"),
                        Json.text(step, "trigger"),
                        Json.text(step, "reason")));
        context.out().println();
        table.print(context.out());
        return Main.DONE;
    }

    @Command(
            name = "why",
            description = "Why an instance is as it is: the reason, who pays, what the alternatives cost.",
            mixinStandardHelpOptions = true)
    int why(@Parameters(paramLabel = "INSTANCE") String id) throws InterruptedException {
        JsonNode why = context.api().get("/v1/instances/" + Api.segment(id) + "/why");
        if (context.json()) {
            context.out().println(why);
            return Main.DONE;
        }
        context.out().println(Json.text(why, "sentence"));
        context.out().println();
        Table prices = new Table("tier", "per hour");
        why.path("hourly").forEach(price -> prices.row(Json.text(price, "tier"), Text.money(price, "nanoUsd")));
        prices.print(context.out());
        context.out().println();
        Table payers = new Table("paid by", "for", "so far");
        why.path("paid")
                .forEach(paid -> payers.row(
                        Json.text(paid, "tenant").isEmpty() ? "nobody" : Json.text(paid, "tenant"),
                        Json.text(paid, "kind"),
                        Text.money(paid, "nanoUsd")));
        payers.print(context.out());
        return Main.DONE;
    }

    @Command(name = "drain", description = "Ends an instance when its work is done.", mixinStandardHelpOptions = true)
    int drain(@Parameters(paramLabel = "INSTANCE") String id) throws InterruptedException {
        JsonNode answer = context.api().post("/v1/instances/" + Api.segment(id) + "/drain", Json.object());
        context.out().println(context.json() ? answer.toString() : id + " drains");
        return Main.DONE;
    }
}

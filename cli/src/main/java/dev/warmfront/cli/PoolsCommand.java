package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The warm pools. */
@Command(name = "pools", description = "Look at the warm pools, pause them.", mixinStandardHelpOptions = true)
final class PoolsCommand implements Callable<Integer> {

    private final Context context;

    PoolsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list();
    }

    @Command(name = "list", description = "Every pool's level.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        JsonNode answer = context.api().get("/v1/pools");
        if (context.json()) {
            context.out().println(answer);
        } else {
            table(answer).print(context.out());
        }
        return Main.DONE;
    }

    @Command(
            name = "pause",
            description = "The pool serves what it has and changes nothing.",
            mixinStandardHelpOptions = true)
    int pause(@Parameters(paramLabel = "POOL") String pool) throws InterruptedException {
        return change("pause", pool);
    }

    @Command(name = "resume", description = "Undoes pause.", mixinStandardHelpOptions = true)
    int resume(@Parameters(paramLabel = "POOL") String pool) throws InterruptedException {
        return change("resume", pool);
    }

    private int change(String verb, String pool) throws InterruptedException {
        JsonNode answer = context.api().post("/v1/pools/" + verb + "?pool=" + Api.segment(pool), Json.object());
        context.out().println(context.json() ? answer.toString() : verb + "d " + pool);
        return Main.DONE;
    }

    /** Pools as the API lists them. */
    static Table table(JsonNode answer) {
        Table table = new Table("pool", "policy", "hot", "busy", "coming", "standby", "queued", "conditions");
        answer.path("items")
                .forEach(pool -> table.row(
                        Json.text(pool, "id"),
                        Json.text(pool.path("settings"), "policy"),
                        Json.text(pool, "hot"),
                        Json.text(pool, "busy"),
                        Json.text(pool, "coming"),
                        Json.text(pool, "standby"),
                        Json.text(pool, "queued"),
                        pool.path("conditions").isEmpty()
                                ? ""
                                : pool.get("conditions").toString()));
        return table;
    }
}

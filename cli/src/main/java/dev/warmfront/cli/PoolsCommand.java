package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The warm pools. */
@Command(name = "pools", description = "Look at the warm pools, say how they are run.", mixinStandardHelpOptions = true)
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
        return change("pause", pool, "paused");
    }

    @Command(name = "resume", description = "Lets the pool's policy act again.", mixinStandardHelpOptions = true)
    int resume(@Parameters(paramLabel = "POOL") String pool) throws InterruptedException {
        return change("resume", pool, "resumed");
    }

    @Command(
            name = "forecast-only",
            description = "The pool's policy is only listened to: list shows what it would do. Resume lets it act.",
            mixinStandardHelpOptions = true)
    int forecastOnly(@Parameters(paramLabel = "POOL") String pool) throws InterruptedException {
        return change("forecast-only", pool, "only forecasts for");
    }

    @Command(
            name = "set",
            description = "Says how a pool is run; what is not named stays as it is.",
            mixinStandardHelpOptions = true)
    int set(
            @Parameters(
                            paramLabel = "POOL",
                            description = "Its id, or 'default' for all without settings of their own.")
                    String pool,
            @Option(names = "--policy", description = "reactive, fixed-keep-alive or warmfront.") @Nullable String policy,
            @Option(names = "--keep-alive", paramLabel = "SECONDS") @Nullable Double keepAlive,
            @Option(names = "--standby", paramLabel = "MODE", description = "STOPPED, SUSPENDED, HIBERNATED or NONE.")
                    @Nullable String standby,
            @Option(names = "--standby-keep-alive", paramLabel = "SECONDS") @Nullable Double standbyKeepAlive,
            @Option(names = "--min-ready", paramLabel = "N", description = "Idle machines always held.") @Nullable Integer minReady,
            @Option(names = "--max-instances", paramLabel = "N") @Nullable Integer maxInstances,
            @Option(names = "--mode", description = "ACTIVE, FORECAST_ONLY or PAUSED.") @Nullable String mode,
            @Option(names = "--reserve-by", description = "REQUEST or CURVE.") @Nullable String reserveBy)
            throws InterruptedException {
        ObjectNode settings = Json.object();
        settings.put("policy", policy)
                .put("keepAliveSeconds", keepAlive)
                .put("standbyMode", standby)
                .put("standbyKeepAliveSeconds", standbyKeepAlive)
                .put("minReady", minReady)
                .put("maxInstances", maxInstances)
                .put("mode", mode)
                .put("reserveBy", reserveBy);
        settings.properties().removeIf(field -> field.getValue().isNull());
        if (settings.isEmpty()) {
            throw CliException.badUse("Say what shall change: warmfront pools set --help lists it.");
        }
        String path = pool.equals("default") ? "default/settings" : "settings?pool=" + Api.segment(pool);
        JsonNode answer = context.api().put("/v1/pools/" + path, settings);
        if (context.json()) {
            context.out().println(answer);
        } else {
            Views.fields(context.out(), answer);
        }
        return Main.DONE;
    }

    private int change(String verb, String pool, String done) throws InterruptedException {
        JsonNode answer = context.api().post("/v1/pools/" + verb + "?pool=" + Api.segment(pool), Json.object());
        context.out().println(context.json() ? answer.toString() : done + " " + pool);
        return Main.DONE;
    }

    /** Pools as the API lists them. */
    static Table table(JsonNode answer) {
        Table table = new Table("pool", "policy", "mode", "hot", "busy", "coming", "standby", "queued", "conditions");
        answer.path("items")
                .forEach(pool -> table.row(
                        Json.text(pool, "id"),
                        Json.text(pool.path("settings"), "policy"),
                        Json.text(pool.path("settings"), "mode"),
                        Json.text(pool, "hot"),
                        Json.text(pool, "busy"),
                        Json.text(pool, "coming"),
                        Json.text(pool, "standby"),
                        Json.text(pool, "queued"),
                        remarks(pool)));
        return table;
    }

    private static String remarks(JsonNode pool) {
        List<String> remarks = new ArrayList<>();
        JsonNode advice = pool.path("advice");
        if (advice.isObject()) {
            remarks.add("%s would launch %s, wake %s, put aside %s, end %s, load %s. %s"
                    .formatted(
                            Json.text(advice, "policy"),
                            Json.text(advice, "launches"),
                            Json.text(advice, "starts"),
                            Json.text(advice, "stops"),
                            Json.text(advice, "ends"),
                            Json.text(advice, "loads"),
                            Json.text(advice, "reason"))
                    .strip());
        }
        pool.path("conditions").forEach(condition -> remarks.add(condition.asText()));
        return String.join(" ", remarks);
    }
}

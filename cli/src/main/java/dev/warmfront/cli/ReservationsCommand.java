package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is set aside for tasks where pools reserve by curves. */
@Command(
        name = "reservations",
        description = "Room set aside for tasks by what like tasks were seen to need.",
        mixinStandardHelpOptions = true)
final class ReservationsCommand implements Callable<Integer> {

    private static final long MIB = 1 << 20;

    private final Context context;

    @Option(names = "--state", defaultValue = "", description = "SOFT, COMMITTED, RELEASED or RECLAIMED.")
    private String state = "";

    ReservationsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        ObjectNode answer = Json.object();
        answer.putArray("items")
                .addAll(context.api()
                        .all("/v1/reservations" + (state.isEmpty() ? "" : "?state=" + Api.segment(state))));
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("task", "state", "reason", "CPU", "MiB", "up to MiB", "expires");
        answer.path("items")
                .forEach(one -> table.row(
                        Json.text(one, "task"),
                        Json.text(one, "state"),
                        Json.text(one, "reason"),
                        Json.text(one, "cpuMillis"),
                        Long.toString(one.path("memoryBytes").asLong() / MIB),
                        Long.toString(last(one.path("memory")).path("amount").asLong() / MIB),
                        Json.text(one, "expires")));
        table.print(context.out());
        return Main.DONE;
    }

    private static JsonNode last(JsonNode steps) {
        return steps.path(steps.size() - 1);
    }
}

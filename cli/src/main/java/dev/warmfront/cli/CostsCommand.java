package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who paid for what. */
@Command(
        name = "costs",
        description = "Costs by tenant and kind; with --tenant or a tenant's key, that tenant's alone.",
        mixinStandardHelpOptions = true)
final class CostsCommand implements Callable<Integer> {

    /** By what a tenant's costs may be split. */
    enum Group {
        kind,
        taskType
    }

    @Option(names = "--by", description = "A tenant's costs by ${COMPLETION-CANDIDATES}.")
    Group by = Group.kind;

    @Option(names = "--mine", description = "Only those of the tenant whose key is used.")
    boolean mine;

    private final Context context;

    CostsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Api api = context.api();
        boolean one = mine || !api.tenant().isEmpty();
        JsonNode answer = api.get(one ? "/v1/costs?groupBy=" + by : "/v1/costs/summary");
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = Views.costs();
        if (one) {
            Views.cost(table, answer);
            table.print(context.out());
            Table groups = new Table(by.name(), "cost");
            answer.path("groups").forEach(group -> groups.row(Json.text(group, "key"), Text.money(group, "nanoUsd")));
            context.out().println();
            groups.print(context.out());
        } else {
            answer.path("tenants").forEach(tenant -> Views.cost(table, tenant));
            table.print(context.out());
            Views.balance(context.out(), answer);
        }
        return Main.DONE;
    }
}

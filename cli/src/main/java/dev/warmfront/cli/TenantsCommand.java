package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may submit. */
@Command(name = "tenants", description = "Create and list tenants, give them keys.", mixinStandardHelpOptions = true)
final class TenantsCommand implements Callable<Integer> {

    /** Whether a tenant's tasks may share instances with those of others who agreed to it. */
    enum Isolation {
        DEDICATED,
        SHARED
    }

    /** What a key permits. */
    enum Role {
        TENANT_READER("tenant-reader"),
        TENANT_WRITER("tenant-writer");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    private final Context context;

    TenantsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return list();
    }

    @Command(name = "list", description = "All tenants.", mixinStandardHelpOptions = true)
    int list() throws InterruptedException {
        JsonNode answer = context.api().get("/v1/tenants?limit=1000");
        if (context.json()) {
            context.out().println(answer);
            return Main.DONE;
        }
        Table table = new Table("id", "name", "weight", "isolation");
        answer.path("items")
                .forEach(tenant -> table.row(
                        Json.text(tenant, "id"),
                        Json.text(tenant, "name"),
                        Json.text(tenant, "weight"),
                        Json.text(tenant, "isolation")));
        table.print(context.out());
        return Main.DONE;
    }

    @Command(name = "create", description = "Makes a tenant.", mixinStandardHelpOptions = true)
    int create(
            @Parameters(paramLabel = "ID", description = "Lower-case letters, digits and -, 63 at most.") String id,
            @Option(names = "--name", defaultValue = "", description = "For people. Default: the id.") String name,
            @Option(names = "--weight", defaultValue = "0", description = "Its share when tenants compete.") int weight,
            @Option(
                            names = "--isolation",
                            defaultValue = "DEDICATED",
                            description = "${COMPLETION-CANDIDATES}. Default: DEDICATED.")
                    Isolation isolation)
            throws InterruptedException {
        JsonNode tenant = create(context.api(), id, name.isEmpty() ? id : name, weight, isolation);
        context.out().println(context.json() ? tenant.toString() : "created " + id);
        return Main.DONE;
    }

    @Command(name = "key", description = "Gives a tenant a key, shown this once.", mixinStandardHelpOptions = true)
    int key(
            @Parameters(paramLabel = "ID", description = "The tenant.") String id,
            @Option(
                            names = "--role",
                            defaultValue = "tenant-writer",
                            description = "${COMPLETION-CANDIDATES}. Default: tenant-writer.")
                    Role role,
            @Option(names = "--name", defaultValue = "cli", description = "To tell keys apart. Default: cli.")
                    String name)
            throws InterruptedException {
        JsonNode key = context.api()
                .post(
                        "/v1/tenants/" + Api.segment(id) + "/keys",
                        Json.object().put("role", role.toString()).put("name", name));
        context.out().println(context.json() ? key.toString() : Json.text(key, "key"));
        return Main.DONE;
    }

    /**
     * Makes a tenant.
     *
     * @param weight its share when tenants compete; 0 leaves it to the control plane
     */
    static JsonNode create(Api operator, String id, String name, int weight, Isolation isolation)
            throws InterruptedException {
        ObjectNode body = Json.object().put("id", id).put("name", name).put("isolation", isolation.name());
        if (weight > 0) {
            body.put("weight", weight);
        }
        return operator.post("/v1/tenants", body);
    }
}

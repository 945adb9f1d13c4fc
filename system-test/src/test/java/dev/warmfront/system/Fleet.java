package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A tenant with work to do, and the checks of design.md §8 on what became of it. Each task takes a lock that the kernel
 * gives back only when every process of the attempt is gone: a second live attempt finds it taken and leaves a note.
 */
final class Fleet {

    private static final int BATCH = 100;

    private final Api operator;
    private final Api tenant;
    private final Path scratch;
    private final Path root;
    private final Set<String> acknowledged;

    Fleet(Api operator, Path scratch, String tenantId) throws InterruptedException, IOException {
        this.operator = operator;
        this.scratch = scratch;
        this.root = scratch.resolve("instances");
        this.acknowledged = ConcurrentHashMap.newKeySet();
        Files.createDirectories(scratch.resolve("locks"));
        Files.createDirectories(scratch.resolve("double"));
        operator.post("/v1/tenants", Api.object().put("id", tenantId).put("name", tenantId), "make-" + tenantId);
        JsonNode key = operator.post(
                "/v1/tenants/" + tenantId + "/keys",
                Api.object().put("role", "tenant-writer").put("name", "test"),
                "key-" + tenantId);
        this.tenant = operator.as(key.get("key").asText());
    }

    private Fleet(Api operator, Api tenant, Path scratch, Set<String> acknowledged) {
        this.operator = operator;
        this.tenant = tenant;
        this.scratch = scratch;
        this.root = scratch.resolve("instances");
        this.acknowledged = acknowledged;
    }

    /** The same tenant and its tasks, seen through another control plane. */
    Fleet through(Api other) {
        return new Fleet(other, other.as(tenant.key()), scratch, acknowledged);
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** Submits {@code count} short tasks in batches, each batch until it is acknowledged, whatever happens meanwhile. */
    void submit(int count, String salt, RandomGenerator random) throws InterruptedException {
        for (int done = 0; done < count; done += BATCH) {
            ObjectNode body = Api.object();
            ArrayNode tasks = body.putArray("tasks");
            for (int i = done; i < Math.min(count, done + BATCH); i++) {
                tasks.add(task("t" + i, 0.005 + random.nextDouble() * 0.03));
            }
            JsonNode answer = tenant.post("/v1/tasks/batch", body, salt + "-" + done);
            answer.get("ids").forEach(id -> acknowledged.add(id.asText()));
        }
    }

    /** Submits {@code count} short tasks that each want a share of a GPU. */
    void submitForGpu(int count, String salt, String gpu, double share) throws InterruptedException {
        ObjectNode body = Api.object();
        ArrayNode tasks = body.putArray("tasks");
        for (int i = 0; i < count; i++) {
            ObjectNode task = task("gpu" + i, "echo \"gpus=$CUDA_VISIBLE_DEVICES\"; warmfront-burn 0.02");
            ((ObjectNode) task.get("resources")).putObject("gpus").put(gpu, share);
            tasks.add(task);
        }
        tenant.post("/v1/tasks/batch", body, salt).get("ids").forEach(id -> acknowledged.add(id.asText()));
    }

    /** Submits one task that runs a script; gives its id. */
    String submit(String name, String script) throws InterruptedException {
        String id = tenant.post("/v1/tasks", task(name, script), name).get("id").asText();
        acknowledged.add(id);
        return id;
    }

    /** One task as the API tells of it. */
    JsonNode task(String id) {
        try {
            return tenant.get("/v1/tasks/" + id);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the last attempt of a task wrote. */
    String log(String id) throws IOException, InterruptedException {
        return tenant.text("/v1/tasks/" + id + "/logs");
    }

    /** What is spent and held for the tenant, and may be. */
    JsonNode settings() throws InterruptedException {
        return tenant.get("/v1/tenant/settings");
    }

    void settle(ObjectNode settings) throws InterruptedException {
        tenant.put("/v1/tenant/settings", settings);
    }

    /** What the tenant was charged, by the ledger. */
    long charged() throws InterruptedException {
        return tenant.get("/v1/costs").get("totalNanoUsd").asLong();
    }

    /** Every task as the API tells of it. */
    List<JsonNode> tasks() throws InterruptedException {
        return tenant.all("/v1/tasks");
    }

    private ObjectNode task(String name, double burnSeconds) {
        return task(name, "warmfront-burn " + burnSeconds);
    }

    private ObjectNode task(String name, String work) {
        String script =
                "exec 9>\"$LOCKS/$WARMFRONT_TASK\"; flock -n 9 || { touch \"$DOUBLE/$WARMFRONT_TASK\"; exit 9; }; "
                        + work;
        ObjectNode task = Api.object().put("name", name).put("taskType", "crash");
        task.set("command", Api.array("sh", "-c", script));
        task.putObject("variables")
                .put("LOCKS", scratch.resolve("locks").toString())
                .put("DOUBLE", scratch.resolve("double").toString());
        task.putObject("resources").put("cpuMillis", 250).put("memoryBytes", 16 << 20);
        task.put("timeoutSeconds", 600);
        return task;
    }

    JsonNode summary() throws InterruptedException {
        return tenant.get("/v1/tasks/summary");
    }

    int finished() throws InterruptedException {
        JsonNode byState = summary().get("byState");
        return byState.path("SUCCEEDED").asInt()
                + byState.path("FAILED").asInt()
                + byState.path("CANCELLED").asInt();
    }

    /** Kills one agent with SIGKILL, if there is one. */
    boolean killAnAgent(RandomGenerator random) {
        List<Processes.Owned> agents =
                Processes.under(root).stream().filter(Processes.Owned::agent).toList();
        if (agents.isEmpty()) {
            return false;
        }
        return agents.get(random.nextInt(agents.size())).process().destroyForcibly();
    }

    /** I1, I2: every acknowledged task is there once and succeeded, and no two attempts ever lived at once. */
    void checkNothingLostNothingDouble() throws InterruptedException, IOException {
        List<JsonNode> tasks = tenant.all("/v1/tasks");
        List<String> ids = tasks.stream().map(task -> task.get("id").asText()).toList();
        assertThat(ids).as("tasks by API").doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(acknowledged);
        assertThat(tasks.stream()
                        .filter(task -> !task.get("state").asText().equals("SUCCEEDED"))
                        .map(JsonNode::toString))
                .as("tasks that did not succeed")
                .isEmpty();
        JsonNode summary = summary();
        assertThat(summary.get("doubleAttempts").asInt())
                .as("overlapping attempts on record")
                .isZero();
        assertThat(summary.get("lost").asInt())
                .as("lost by the API's own count")
                .isZero();
        try (var notes = Files.list(scratch.resolve("double"))) {
            assertThat(notes)
                    .as("attempts that met another live attempt of their task")
                    .isEmpty();
        }
    }

    /** I3: every process belongs to an instance that the API knows as alive, within two sweeps. */
    void checkNoOrphans() throws InterruptedException {
        await("no orphan process", Duration.ofSeconds(30), () -> orphans().isEmpty());
    }

    private Collection<String> orphans() {
        try {
            Set<String> alive = new HashSet<>();
            for (JsonNode instance : operator.all("/v1/instances")) {
                String state = instance.get("state").asText();
                if (!state.equals("TERMINATED") && !state.equals("FAILED")) {
                    alive.add(instance.get("id").asText());
                }
            }
            List<String> orphans = new ArrayList<>();
            for (Processes.Owned owned : Processes.under(root)) {
                if (!alive.contains(owned.instance())) {
                    orphans.add(owned.instance());
                }
            }
            return orphans;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** I6: what is charged and what nobody caused is what the instances cost, to the nano-dollar. */
    void checkConserved() throws InterruptedException {
        JsonNode costs = operator.get("/v1/costs/summary");
        long instances = costs.get("instanceCostNanoUsd").asLong();
        assertThat(instances).as("cost of the instances").isPositive();
        assertThat(costs.get("chargesNanoUsd").asLong()
                        + costs.get("unattributedNanoUsd").asLong())
                .as("charges + unattributed")
                .isEqualTo(instances);
    }

    /** Ends every instance, so that no process outlives the test. */
    void drainEverything() throws InterruptedException {
        drain(operator);
        await("every process ended", Duration.ofSeconds(60), () -> Processes.under(root)
                .isEmpty());
    }

    /** Has every machine end when its work is done. */
    static void drain(Api operator) throws InterruptedException {
        for (JsonNode instance : operator.all("/v1/instances")) {
            String state = instance.get("state").asText();
            if (!state.equals("TERMINATED") && !state.equals("FAILED")) {
                String path = "/v1/instances/" + instance.get("id").asText() + "/drain";
                await("answer to " + path, Duration.ofSeconds(60), () -> isAnswered(operator, path));
            }
        }
    }

    private static boolean isAnswered(Api operator, String path) {
        try {
            int status = operator.statusOfPost(path, Api.object(), "");
            // A conflict: it has ended by itself since it was listed.
            return status == 202 || status == 409;
        } catch (IOException away) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void await(String what, Duration within, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s within %s", what, within).isLessThan(deadline);
            Thread.sleep(100);
        }
    }
}

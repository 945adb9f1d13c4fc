package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** What the tenants of the demo do: a burst, a workflow, a rest in which machines go to standby, another burst. */
final class DemoWork {

    private static final String SHARED_ONE = "aurora";
    private static final String SHARED_TWO = "borealis";
    private static final String DEDICATED = "cirrus";
    private static final Set<String> TENANTS = Set.of(SHARED_ONE, SHARED_TWO, DEDICATED);
    private static final Set<String> FINAL = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
    private static final double KEEP_ALIVE_SECONDS = 3;
    private static final double REST_SECONDS = 10;
    private static final double GIVE_UP_SECONDS = 90;
    private static final long LOOK_AGAIN_MILLIS = 250;
    private static final int SAMPLES = 8;
    private static final double LEARN_SECONDS = 15;

    private final Installation installation;
    private final Api operator;
    private final Progress progress;
    private final Consumer<String> say;
    private final Acknowledged acknowledged = new Acknowledged();
    private JsonNode predicted = Json.object();

    DemoWork(Installation installation, Progress progress, Consumer<String> say) {
        this.installation = installation;
        this.operator = installation.operator();
        this.progress = progress;
        this.say = say;
    }

    Acknowledged acknowledged() {
        return acknowledged;
    }

    void run(int maxInstances) throws InterruptedException {
        installation.poolSettings(KEEP_ALIVE_SECONDS, 0, maxInstances, false);
        TenantsCommand.create(operator, SHARED_ONE, "Aurora", 0, TenantsCommand.Isolation.SHARED);
        TenantsCommand.create(operator, SHARED_TWO, "Borealis", 0, TenantsCommand.Isolation.SHARED);
        TenantsCommand.create(operator, DEDICATED, "Cirrus", 0, TenantsCommand.Isolation.DEDICATED);
        say.accept(SHARED_ONE + " and " + SHARED_TWO + " share machines, " + DEDICATED + " has its own.");
        say.accept("1. A burst out of the blue: 36 tasks, and no machine is there.");
        burst(SHARED_ONE, "render", 16, 0.2);
        burst(SHARED_TWO, "score", 12, 0.3);
        burst(DEDICATED, "audit", 8, 0.2);
        awaitAll();
        say.accept("2. A workflow of " + (SAMPLES + 3) + " tasks onto the machines that are hot now.");
        workflow();
        awaitAll();
        predict();
        say.accept("3. A rest: after " + KEEP_ALIVE_SECONDS + " s idle machines go to standby.");
        rest();
        say.accept("4. A second burst: 30 tasks and the workflow again, and machines come back from standby.");
        workflow();
        burst(SHARED_ONE, "render", 12, 0.3);
        burst(SHARED_TWO, "score", 10, 0.2);
        burst(DEDICATED, "audit", 8, 0.3);
        awaitAll();
    }

    private void burst(String tenant, String type, int count, double seconds) throws InterruptedException {
        ObjectNode body = Json.object();
        ArrayNode tasks = body.putArray("tasks");
        for (int i = 1; i <= count; i++) {
            tasks.add(task(type + "-" + i, type, seconds));
        }
        acknowledged.add(tenant, operator.forTenant(tenant).post("/v1/tasks/batch", body));
    }

    private static ObjectNode task(String name, String type, double seconds) {
        ObjectNode task = Json.object().put("name", name).put("taskType", type);
        task.set("command", Json.array(List.of("warmfront-burn", Double.toString(seconds), "8000000")));
        task.putObject("resources").put("cpuMillis", 250).put("memoryBytes", 32L << 20);
        return task;
    }

    /** One that prepares, some that work side by side, one that joins, one that reports. */
    private void workflow() throws InterruptedException {
        ObjectNode body = Json.object().put("name", "samples");
        ArrayNode tasks = body.putArray("tasks");
        tasks.add(task("prepare", "prepare", 0.1).put("key", "prepare"));
        for (int i = 1; i <= SAMPLES; i++) {
            ObjectNode sample = task("sample-" + i, "sample", 0.2).put("key", "sample-" + i);
            sample.putArray("parents").add("prepare");
            tasks.add(sample);
        }
        ObjectNode join = task("join", "join", 0.1).put("key", "join");
        ArrayNode parents = join.putArray("parents");
        for (int i = 1; i <= SAMPLES; i++) {
            parents.add("sample-" + i);
        }
        tasks.add(join);
        ObjectNode report = task("report", "report", 0.1).put("key", "report");
        report.putArray("parents").add("join");
        tasks.add(report);
        Api api = operator.forTenant(SHARED_ONE);
        JsonNode workflow = api.post("/v1/workflows", body);
        api.all("/v1/tasks?workflow=" + Api.segment(Json.text(workflow, "id")))
                .forEach(task -> acknowledged.add(SHARED_ONE, Json.text(task, "id")));
    }

    /** Asks what will follow the workflow's first task when it comes again, as soon as the learner has seen the first run. */
    private void predict() throws InterruptedException {
        long deadline = System.nanoTime() + Math.round(LEARN_SECONDS * 1e9);
        JsonNode next = Json.object();
        while (next.path("successors").isEmpty() && System.nanoTime() < deadline) {
            progress.at(0, 0, "learning");
            Thread.sleep(LOOK_AGAIN_MILLIS);
            next = operator.forTenant(SHARED_ONE).get("/v1/task-graph/next?taskType=prepare");
        }
        predicted = next;
        for (JsonNode successor : next.path("successors")) {
            say.accept(String.format(
                    Locale.ROOT,
                    "   Learned: when prepare comes again, %d × %s will follow, with probability %.2f.",
                    successor.path("likelyCount").asInt(),
                    Json.text(successor, "taskType"),
                    successor.path("probability").asDouble()));
        }
    }

    /** What was expected of the second run before it was submitted, as the API told it. */
    JsonNode predicted() {
        return predicted;
    }

    private void awaitAll() throws InterruptedException {
        long deadline = System.nanoTime() + Math.round(GIVE_UP_SECONDS * 1e9);
        while (true) {
            long done = 0;
            long total = 0;
            for (String tenant : TENANTS) {
                JsonNode summary = operator.forTenant(tenant).get("/v1/tasks/summary");
                total += summary.path("total").asLong();
                for (String state : FINAL) {
                    done += summary.path("byState").path(state).asLong();
                }
            }
            if (done == total) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw CliException.failed((total - done) + " tasks are not final after " + GIVE_UP_SECONDS + " s");
            }
            progress.at(done, total, "tasks final; " + levels());
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    /** Until no machine is hot, or for as long as a rest may last. */
    private void rest() throws InterruptedException {
        long deadline = System.nanoTime() + Math.round(REST_SECONDS * 1e9);
        while (System.nanoTime() < deadline) {
            JsonNode pools = operator.get("/v1/pools");
            if (sum(pools, "standby") > 0 && sum(pools, "hot") == 0) {
                return;
            }
            progress.at(0, 0, "resting; " + levels(pools));
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private String levels() throws InterruptedException {
        return levels(operator.get("/v1/pools"));
    }

    private static String levels(JsonNode pools) {
        return "machines: " + sum(pools, "busy") + " busy, " + sum(pools, "hot") + " hot, " + sum(pools, "coming")
                + " coming, " + sum(pools, "standby") + " standby; " + sum(pools, "queued") + " tasks queued";
    }

    private static long sum(JsonNode pools, String field) {
        long sum = 0;
        for (JsonNode pool : pools.path("items")) {
            sum += pool.path(field).asLong();
        }
        return sum;
    }
}

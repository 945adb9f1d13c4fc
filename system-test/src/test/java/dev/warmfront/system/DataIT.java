package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks read real files on real agents: where they lie, where they come from, and who never sees them. */
final class DataIT {

    private static final int BIG = 32 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RandomGenerator random = Scratch.dice("data");

    @SuppressWarnings("NullAway.Init") // set before the test
    private Path scratch;

    @SuppressWarnings("NullAway.Init") // set before the test
    private ControlPlane controlPlane;

    @SuppressWarnings("NullAway.Init") // set before the test
    private SlowFiles files;

    @SuppressWarnings("NullAway.Init") // set before the test
    private Api operator;

    @BeforeEach
    void start() throws Exception {
        scratch = Scratch.folder("data");
        files = new SlowFiles();
        controlPlane = new ControlPlane("data", scratch.resolve("data"), scratch);
        controlPlane.start().awaitReady();
        operator = new Api(controlPlane.url(), controlPlane.operatorKey());
        operator.put(
                "/v1/pools/default/settings",
                Api.object()
                        .put("policy", "fixed-keep-alive")
                        .put("keepAliveSeconds", 600)
                        .put("maxInstances", 2));
    }

    @AfterEach
    void stop() throws Exception {
        Fleet.drain(operator);
        Fleet.await("every process ended", PATIENCE, () -> Processes.under(scratch.resolve("instances"))
                .isEmpty());
        controlPlane.close();
        files.close();
    }

    private Api tenant(String id) throws InterruptedException {
        operator.post("/v1/tenants", Api.object().put("id", id), "make-" + id);
        JsonNode key =
                operator.post("/v1/tenants/" + id + "/keys", Api.object().put("role", "tenant-writer"), "key-" + id);
        return operator.as(key.get("key").asText());
    }

    private byte[] noise(int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        return content;
    }

    private static String sum(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static void register(Api tenant, String name, String url, String sum, long bytes)
            throws InterruptedException {
        ObjectNode body = Api.object()
                .put("name", name)
                .put("url", url)
                .put("sha256", sum)
                .put("bytes", bytes);
        tenant.post("/v1/datasets", body, "dataset-" + name);
    }

    private static ObjectNode script(String script, long cpuMillis) {
        ObjectNode task = Api.object();
        task.set("command", Api.array("sh", "-c", script));
        task.putObject("resources").put("cpuMillis", cpuMillis).put("memoryBytes", 64 << 20);
        return task;
    }

    private static ObjectNode reads(String name) {
        ObjectNode task = script("sha256sum <$WARMFRONT_DATASET_BIG", 250);
        task.set("datasets", Api.array(name));
        return task;
    }

    /** Runs it to its end. */
    private static JsonNode run(Api tenant, ObjectNode task, String key) throws InterruptedException {
        String id = tenant.post("/v1/tasks", task, key).get("id").asText();
        return end(tenant, id);
    }

    private static JsonNode end(Api tenant, String id) throws InterruptedException {
        Fleet.await("the end of " + id, PATIENCE, () -> {
            try {
                return tenant.get("/v1/tasks/" + id).has("finishedAt");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return tenant.get("/v1/tasks/" + id);
    }

    private static String log(Api tenant, JsonNode task) throws IOException, InterruptedException {
        return tenant.text("/v1/tasks/" + task.get("id").asText() + "/logs").strip();
    }

    /** A figure of its cache, once its agent has told of it. */
    private void awaitFigure(String instance, String figure, long value) throws InterruptedException {
        Fleet.await(figure + " of " + instance + " to be " + value, PATIENCE, () -> {
            try {
                return operator.get("/v1/instances/" + instance)
                                .path("cache")
                                .path(figure)
                                .asLong()
                        == value;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Every copy of a file in agents' caches. */
    private List<Path> copies(String sum) throws IOException {
        try (Stream<Path> all = Files.walk(scratch.resolve("instances"))) {
            return all.filter(path -> path.endsWith(sum)).toList();
        }
    }

    @Test
    @Timeout(300)
    void aFileIsFetchedOnceByEachTenantAndAgainWhereItWasSpoiled() throws Exception {
        byte[] content = noise(BIG);
        String url = files.put("big", content);
        Api ann = tenant("ann");
        Api bob = tenant("bob");
        register(ann, "big", url, sum(content), BIG);
        register(bob, "big", url, sum(content), BIG);

        JsonNode first = run(ann, reads("big"), "one");
        assertThat(log(ann, first)).isEqualTo(sum(content) + "  -");
        assertThat(files.sent()).isEqualTo(BIG);
        JsonNode second = run(ann, reads("big"), "two");
        assertThat(second.get("instance")).isEqualTo(first.get("instance"));
        assertThat(files.sent()).as("the second finds it there").isEqualTo(BIG);
        String machine = first.get("instance").asText();
        awaitFigure(machine, "hits", 1);
        awaitFigure(machine, "misses", 1);

        Path copy = copies(sum(content)).getFirst();
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        content[BIG / 2] ^= 1;
        Files.write(copy, content);
        content[BIG / 2] ^= 1;
        JsonNode third = run(ann, reads("big"), "three");
        assertThat(log(ann, third)).as("what was spoiled is fetched anew").isEqualTo(sum(content) + "  -");
        assertThat(files.sent()).isEqualTo(2L * BIG);
        awaitFigure(machine, "corrupted", 1);

        JsonNode others = run(bob, reads("big"), "one");
        assertThat(log(bob, others)).isEqualTo(sum(content) + "  -");
        assertThat(files.sent()).as("bob's machine fetched its own").isEqualTo(3L * BIG);
        assertThat(others.get("instance")).isNotEqualTo(first.get("instance"));
        List<Path> both = copies(sum(content));
        assertThat(both).hasSize(2);
        for (Path one : both) {
            String owner = one.toString().contains("/" + machine + "/") ? "ann" : "bob";
            assertThat(one.getParent()).endsWithRaw(Path.of("cache", owner));
        }

        register(bob, "wrong", url, "0".repeat(64), BIG);
        ObjectNode wrong = script("true", 250);
        wrong.set("datasets", Api.array("wrong"));
        JsonNode failed = run(bob, wrong, "wrong");
        assertThat(failed.get("state").asText()).isEqualTo("FAILED");
        assertThat(failed.get("detail").asText()).contains("The dataset 'wrong' is not what was registered");
    }

    @Test
    @Timeout(300)
    void whatATaskLeavesIsReadWhereItLiesAndComesToOtherMachines() throws Exception {
        Api cat = tenant("cat");
        long whole = 0;
        for (JsonNode provider : operator.get("/v1/providers").get("items")) {
            for (JsonNode offering : provider.get("offerings")) {
                whole = Math.max(whole, offering.get("cpuMillis").asLong());
            }
        }
        byte[] next = noise(24 << 20);
        register(cat, "next", files.put("next", next), sum(next), next.length);
        ObjectNode body = Api.object();
        ArrayNode tasks = body.putArray("tasks");
        ObjectNode maker =
                script("dd if=/dev/urandom of=frames bs=1M count=24 2>/dev/null; sha256sum <frames; sleep 3", whole);
        maker.put("key", "maker").putObject("outputs").put("frames", "frames");
        tasks.add(maker);
        for (String key : new String[] {"left", "right"}) {
            ObjectNode reader = script("sha256sum <$WARMFRONT_DATASET_FRAMES; sleep 4", whole);
            reader.put("key", key).set("parents", Api.array("maker"));
            reader.putArray("inputs").addObject().put("from", "maker").put("output", "frames");
            reader.set("datasets", Api.array("next"));
            tasks.add(reader);
        }
        String workflow = cat.post("/v1/workflows", body, "chain").get("id").asText();
        List<JsonNode> ended = new ArrayList<>();
        for (JsonNode task : cat.all("/v1/tasks?workflow=" + workflow)) {
            ended.add(end(cat, task.get("id").asText()));
        }
        assertThat(ended).allSatisfy(task -> assertThat(task.get("state").asText())
                .as(task.toString())
                .isEqualTo("SUCCEEDED"));
        JsonNode made =
                ended.stream().filter(task -> task.has("outputs")).findFirst().orElseThrow();
        String sum = made.at("/outputs/frames/sha256").asText();
        List<JsonNode> readers =
                ended.stream().filter(task -> !task.has("outputs")).toList();
        for (JsonNode reader : readers) {
            assertThat(log(cat, reader)).isEqualTo(sum + "  -");
        }
        assertThat(readers.stream().map(reader -> reader.get("instance")))
                .as("one where it lies, one elsewhere, who had it from there")
                .contains(made.get("instance"))
                .doesNotHaveDuplicates();
        assertThat(copies(sum)).hasSize(2);
        String machine = made.get("instance").asText();
        awaitFigure(machine, "aheadBytes", next.length);
        awaitFigure(machine, "aheadReadBytes", next.length);
    }

    @Test
    @Timeout(300)
    void aTaskIsToldOfAnEndpointThatAnswers() throws Exception {
        Api dan = tenant("dan");
        try (ServerSocket open = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String near = "127.0.0.1:" + open.getLocalPort();
            ObjectNode service = Api.object().put("name", "db");
            ArrayNode endpoints = service.putArray("endpoints");
            endpoints.addObject().put("address", "127.0.0.1:1");
            endpoints.addObject().put("address", near);
            dan.post("/v1/services", service, "db");
            ObjectNode task = script("echo $WARMFRONT_SERVICE_DB", 250);
            task.putArray("services").addObject().put("name", "db").put("calls", 100);

            assertThat(log(dan, run(dan, task, "caller"))).isEqualTo(near);
        }
    }
}

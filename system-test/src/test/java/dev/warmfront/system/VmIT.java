package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.libvirt.Hypervisor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Real virtual machines: the control plane launches QEMU guests through libvirt, the agent inside calls home, tasks run
 * there. The processors are emulated, so figures are ratios. {@code -Dwarmfront.vm-starts=N} measures N of each kind.
 *
 * <p>One control plane and one host serve all tests, each of which begins by ending what the others left: starting these
 * costs more than what is examined.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class VmIT {

    private static final int STARTS = Integer.getInteger("warmfront.vm-starts", 5);
    private static final Duration BOOT = Duration.ofMinutes(4);

    /** Part of the work that the policy has to do with, not of waiting for it. */
    private static final Duration BETWEEN_BURSTS = Duration.ofSeconds(60);

    private static final Duration BETWEEN_TASKS = Duration.ofSeconds(5);
    private static final int TASKS_PER_BURST = 8;
    private static final int MOST_BURSTS = 20;
    private static final Set<String> ENDED = Set.of("TERMINATED", "FAILED");

    private static @Nullable Hypervisor host;
    private static @Nullable ControlPlane running;
    private static Api operator = new Api(java.net.URI.create("http://127.0.0.1"), "");
    private static Api tenant = operator;

    @BeforeAll
    static void startHostAndControlPlane() throws Exception {
        VirtualMachines.require();
        Hypervisor hypervisor = new Hypervisor();
        host = hypervisor;
        VirtualMachines.install(hypervisor);
        Path scratch = Scratch.folder("vm");
        ControlPlane controlPlane = VirtualMachines.configure(
                new ControlPlane("control-plane", scratch.resolve("data"), scratch), hypervisor);
        running = controlPlane;
        controlPlane.start().awaitReady();
        operator = new Api(controlPlane.url(), controlPlane.operatorKey());
        operator.post("/v1/tenants", Api.object().put("id", "vm").put("name", "vm"), "make-vm");
        tenant = operator.as(operator.post(
                        "/v1/tenants/vm/keys",
                        Api.object().put("role", "tenant-writer").put("name", "test"),
                        "key-vm")
                .get("key")
                .asText());
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
        if (host != null) {
            host.close();
        }
    }

    @Test
    @Order(1)
    @Timeout(400)
    void runsAWorkflowInGuestsThatItLaunched() throws Exception {
        pools(600, "NONE", 3);
        ObjectNode workflow = Api.object().put("name", "in guests");
        ArrayNode tasks = workflow.putArray("tasks");
        for (int layer = 0; layer < 4; layer++) {
            for (int i = 0; i < 6; i++) {
                ObjectNode task = tasks.addObject();
                task.put("key", "t" + layer + "-" + i);
                if (layer > 0) {
                    task.set("parents", Api.array("t" + (layer - 1) + "-" + i, "t" + (layer - 1) + "-" + (i + 1) % 6));
                }
                task.set("command", Api.array("sh", "-c", "warmfront-burn 0.1 && grep 'model name' /proc/cpuinfo"));
                task.putObject("resources").put("cpuMillis", 500).put("memoryBytes", 32 << 20);
            }
        }
        long began = System.nanoTime();
        String id = tenant.post("/v1/workflows", workflow, "workflow").get("id").asText();
        Fleet.await("the workflow's end", Duration.ofMinutes(5), () -> !state("/v1/workflows/" + id)
                .equals("RUNNING"));
        assertThat(tenant.get("/v1/workflows/" + id).get("state").asText()).isEqualTo("SUCCEEDED");
        Set<String> instances = new TreeSet<>();
        for (JsonNode task : tenant.all("/v1/tasks?workflow=" + id)) {
            instances.add(task.get("instance").asText());
        }
        String said =
                log(tenant.all("/v1/tasks?workflow=" + id).getFirst().get("id").asText());
        assertThat(said).as("the guest's processor").containsIgnoringCase("QEMU");
        System.out.printf(
                Locale.ROOT,
                "vm: a workflow of 24 tasks in %d guests took %.1f s, boots included%n",
                instances.size(),
                (System.nanoTime() - began) / 1e9);
        endAll();
    }

    @Test
    @Order(2)
    @Timeout(600)
    void startsHotFromMemoryFromTheDiskAndCold() throws Exception {
        List<Double> cold = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            pools(600, "NONE", 1);
            cold.add(start("cold-" + i, "COLD"));
            if (i < STARTS - 1) {
                endAll();
            }
        }
        List<Double> hot = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            hot.add(start("hot-" + i, "HOT"));
        }
        List<Double> hibernated = standbyStarts("HIBERNATED");
        List<Double> suspended = standbyStarts("SUSPENDED");
        report("cold", cold);
        report("hibernated", hibernated);
        report("suspended", suspended);
        report("hot", hot);
        assertThat(median(hot)).isLessThan(median(hibernated));
        assertThat(median(suspended)).isLessThan(median(hibernated));
        assertThat(median(hibernated)).isLessThan(median(cold));
        // A task also waits for a tick or a poll, and for its start: what was measured is a little more than the lead.
        matches(median(cold), "LAUNCH");
        matches(median(hibernated), "WAKE_HIBERNATED");
        matches(median(suspended), "WAKE_SUSPENDED");
        endAll();
    }

    private static void matches(double measured, String way) throws InterruptedException {
        JsonNode known = learned(way);
        double median = known.get("medianSeconds").asDouble();
        System.out.printf(
                Locale.ROOT,
                "vm: learned of %-16s median %.2f s, p90 %.2f s of %d; measured %.2f s%n",
                way,
                median,
                known.get("p90Seconds").asDouble(),
                known.get("seen").asInt(),
                measured);
        assertThat(median).as(way).isBetween(measured / 2 - 0.5, measured * 1.5 + 0.5);
    }

    /** What is learned of the whole way. */
    private static JsonNode learned(String way) throws InterruptedException {
        for (JsonNode known : operator.get("/v1/providers/rack/lead-times").get("items")) {
            if (known.get("way").asText().equals(way)
                    && known.get("phase").asText().equals("READY")) {
                return known;
            }
        }
        throw new AssertionError("nothing is learned of " + way);
    }

    private static List<Double> standbyStarts(String mode) throws Exception {
        List<Double> waits = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            pools(0.5, mode, 1);
            awaitStates("standby", Set.of("STANDBY"));
            waits.add(start(mode + "-" + i, "STANDBY"));
        }
        return waits;
    }

    @Test
    @Order(3)
    @Timeout(400)
    void goesOnWhenAGuestIsKilledTheDaemonRestartsOrASavedImageIsCorrupt() throws Exception {
        Hypervisor hypervisor = required(host);
        pools(600, "NONE", 1);
        String killed = submit("killed", "sleep 8; echo done", 3);
        Fleet.await("a task that runs", BOOT, () -> state("/v1/tasks/" + killed).equals("RUNNING"));
        String under = tenant.get("/v1/tasks/" + killed).get("instance").asText();
        long before = System.nanoTime();
        hypervisor.emulators().forEach(ProcessHandle::destroyForcibly);
        Fleet.await("the end of its guest to be known", BOOT, () -> ENDED.contains(instanceState(under)));
        System.out.printf(
                Locale.ROOT, "vm: a killed guest's end was known after %.1f s%n", (System.nanoTime() - before) / 1e9);
        Fleet.await("the task again, on another guest", BOOT, () -> succeeded(killed));
        JsonNode task = tenant.get("/v1/tasks/" + killed);
        assertThat(task.get("losses").asInt()).as("machines lost under it").isEqualTo(1);
        assertThat(task.get("attempt").asInt()).isEqualTo(2);

        String through = submit("through", "sleep 3; echo done", 1);
        hypervisor.kill();
        hypervisor.start();
        Fleet.await("a task that outlives the daemon", BOOT, () -> succeeded(through));
        assertThat(tenant.get("/v1/tasks/" + through).get("attempt").asInt()).isEqualTo(1);

        pools(0.5, "HIBERNATED", 1);
        awaitStates("standby", Set.of("STANDBY"));
        corrupt(hypervisor.saved());
        String after = submit("after", "echo done", 1);
        Fleet.await("a task on what was a corrupt image", BOOT, () -> succeeded(after));
        endAll();
    }

    @Test
    @Order(3)
    @Timeout(600)
    void waitsForMemoryOnAHostThatHasNoneLeft() throws Exception {
        Hypervisor hypervisor = required(host);
        pools(600, "NONE", 1);
        String id;
        // Enough for an emulator's program, not for a guest: its kernel call for memory fails, as on a host that is
        // full.
        hypervisor.memoryOfNewGuests(OptionalInt.of(700));
        try {
            id = submit("too-big", "echo done", 1);
            Fleet.await("a launch that found no memory", BOOT, () -> !failed().isEmpty());
            assertThat(state("/v1/tasks/" + id)).isEqualTo("QUEUED");
            for (JsonNode instance : failed()) {
                assertThat(instance.get("costNanoUsd").asLong())
                        .as("billed of %s", instance)
                        .isZero();
                assertThat(reasons(instance.get("id").asText()))
                        .as("why it failed")
                        .anyMatch(reason -> reason.contains("capacity"));
            }
            assertThat(hypervisor.emulators()).as("emulators left").isEmpty();
            assertThat(hypervisor.guestFiles()).as("files left").isEmpty();
        } finally {
            hypervisor.memoryOfNewGuests(OptionalInt.empty());
        }
        Fleet.await("the task, once there is memory again", BOOT, () -> succeeded(id));
        System.out.printf(
                Locale.ROOT, "vm: a host without memory refused %d launches, then the task ran%n", failed().size());
        endAll();
    }

    /** Instances that could not be launched. */
    private static List<JsonNode> failed() {
        try {
            return operator.all("/v1/instances").stream()
                    .filter(instance -> instance.get("state").asText().equals("FAILED"))
                    .toList();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> reasons(String instance) throws InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (JsonNode move : operator.get("/v1/instances/" + instance).get("timeline")) {
            reasons.add(
                    move.get("reasonCode").asText() + ": " + move.get("reason").asText());
        }
        return reasons;
    }

    @Test
    @Order(4)
    @Timeout(400)
    void launchesOnceWhenTheControlPlaneIsKilledWhileAGuestBoots() throws Exception {
        Hypervisor hypervisor = required(host);
        ControlPlane controlPlane = required(running);
        pools(600, "NONE", 1);
        String id = submit("orphan", "echo done", 1);
        Fleet.await("a guest that boots", BOOT, () -> !hypervisor.emulators().isEmpty());
        int launches = learned("LAUNCH").get("seen").asInt();
        controlPlane.kill();
        controlPlane.start().awaitReady();
        assertThat(learned("LAUNCH").get("seen").asInt())
                .as("launches learned of, from rows")
                .isGreaterThanOrEqualTo(launches);
        Fleet.await("the task, in the guest of before", BOOT, () -> succeeded(id));
        assertThat(hypervisor.emulators()).hasSize(1);
        endAll();
        JsonNode costs = operator.get("/v1/costs/summary");
        assertThat(costs.get("chargesNanoUsd").asLong()
                        + costs.get("unattributedNanoUsd").asLong())
                .as("charges + unattributed, over everything that these tests did")
                .isEqualTo(costs.get("instanceCostNanoUsd").asLong())
                .isPositive();
    }

    /**
     * Bursts of tasks with pauses in between. Nobody tells the policy when to sleep: by the lead times that it learned here
     * and the host's prices (a guest on the disk costs its disk) it puts the idle guest there, and wakes it for the next burst.
     */
    @Test
    @Order(5)
    @EnabledIfSystemProperty(
            named = "warmfront.vm-policy",
            matches = "true",
            disabledReason = "takes ten minutes: ask for it by -Dwarmfront.vm-policy=true")
    @Timeout(2_400)
    void thePolicyHibernatesAnIdleGuestByItselfAndWakesItForTheNextBurst() throws Exception {
        ControlPlane controlPlane = required(running);
        // A new tenure goes by what was learned of lead times; and begins anew when they move, so it must be told of a
        // few
        // bursts then. Of the single tasks of the tests before, which came otherwise, it is told little.
        controlPlane.kill();
        controlPlane
                .with("warmfront.cell.policy.waiting-share", "0.4")
                .with("warmfront.cell.policy.window", "8m")
                .start()
                .awaitReady();
        long standbyBefore = standbyCost();
        operator.put(
                "/v1/pools/default/settings",
                Api.object()
                        .put("policy", "warmfront")
                        .put("standbyMode", "HIBERNATED")
                        .put("minReady", 0)
                        .put("maxInstances", 1));
        Map<String, List<Double>> waits = new TreeMap<>();
        List<String> decisions = List.of();
        for (int burst = 0;
                burst < MOST_BURSTS
                        && (decisions.size() < STARTS
                                || waits.getOrDefault("STANDBY", List.of()).size() < STARTS - 1);
                burst++) {
            for (int i = 0; i < TASKS_PER_BURST; i++) {
                JsonNode task = finish("burst-" + burst + "-" + i);
                // Apart from one another by more than a wake takes: a setting is tried on arrivals as they came, and
                // would have let all wait that came while it woke.
                Thread.sleep(BETWEEN_TASKS);
                waits.computeIfAbsent(task.get("startKind").asText(), kind -> new ArrayList<>())
                        .add(task.get("waitSeconds").asDouble());
            }
            Thread.sleep(BETWEEN_BURSTS);
            decisions = hibernationsOfThePolicy();
        }
        waits.forEach(VmIT::report);
        System.out.printf(
                Locale.ROOT,
                "vm: the policy hibernated %d times by itself, the last because %s; standby cost %d nano-dollars%n",
                decisions.size(),
                decisions.isEmpty() ? "-" : decisions.getLast(),
                standbyCost() - standbyBefore);
        assertThat(decisions).as("stops that the policy decided").hasSizeGreaterThanOrEqualTo(STARTS);
        List<Double> woken = waits.getOrDefault("STANDBY", List.of());
        assertThat(woken).as("bursts that woke the guest").hasSizeGreaterThanOrEqualTo(STARTS - 1);
        assertThat(median(waits.getOrDefault("HOT", List.of()))).isLessThan(median(woken));
        assertThat(median(woken)).isLessThan(median(waits.getOrDefault("COLD", List.of())));
        assertThat(standbyCost()).isGreaterThan(standbyBefore);
        endAll();
    }

    private static JsonNode finish(String name) throws InterruptedException {
        String id = submit(name, "warmfront-burn 0.1", 1);
        Fleet.await(name, BOOT, () -> succeeded(id));
        return tenant.get("/v1/tasks/" + id);
    }

    private static long standbyCost() throws InterruptedException {
        long cost = 0;
        for (JsonNode of : operator.get("/v1/costs/summary").get("tenants")) {
            cost += of.get("standbyNanoUsd").asLong();
        }
        return cost;
    }

    /** Why the policy put guests that are alive into hibernation, in its own words. */
    private static List<String> hibernationsOfThePolicy() throws InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (JsonNode instance : operator.all("/v1/instances")) {
            for (JsonNode move :
                    operator.get("/v1/instances/" + instance.get("id").asText()).get("timeline")) {
                if (move.get("to").asText().equals("STOPPING")
                        && move.get("reasonCode").asText().equals("level-does-not-pay")) {
                    reasons.add(move.get("reason").asText());
                }
            }
        }
        return reasons;
    }

    /** Cuts the saved memory short behind its header: only QEMU notices, when it reads it. */
    private static void corrupt(Path folder) throws IOException {
        try (Stream<Path> images = Files.list(folder)) {
            for (Path image : images.toList()) {
                try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                    file.setLength(file.length() / 8);
                }
            }
        }
    }

    /** How pools are run from now on. */
    private static void pools(double keepAliveSeconds, String standbyMode, int maxInstances)
            throws InterruptedException {
        operator.put(
                "/v1/pools/default/settings",
                Api.object()
                        .put("policy", "fixed-keep-alive")
                        .put("keepAliveSeconds", keepAliveSeconds)
                        .put("standbyMode", standbyMode)
                        .put("standbyKeepAliveSeconds", 600)
                        .put("minReady", 0)
                        .put("maxInstances", maxInstances));
    }

    private static String submit(String name, String script, int tries) throws InterruptedException {
        ObjectNode task = Api.object().put("name", name).put("taskType", "vm");
        task.set("command", Api.array("sh", "-c", script));
        task.putObject("resources").put("cpuMillis", 500).put("memoryBytes", 32 << 20);
        task.putObject("retry").put("maxAttempts", tries).put("backoffSeconds", 0);
        return tenant.post("/v1/tasks", task, name).get("id").asText();
    }

    /** Runs a task and gives the seconds that it waited. */
    private static double start(String name, String kind) throws InterruptedException {
        String id = submit(name, "echo done", 1);
        Fleet.await(name, BOOT, () -> succeeded(id));
        JsonNode task = tenant.get("/v1/tasks/" + id);
        assertThat(task.get("startKind").asText()).as(name).isEqualTo(kind);
        return task.get("waitSeconds").asDouble();
    }

    private static boolean succeeded(String task) {
        String state = state("/v1/tasks/" + task);
        assertThat(state).as("task %s", task).isNotIn("FAILED", "CANCELLED");
        return state.equals("SUCCEEDED");
    }

    private static String state(String path) {
        try {
            return tenant.get(path).get("state").asText();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String instanceState(String instance) {
        try {
            return operator.get("/v1/instances/" + instance).get("state").asText();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String log(String task) throws Exception {
        return tenant.text("/v1/tasks/" + task + "/logs");
    }

    /** Waits until every instance that has not ended is in one of the states. */
    private static void awaitStates(String what, Set<String> states) throws InterruptedException {
        Fleet.await(what, BOOT, () -> states.containsAll(alive()));
    }

    private static List<String> alive() {
        try {
            return operator.all("/v1/instances").stream()
                    .map(instance -> instance.get("state").asText())
                    .filter(state -> !ENDED.contains(state))
                    .toList();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends every guest; nothing of it is left on the host. */
    private static void endAll() throws InterruptedException, IOException {
        Fleet.drain(operator);
        awaitStates("every guest to end", Set.of());
        assertThat(required(host).emulators()).as("emulators left").isEmpty();
        assertThat(required(host).guestFiles()).as("files left").isEmpty();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void report(String kind, List<Double> waits) {
        System.out.printf(
                Locale.ROOT,
                "vm: %-10s start: median %.2f s of %s%n",
                kind,
                median(waits),
                waits.stream()
                        .map(wait -> String.format(Locale.ROOT, "%.2f", wait))
                        .toList());
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not started");
        }
        return value;
    }
}

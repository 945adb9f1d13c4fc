package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
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
    private static @Nullable VmWorld theWorld;

    private final VmWorld world = Objects.requireNonNull(theWorld, "not started");

    @BeforeAll
    static void startHostAndControlPlane() throws Exception {
        theWorld = new VmWorld("vm");
    }

    @AfterAll
    static void stop() throws IOException {
        if (theWorld != null) {
            theWorld.close();
        }
    }

    @Test
    @Order(1)
    @Timeout(400)
    void runsAWorkflowInGuestsThatItLaunched() throws Exception {
        world.pools(600, "NONE", 3);
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
        String id = world.tenant
                .post("/v1/workflows", workflow, "workflow")
                .get("id")
                .asText();
        Fleet.await("the workflow's end", Duration.ofMinutes(5), () -> !world.state("/v1/workflows/" + id)
                .equals("RUNNING"));
        assertThat(world.tenant.get("/v1/workflows/" + id).get("state").asText())
                .isEqualTo("SUCCEEDED");
        Set<String> instances = new TreeSet<>();
        for (JsonNode task : world.tenant.all("/v1/tasks?workflow=" + id)) {
            instances.add(task.get("instance").asText());
        }
        String said = world.log(world.tenant
                .all("/v1/tasks?workflow=" + id)
                .getFirst()
                .get("id")
                .asText());
        assertThat(said).as("the guest's processor").containsIgnoringCase("QEMU");
        System.out.printf(
                Locale.ROOT,
                "vm: a workflow of 24 tasks in %d guests took %.1f s, boots included%n",
                instances.size(),
                (System.nanoTime() - began) / 1e9);
        world.endAll();
    }

    @Test
    @Order(2)
    @Timeout(600)
    void startsHotFromMemoryFromTheDiskAndCold() throws Exception {
        List<Double> cold = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            world.pools(600, "NONE", 1);
            cold.add(world.start("cold-" + i, "COLD"));
            if (i < STARTS - 1) {
                world.endAll();
            }
        }
        List<Double> hot = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            hot.add(world.start("hot-" + i, "HOT"));
        }
        List<Double> hibernated = standbyStarts("HIBERNATED");
        List<Double> suspended = standbyStarts("SUSPENDED");
        VmWorld.report("cold", cold);
        VmWorld.report("hibernated", hibernated);
        VmWorld.report("suspended", suspended);
        VmWorld.report("hot", hot);
        assertThat(VmWorld.median(hot)).isLessThan(VmWorld.median(hibernated));
        assertThat(VmWorld.median(suspended)).isLessThan(VmWorld.median(hibernated));
        assertThat(VmWorld.median(hibernated)).isLessThan(VmWorld.median(cold));
        // A task also waits for a tick or a poll, and for its start: what was measured is a little more than the lead.
        matches(VmWorld.median(cold), "LAUNCH");
        matches(VmWorld.median(hibernated), "WAKE_HIBERNATED");
        matches(VmWorld.median(suspended), "WAKE_SUSPENDED");
        world.endAll();
    }

    private void matches(double measured, String way) throws InterruptedException {
        JsonNode known = world.learned(way);
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

    private List<Double> standbyStarts(String mode) throws Exception {
        List<Double> waits = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            world.pools(0.5, mode, 1);
            world.awaitStates("standby", Set.of("STANDBY"));
            waits.add(world.start(mode + "-" + i, "STANDBY"));
        }
        return waits;
    }

    @Test
    @Order(3)
    @Timeout(400)
    void goesOnWhenAGuestIsKilledTheDaemonRestartsOrASavedImageIsCorrupt() throws Exception {
        world.pools(600, "NONE", 1);
        String killed = world.submit("killed", "sleep 8; echo done", 3);
        Fleet.await("a task that runs", VmWorld.BOOT, () -> world.state("/v1/tasks/" + killed)
                .equals("RUNNING"));
        String under = world.tenant.get("/v1/tasks/" + killed).get("instance").asText();
        long before = System.nanoTime();
        long swept = world.sweeps("");
        world.host.emulators().forEach(ProcessHandle::destroyForcibly);
        Fleet.await(
                "the end of its guest to be known",
                VmWorld.BOOT,
                () -> VmWorld.ENDED.contains(world.instanceState(under)));
        long sweeps = world.sweeps("") - swept;
        System.out.printf(
                Locale.ROOT,
                "vm: a killed guest's end was known after %.1f s, in which %d sweeps ended%n",
                (System.nanoTime() - before) / 1e9,
                sweeps);
        assertThat(sweeps)
                .as("two, one that was under way, and one while it was asked for")
                .isLessThanOrEqualTo(4);
        Fleet.await("the task again, on another guest", VmWorld.BOOT, () -> world.succeeded(killed));
        JsonNode task = world.tenant.get("/v1/tasks/" + killed);
        assertThat(task.get("losses").asInt()).as("machines lost under it").isEqualTo(1);
        assertThat(task.get("attempt").asInt()).isEqualTo(2);

        String through = world.submit("through", "sleep 8; echo done", 1);
        Fleet.await("a task that runs", VmWorld.BOOT, () -> world.state("/v1/tasks/" + through)
                .equals("RUNNING"));
        List<String> machines = world.alive();
        world.host.kill();
        world.host.start();
        long answered = world.sweeps("outcome=\"answered\"");
        Fleet.await(
                "two sweeps of the daemon that is back",
                VmWorld.BOOT,
                () -> world.sweeps("outcome=\"answered\"") >= answered + 2);
        assertThat(world.alive()).as("machines after two sweeps").hasSameSizeAs(machines);
        assertThat(world.host.emulators()).as("guests that run").hasSize(1);
        Fleet.await("a task that outlives the daemon", VmWorld.BOOT, () -> world.succeeded(through));
        assertThat(world.tenant.get("/v1/tasks/" + through).get("attempt").asInt())
                .isEqualTo(1);

        world.pools(0.5, "HIBERNATED", 1);
        world.awaitStates("standby", Set.of("STANDBY"));
        corrupt(world.host.saved());
        String after = world.submit("after", "echo done", 1);
        Fleet.await("a task on what was a corrupt image", VmWorld.BOOT, () -> world.succeeded(after));
        world.endAll();
    }

    @Test
    @Order(3)
    @Timeout(600)
    void waitsForMemoryOnAHostThatHasNoneLeft() throws Exception {
        world.pools(600, "NONE", 1);
        String id;
        // Enough for an emulator's program, not for a guest: its kernel call for memory fails, as on a host that is
        // full.
        world.host.memoryOfNewGuests(OptionalInt.of(700));
        try {
            id = world.submit("too-big", "echo done", 1);
            Fleet.await("a launch that found no memory", VmWorld.BOOT, () -> !failed().isEmpty());
            assertThat(world.state("/v1/tasks/" + id)).isEqualTo("QUEUED");
            for (JsonNode instance : failed()) {
                assertThat(instance.get("costNanoUsd").asLong())
                        .as("billed of %s", instance)
                        .isZero();
                assertThat(reasons(instance.get("id").asText()))
                        .as("why it failed")
                        .anyMatch(reason -> reason.contains("capacity"));
            }
            assertThat(world.host.emulators()).as("emulators left").isEmpty();
            assertThat(world.host.guestFiles()).as("files left").isEmpty();
        } finally {
            world.host.memoryOfNewGuests(OptionalInt.empty());
        }
        Fleet.await("the task, once there is memory again", VmWorld.BOOT, () -> world.succeeded(id));
        System.out.printf(
                Locale.ROOT, "vm: a host without memory refused %d launches, then the task ran%n", failed().size());
        world.endAll();
    }

    /** Instances that could not be launched. */
    private List<JsonNode> failed() {
        try {
            return world.operator.all("/v1/instances").stream()
                    .filter(instance -> instance.get("state").asText().equals("FAILED"))
                    .toList();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> reasons(String instance) throws InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (JsonNode move : world.operator.get("/v1/instances/" + instance).get("timeline")) {
            reasons.add(
                    move.get("reasonCode").asText() + ": " + move.get("reason").asText());
        }
        return reasons;
    }

    @Test
    @Order(4)
    @Timeout(400)
    void launchesOnceWhenTheControlPlaneIsKilledWhileAGuestBoots() throws Exception {
        ControlPlane controlPlane = world.controlPlane;
        world.pools(600, "NONE", 1);
        String id = world.submit("orphan", "echo done", 1);
        Fleet.await("a guest that boots", VmWorld.BOOT, () -> !world.host
                .emulators()
                .isEmpty());
        int launches = world.learned("LAUNCH").get("seen").asInt();
        controlPlane.kill();
        controlPlane.start().awaitReady();
        assertThat(world.learned("LAUNCH").get("seen").asInt())
                .as("launches learned of, from rows")
                .isGreaterThanOrEqualTo(launches);
        Fleet.await("the task, in the guest of before", VmWorld.BOOT, () -> world.succeeded(id));
        assertThat(world.host.emulators()).hasSize(1);
        world.endAll();
        JsonNode costs = world.operator.get("/v1/costs/summary");
        assertThat(costs.get("chargesNanoUsd").asLong()
                        + costs.get("unattributedNanoUsd").asLong())
                .as("charges + unattributed, over everything that these tests did")
                .isEqualTo(costs.get("instanceCostNanoUsd").asLong())
                .isPositive();
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
}

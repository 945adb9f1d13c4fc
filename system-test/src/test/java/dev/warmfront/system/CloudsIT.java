package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmfront.aws.Ec2StandIn;
import dev.warmfront.gcp.GceStandIn;
import dev.warmfront.spi.BootedAgents;
import dev.warmfront.spi.StandInServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole control plane on the stand-ins of EC2 and Compute Engine: 2,000 tasks with and without GPUs, two zones of each
 * cloud of which one has no machines, and calls that are throttled, repeated and lost. The stand-ins' machines run real
 * agents.
 */
final class CloudsIT {

    private static final int TASKS = Integer.getInteger("warmfront.tasks", 2_000);
    private static final int GPU_TASKS = 40;
    private static final double GPU_SHARE = 0.4;
    private static final int THROTTLED = 3;
    private static final long BURST = 300;
    private static final long PER_SECOND = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Shorter than any cloud's, longer than a busy machine needs to notice. */
    private static final Duration NOTICE = Duration.ofSeconds(15);

    private static final String[] GPU_TYPES = {"g6.xlarge", "g2-standard-24"};
    private static final Map<String, String> TYPES =
            Map.of("aws", "m7i.large,g6.xlarge", "gcp", "n2-standard-2,g2-standard-24");

    /** What a cloud's stand-in does with spot machines. */
    private record Spot(Supplier<List<String>> living, BiConsumer<String, Duration> interrupt) {}

    @ParameterizedTest
    @ValueSource(strings = {"aws", "gcp"})
    @Timeout(900)
    void runsATaskOnceMoreElsewhereWhenItsSpotMachineIsTakenBack(String cloud) throws Exception {
        Path scratch = Scratch.folder("spot-" + cloud);
        Path agent = Path.of(ControlPlane.required("warmfront.agent-jar"));
        try (BootedAgents agents = new BootedAgents(agent, scratch.resolve("instances"));
                Ec2StandIn ec2 = Ec2StandIn.open(agents);
                GceStandIn gce = GceStandIn.open(agents);
                ControlPlane controlPlane = spotPlane(cloud, scratch, cloud.equals("aws") ? ec2 : gce)) {
            Spot spot = cloud.equals("aws")
                    ? new Spot(ec2::livingSpot, ec2::interrupt)
                    : new Spot(gce::livingSpot, gce::interrupt);
            controlPlane.start().awaitReady();
            Api operator = new Api(controlPlane.url(), controlPlane.operatorKey());
            Fleet fleet = new Fleet(operator, scratch, "spot");
            String id = fleet.submit("long", "[ $WARMFRONT_ATTEMPT -gt 1 ] || exec sleep 500");
            Fleet.await(
                    "a task that runs", PATIENCE, () -> state(fleet.task(id)).equals("RUNNING"));
            String machine = fleet.task(id).get("instance").asText();

            Instant noticed = Instant.now();
            spot.interrupt().accept(spot.living().get().getFirst(), NOTICE);
            Fleet.await(
                    "a machine that takes no more work", PATIENCE, () -> hasMoved(operator, machine, "interrupted"));
            Instant drained = Instant.now();
            String other = fleet.submit("other", "true");
            Fleet.await("the task again", PATIENCE, () -> state(fleet.task(id)).equals("SUCCEEDED"));
            Instant again = Instant.now();
            Fleet.await("the other", PATIENCE, () -> state(fleet.task(other)).equals("SUCCEEDED"));

            JsonNode task = fleet.task(id);
            assertThat(task.get("attempt").asInt()).isEqualTo(2);
            assertThat(task.get("losses").asInt()).isEqualTo(1);
            assertThat(task.get("failures").asInt()).isZero();
            assertThat(task.get("instance").asText()).isNotEqualTo(machine);
            assertThat(fleet.task(other).get("instance").asText())
                    .as("where what came after the notice ran")
                    .isNotEqualTo(machine);
            fleet.checkNothingLostNothingDouble();
            fleet.checkNoOrphans();
            fleet.drainEverything();
            fleet.checkConserved();
            System.out.printf(
                    "clouds: %s took a spot machine back: draining %d ms after the notice, its task done elsewhere %d ms"
                            + " after it (notice of %d s)%n",
                    cloud,
                    Duration.between(noticed, drained).toMillis(),
                    Duration.between(noticed, again).toMillis(),
                    NOTICE.toSeconds());
        }
    }

    private static ControlPlane spotPlane(String cloud, Path scratch, StandInServer standIn) {
        ControlPlane controlPlane = new ControlPlane("spot", scratch.resolve("data"), scratch).withoutLocalMachines();
        configure(controlPlane, cloud, standIn);
        String settings = "warmfront.providers." + cloud + ".settings.";
        return controlPlane
                .with(settings + "machine-types", cloud.equals("aws") ? "m7i.large" : "n2-standard-2")
                .with(settings + "spot", "true");
    }

    private static String state(JsonNode of) {
        return of.get("state").asText();
    }

    private static boolean hasMoved(Api operator, String instance, String reason) {
        try {
            for (JsonNode move : operator.get("/v1/instances/" + instance).get("timeline")) {
                if (move.get("reasonCode").asText().equals(reason)) {
                    return true;
                }
            }
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Timeout(1_800)
    void runsEverythingOnWhatTheCloudsHave() throws Exception {
        RandomGenerator random = Scratch.dice("clouds");
        Path scratch = Scratch.folder("clouds");
        Path agent = Path.of(ControlPlane.required("warmfront.agent-jar"));
        try (BootedAgents agents = new BootedAgents(agent, scratch.resolve("instances"));
                Ec2StandIn ec2 = Ec2StandIn.open(agents);
                GceStandIn gce = GceStandIn.open(agents);
                ControlPlane controlPlane = controlPlane(scratch, ec2, gce)) {
            limit(ec2, gce);
            ec2.throttle("RunInstances", THROTTLED);
            Instant began = Instant.now();
            controlPlane.start().awaitReady();
            Api operator = new Api(controlPlane.url(), controlPlane.operatorKey());
            Fleet fleet = new Fleet(operator, scratch, "clouds");
            fleet.submitForGpu(GPU_TASKS, "gpu", "L4", GPU_SHARE);
            fleet.submit(TASKS - GPU_TASKS, "cpu", random);
            Fleet.await("every task to end", Duration.ofMinutes(20), () -> CrashIT.ended(fleet));

            fleet.checkNothingLostNothingDouble();
            fleet.checkNoOrphans();
            Map<String, String> offerings = offerings(operator);
            checkPlaces(fleet, offerings);
            checkStockOutsWereMet(operator);
            fleet.drainEverything();
            fleet.checkConserved();
            Fleet.await(
                    "both clouds to be empty",
                    Duration.ofSeconds(30),
                    () -> ec2.livingTypes().isEmpty() && gce.livingTypes().isEmpty());

            long seconds = Duration.between(began, Instant.now()).toSeconds() + 1;
            assertThat(ec2.count("RunInstances"))
                    .as("launches asked of EC2")
                    .isGreaterThan(THROTTLED)
                    .isLessThanOrEqualTo((int) (BURST + PER_SECOND * seconds));
            assertThat(gce.count("insert"))
                    .as("launches asked of Compute Engine")
                    .isPositive()
                    // A call that comes twice is paid once.
                    .isLessThanOrEqualTo((int) (2 * (BURST + PER_SECOND * seconds)));
            System.out.printf(
                    "clouds: %d tasks in %d s; RunInstances %d, insert %d; machines %s%n",
                    fleet.acknowledged(), seconds, ec2.count("RunInstances"), gce.count("insert"), tally(offerings));
        }
    }

    private static ControlPlane controlPlane(Path scratch, Ec2StandIn ec2, GceStandIn gce) {
        ControlPlane controlPlane = new ControlPlane("clouds", scratch.resolve("data"), scratch).withoutLocalMachines();
        Map.of("aws", ec2, "gcp", gce).forEach((kind, standIn) -> {
            configure(controlPlane, kind, standIn);
            controlPlane.with("warmfront.providers." + kind + ".settings.machine-types", TYPES.getOrDefault(kind, ""));
        });
        // A game day for one of the clouds: calls are throttled, come twice, or are done and not answered.
        String prefix = "warmfront.providers.gcp.";
        controlPlane
                .with(prefix + "kind", "faulty")
                .with(prefix + "settings.of", "gcp")
                .with(prefix + "settings.throttle-percent", "5")
                .with(prefix + "settings.retry-after-millis", "300")
                .with(prefix + "settings.duplicate-percent", "5")
                .with(prefix + "settings.drop-answer-percent", "5");
        return controlPlane;
    }

    /** Has the control plane use a stand-in. */
    private static void configure(ControlPlane controlPlane, String kind, StandInServer standIn) {
        String prefix = "warmfront.providers." + kind + ".";
        standIn.settings().forEach((name, value) -> controlPlane.with(prefix + "settings." + name, value));
        controlPlane
                .with(prefix + "kind", kind)
                .with(prefix + "rate.burst", Long.toString(BURST))
                .with(prefix + "rate.per-second", Long.toString(PER_SECOND))
                // The stand-in's EC2 wants credentials from the SDK's chain; it takes any.
                .with("aws.accessKeyId", "AKIDSTANDIN")
                .with("aws.secretAccessKey", "stand-in");
    }

    /** In each cloud the first zone has nothing; the second has two machines without GPUs and one with. */
    private static void limit(Ec2StandIn ec2, GceStandIn gce) {
        for (String type : TYPES.getOrDefault("aws", "").split(",", -1)) {
            ec2.capacity(Ec2StandIn.zones().getFirst(), type, 0);
            ec2.capacity(Ec2StandIn.zones().getLast(), type, type.startsWith("g") ? 1 : 2);
        }
        for (String type : TYPES.getOrDefault("gcp", "").split(",", -1)) {
            gce.capacity(GceStandIn.zones().getFirst(), type, 0);
            gce.capacity(GceStandIn.zones().getLast(), type, type.startsWith("g2") ? 1 : 2);
        }
    }

    private static Map<String, String> offerings(Api operator) throws InterruptedException {
        Map<String, String> offerings = new HashMap<>();
        for (JsonNode instance : operator.all("/v1/instances")) {
            offerings.put(instance.get("id").asText(), instance.get("offering").asText());
        }
        return offerings;
    }

    /** Tasks for L4 ran where there is one, were told which, and never had more of it at once than it has room for. */
    private static void checkPlaces(Fleet fleet, Map<String, String> offerings) throws Exception {
        Map<String, List<JsonNode>> byDevice = new HashMap<>();
        for (JsonNode task : fleet.tasks()) {
            String machine = task.get("instance").asText();
            if (!task.at("/resources/gpus/L4").isMissingNode()) {
                assertThat(offerings.get(machine))
                        .as("where %s ran", task.get("id"))
                        .containsAnyOf(GPU_TYPES);
                String said = fleet.log(task.get("id").asText());
                assertThat(said).as("what %s was told", task.get("id")).matches("gpus=[0-3]\\n");
                byDevice.computeIfAbsent(machine + " " + said.strip(), m -> new ArrayList<>())
                        .add(task);
            }
        }
        assertThat(byDevice).isNotEmpty();
        byDevice.forEach((device, onIt) -> onIt.forEach(task -> {
            Instant at = Instant.parse(task.get("startedAt").asText());
            long together = onIt.stream()
                    .filter(other -> !Instant.parse(other.get("startedAt").asText())
                                    .isAfter(at)
                            && Instant.parse(other.get("finishedAt").asText()).isAfter(at))
                    .count();
            assertThat(together * GPU_SHARE).as("%s at %s", device, at).isLessThanOrEqualTo(1.0);
        }));
        System.out.printf("clouds: tasks with GPUs by device %s%n", sizes(byDevice));
    }

    private static Map<String, Integer> sizes(Map<String, List<JsonNode>> byDevice) {
        Map<String, Integer> sizes = new TreeMap<>();
        byDevice.forEach((device, tasks) -> sizes.put(device, tasks.size()));
        return sizes;
    }

    private static void checkStockOutsWereMet(Api operator) throws InterruptedException {
        List<JsonNode> instances = operator.all("/v1/instances");
        for (String zone :
                List.of(Ec2StandIn.zones().getFirst(), GceStandIn.zones().getFirst())) {
            assertThat(instances)
                    .as("launches in %s, which has nothing", zone)
                    .filteredOn(instance -> instance.get("offering").asText().contains("/" + zone + "/"))
                    .isNotEmpty()
                    .allMatch(instance -> instance.get("state").asText().equals("FAILED"));
        }
    }

    private static Map<String, Integer> tally(Map<String, String> offerings) {
        Map<String, Integer> tally = new HashMap<>();
        offerings.values().forEach(offering -> tally.merge(offering, 1, Integer::sum));
        return tally;
    }
}

package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmfront.aws.Ec2StandIn;
import dev.warmfront.gcp.GceStandIn;
import dev.warmfront.spi.BootedAgents;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    private static final Map<String, String> TYPES =
            Map.of("aws", "m7i.large,g6.xlarge", "gcp", "n2-standard-2,g2-standard-4");

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
            checkPlaces(fleet.tasks(), offerings);
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
        Map.of("aws", ec2.settings(), "gcp", gce.settings()).forEach((kind, settings) -> {
            String prefix = "warmfront.providers." + kind + ".";
            controlPlane.with(prefix + "kind", kind);
            settings.forEach((name, value) -> controlPlane.with(prefix + "settings." + name, value));
            controlPlane.with(prefix + "settings.machine-types", TYPES.getOrDefault(kind, ""));
            controlPlane.with(prefix + "rate.burst", Long.toString(BURST));
            controlPlane.with(prefix + "rate.per-second", Long.toString(PER_SECOND));
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
        // The stand-in's EC2 wants credentials from the SDK's chain; it takes any.
        return controlPlane.with("aws.accessKeyId", "AKIDSTANDIN").with("aws.secretAccessKey", "stand-in");
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

    /** Tasks for L4 ran where there is one, and never more of them at once than it has room for. */
    private static void checkPlaces(List<JsonNode> tasks, Map<String, String> offerings) {
        Map<String, List<JsonNode>> byMachine = new HashMap<>();
        for (JsonNode task : tasks) {
            String machine = task.get("instance").asText();
            if (!task.at("/resources/gpus/L4").isMissingNode()) {
                assertThat(offerings.get(machine))
                        .as("where %s ran", task.get("id"))
                        .containsAnyOf("g6.xlarge", "g2-standard-4");
                byMachine.computeIfAbsent(machine, m -> new ArrayList<>()).add(task);
            }
        }
        assertThat(byMachine).isNotEmpty();
        byMachine.forEach((machine, onIt) -> onIt.forEach(task -> {
            Instant at = Instant.parse(task.get("startedAt").asText());
            long together = onIt.stream()
                    .filter(other -> !Instant.parse(other.get("startedAt").asText())
                                    .isAfter(at)
                            && Instant.parse(other.get("finishedAt").asText()).isAfter(at))
                    .count();
            assertThat(together * GPU_SHARE).as("GPU of %s at %s", machine, at).isLessThanOrEqualTo(1.0);
        }));
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

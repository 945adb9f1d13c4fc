package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The policy runs real guests by what it learned of them here. */
final class VmPolicyIT {

    /** So many wakes are wanted, and one stop more. */
    private static final int WAKES = 4;

    /** Part of the work that the policy has to do with, not of waiting for it. */
    private static final Duration BETWEEN_BURSTS = Duration.ofSeconds(60);

    private static final Duration BETWEEN_TASKS = Duration.ofSeconds(5);
    /** Few: what a burst costs whatever is done between bursts must not hide the difference. One in four then waits. */
    private static final int TASKS_PER_BURST = 4;

    private static final String WAITING_SHARE = "0.6";
    private static final int MOST_BURSTS = 20;

    /** Of fewer it is not known well enough that waking is the shorter way: the policy goes by the ninth of ten. */
    private static final int LEARNED_OF = 6;

    /**
     * Bursts of tasks with pauses in between. Nobody tells the policy when to sleep: by the lead times that it learned here
     * and the host's prices (a guest on the disk costs its disk) it puts the idle guest there, and wakes it for the next burst.
     */
    @Test
    @EnabledIfSystemProperty(
            named = "warmfront.vm-policy",
            matches = "true",
            disabledReason = "takes ten minutes: ask for it by -Dwarmfront.vm-policy=true")
    @Timeout(2_400)
    void thePolicyHibernatesAnIdleGuestByItselfAndWakesItForTheNextBurst() throws Exception {
        try (VmWorld world = new VmWorld("vm-policy")) {
            learn(world);
            burst(world);
        }
    }

    /** What a launch, a stop and a wake take here. */
    private static void learn(VmWorld world) throws Exception {
        for (int i = 0; i < LEARNED_OF; i++) {
            world.pools(600, "NONE", 1);
            world.start("cold-" + i, "COLD");
            world.endAll();
        }
        world.pools(600, "NONE", 1);
        world.start("cold", "COLD");
        for (int i = 0; i < LEARNED_OF; i++) {
            world.pools(0.5, "HIBERNATED", 1);
            world.awaitStates("standby", Set.of("STANDBY"));
            world.start("woken-" + i, "STANDBY");
        }
        world.endAll();
    }

    private static void burst(VmWorld world) throws Exception {
        // A new tenure goes by what was learned of lead times; and begins anew when they move, so it must be told of a
        // few
        // bursts then. Of the single tasks of the tests before, which came otherwise, it is told little.
        world.controlPlane.kill();
        world.controlPlane
                .with("warmfront.cell.policy.waiting-share", WAITING_SHARE)
                .with("warmfront.cell.policy.window", "8m")
                .start()
                .awaitReady();
        long standbyBefore = standbyCost(world);
        world.operator.put(
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
                        && (decisions.size() <= WAKES
                                || waits.getOrDefault("STANDBY", List.of()).size() < WAKES);
                burst++) {
            for (int i = 0; i < TASKS_PER_BURST; i++) {
                JsonNode task = finish(world, "burst-" + burst + "-" + i);
                // Apart from one another by more than a wake takes: a setting is tried on arrivals as they came, and
                // would have let all wait that came while it woke.
                Thread.sleep(BETWEEN_TASKS);
                waits.computeIfAbsent(task.get("startKind").asText(), kind -> new ArrayList<>())
                        .add(task.get("waitSeconds").asDouble());
            }
            Thread.sleep(BETWEEN_BURSTS);
            decisions = hibernationsOfThePolicy(world);
        }
        waits.forEach(VmWorld::report);
        System.out.printf(
                Locale.ROOT,
                "vm: the policy hibernated %d times by itself, the last because %s; standby cost %d nano-dollars%n",
                decisions.size(),
                decisions.isEmpty() ? "-" : decisions.getLast(),
                standbyCost(world) - standbyBefore);
        assertThat(decisions).as("stops that the policy decided").hasSizeGreaterThan(WAKES);
        List<Double> woken = waits.getOrDefault("STANDBY", List.of());
        assertThat(woken).as("bursts that woke the guest").hasSizeGreaterThanOrEqualTo(WAKES);
        assertThat(VmWorld.median(waits.getOrDefault("HOT", List.of()))).isLessThan(VmWorld.median(woken));
        assertThat(VmWorld.median(woken)).isLessThan(VmWorld.median(waits.getOrDefault("COLD", List.of())));
        assertThat(standbyCost(world)).isGreaterThan(standbyBefore);
        world.endAll();
    }

    private static JsonNode finish(VmWorld world, String name) throws InterruptedException {
        String id = world.submit(name, "warmfront-burn 0.1", 1);
        Fleet.await(name, VmWorld.BOOT, () -> world.succeeded(id));
        return world.tenant.get("/v1/tasks/" + id);
    }

    private static long standbyCost(VmWorld world) throws InterruptedException {
        long cost = 0;
        for (JsonNode of : world.operator.get("/v1/costs/summary").get("tenants")) {
            cost += of.get("standbyNanoUsd").asLong();
        }
        return cost;
    }

    /** Why the policy put guests that are alive into hibernation, in its own words. */
    private static List<String> hibernationsOfThePolicy(VmWorld world) throws InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (JsonNode instance : world.operator.all("/v1/instances")) {
            for (JsonNode move : world.operator
                    .get("/v1/instances/" + instance.get("id").asText())
                    .get("timeline")) {
                if (move.get("to").asText().equals("STOPPING")
                        && move.get("reasonCode").asText().equals("level-does-not-pay")) {
                    reasons.add(move.get("reason").asText());
                }
            }
        }
        return reasons;
    }
}

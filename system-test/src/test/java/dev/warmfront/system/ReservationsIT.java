package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks are given what like tasks needed, and more as they use more: from agents' samples to what they are told, through a kill. */
final class ReservationsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long REQUEST = 256L << 20;
    private static final long MORE = 48L << 20;

    /** Four more than a curve takes: one may end before it was sampled. */
    private static final int RUNS = 16;

    private int number;

    private String submit(Api tenant, String script) throws InterruptedException {
        ObjectNode task = Api.object().put("name", "t" + number).put("taskType", "steady");
        task.set("command", Api.array("sh", "-c", script));
        task.putObject("resources").put("cpuMillis", 200).put("memoryBytes", REQUEST);
        return tenant.post("/v1/tasks", task, "t" + number++).get("id").asText();
    }

    /** The task's reservation as soon as it is as wanted. */
    private static JsonNode await(Api tenant, String task, Predicate<JsonNode> wanted) throws InterruptedException {
        List<JsonNode> found = new ArrayList<>();
        Fleet.await("reservation of " + task, PATIENCE, () -> {
            try {
                tenant.all("/v1/reservations").stream()
                        .filter(one -> one.get("task").asText().equals(task) && wanted.test(one))
                        .findFirst()
                        .ifPresent(found::add);
                return !found.isEmpty();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return found.getFirst();
    }

    private static boolean isOver(JsonNode reservation) {
        return reservation.get("state").asText().equals("RELEASED");
    }

    @Test
    @Timeout(400)
    void tasksAreGivenWhatTheirLikeNeededAndMoreBeforeTheyAreAtTheirLimit() throws Exception {
        Path scratch = Scratch.folder("reservations");
        try (ControlPlane controlPlane = new ControlPlane("reservations", scratch.resolve("data"), scratch)
                .with("warmfront.cell.event-log", scratch.resolve("events").toString())) {
            controlPlane.start().awaitReady();
            Api operator = new Api(controlPlane.url(), controlPlane.operatorKey());
            operator.put(
                    "/v1/pools/default/settings",
                    Api.object().put("reserveBy", "CURVE").put("maxInstances", 3));
            Api tenant = tenant(operator, "steady");
            learn(tenant);

            String hungry = submit(tenant, "sleep 2; warmfront-burn 4 " + MORE);
            JsonNode begun =
                    await(tenant, hungry, one -> one.get("state").asText().equals("COMMITTED"));
            assertThat(begun.get("memoryBytes").asLong()).isLessThan(MORE);
            JsonNode escalated =
                    await(tenant, hungry, one -> one.get("memoryBytes").asLong() >= MORE);
            assertThat(escalated.get("reason").asText()).isEqualTo("ESCALATED");
            controlPlane.kill();
            controlPlane.start().awaitReady();
            await(tenant, hungry, ReservationsIT::isOver);
            assertThat(tenant.get("/v1/tasks/" + hungry).get("state").asText()).isEqualTo("SUCCEEDED");
            seenByThoseWhoMay(operator, tenant, hungry);
            Fleet.drain(operator);
            Fleet.await("the machines to end", PATIENCE, () -> DecisionsIT.noneIsLeft(operator));
        }
    }

    private static Api tenant(Api operator, String id) throws InterruptedException {
        operator.post("/v1/tenants", Api.object().put("id", id), "make-" + id);
        JsonNode key =
                operator.post("/v1/tenants/" + id + "/keys", Api.object().put("role", "tenant-writer"), "key-" + id);
        return operator.as(key.get("key").asText());
    }

    /** Until the cell has heard what the type's tasks need. */
    private void learn(Api tenant) throws InterruptedException {
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            runs.add(submit(tenant, "sleep 2.5"));
        }
        for (String run : runs) {
            JsonNode first = await(tenant, run, ReservationsIT::isOver);
            assertThat(first.get("memoryBytes").asLong())
                    .as("too little is known")
                    .isEqualTo(REQUEST);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode memory = Api.object();
        while (memory.size() < 2) {
            assertThat(System.nanoTime()).as("no curve came: " + memory).isLessThan(deadline);
            memory = await(tenant, submit(tenant, "sleep 1.5"), ReservationsIT::isOver)
                    .get("memory");
        }
        assertThat(memory.get(memory.size() - 1).get("amount").asLong())
                .as("at last what it asks for")
                .isEqualTo(REQUEST);
    }

    private static void seenByThoseWhoMay(Api operator, Api tenant, String task) throws InterruptedException {
        assertThat(tenant(operator, "curious").all("/v1/reservations")).isEmpty();
        assertThat(operator.all("/v1/reservations"))
                .anyMatch(one -> one.get("task").asText().equals(task) && one.has("instance"));
        assertThat(tenant.all("/v1/reservations")).noneMatch(one -> one.has("instance"));
        JsonNode page = tenant.get("/v1/reservations?state=RELEASED&limit=2");
        JsonNode next = tenant.get("/v1/reservations?state=RELEASED&limit=2&cursor="
                + page.get("next").asText());
        assertThat(page.get("items")).hasSize(2).doesNotContainAnyElementsOf(next.get("items"));
    }
}

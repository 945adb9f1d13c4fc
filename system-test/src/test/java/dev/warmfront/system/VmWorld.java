package dev.warmfront.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmfront.libvirt.Hypervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A host with QEMU guests, a control plane that uses it, and one tenant. */
final class VmWorld implements AutoCloseable {

    static final Duration BOOT = Duration.ofMinutes(4);
    static final Set<String> ENDED = Set.of("TERMINATED", "FAILED");

    final Hypervisor host;
    final ControlPlane controlPlane;
    final Api operator;
    final Api tenant;

    /** @param folder name of its folder */
    VmWorld(String folder) throws Exception {
        VirtualMachines.require();
        host = new Hypervisor();
        VirtualMachines.install(host);
        Path scratch = Scratch.folder(folder);
        controlPlane =
                VirtualMachines.configure(new ControlPlane("control-plane", scratch.resolve("data"), scratch), host);
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

    @Override
    public void close() throws IOException {
        controlPlane.close();
        host.close();
    }

    /** How pools are run from now on. */
    void pools(double keepAliveSeconds, String standbyMode, int maxInstances) throws InterruptedException {
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

    String submit(String name, String script, int tries) throws InterruptedException {
        ObjectNode task = Api.object().put("name", name).put("taskType", "vm");
        task.set("command", Api.array("sh", "-c", script));
        task.putObject("resources").put("cpuMillis", 500).put("memoryBytes", 32 << 20);
        task.putObject("retry").put("maxAttempts", tries).put("backoffSeconds", 0);
        return tenant.post("/v1/tasks", task, name).get("id").asText();
    }

    /** Runs a task and gives the seconds that it waited. */
    double start(String name, String kind) throws InterruptedException {
        String id = submit(name, "echo done", 1);
        Fleet.await(name, BOOT, () -> succeeded(id));
        JsonNode task = tenant.get("/v1/tasks/" + id);
        assertThat(task.get("startKind").asText()).as(name).isEqualTo(kind);
        return task.get("waitSeconds").asDouble();
    }

    boolean succeeded(String task) {
        String state = state("/v1/tasks/" + task);
        assertThat(state).as("task %s", task).isNotIn("FAILED", "CANCELLED");
        return state.equals("SUCCEEDED");
    }

    String state(String path) {
        try {
            return tenant.get(path).get("state").asText();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String instanceState(String instance) {
        try {
            return operator.get("/v1/instances/" + instance).get("state").asText();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String log(String task) throws Exception {
        return tenant.text("/v1/tasks/" + task + "/logs");
    }

    /** Waits until every instance that has not ended is in one of the states. */
    void awaitStates(String what, Set<String> states) throws InterruptedException {
        Fleet.await(what, BOOT, () -> states.containsAll(alive()));
    }

    List<String> alive() {
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
    void endAll() throws InterruptedException, IOException {
        Fleet.drain(operator);
        awaitStates("every guest to end", Set.of());
        assertThat(host.emulators()).as("emulators left").isEmpty();
        assertThat(host.guestFiles()).as("files left").isEmpty();
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    static void report(String kind, List<Double> waits) {
        System.out.printf(
                Locale.ROOT,
                "vm: %-10s start: median %.2f s of %s%n",
                kind,
                median(waits),
                waits.stream()
                        .map(wait -> String.format(Locale.ROOT, "%.2f", wait))
                        .toList());
    }

    /**
     * How often the host has been asked for all its guests.
     *
     * @param outcome a label of the metric that must be there; empty: whatever came of it
     */
    long sweeps(String outcome) {
        try {
            double sum = operator.text("/q/metrics")
                    .lines()
                    .filter(line -> line.startsWith("warmfront_provider_call_seconds_count")
                            && line.contains("operation=\"describe\"")
                            && line.contains("provider=\"rack\"")
                            && line.contains(outcome))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
            assertThat(sum).as("sweeps, by the metrics").isPositive();
            return (long) sum;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is learned of the whole way. */
    JsonNode learned(String way) throws InterruptedException {
        for (JsonNode known : operator.get("/v1/providers/rack/lead-times").get("items")) {
            if (known.get("way").asText().equals(way)
                    && known.get("phase").asText().equals("READY")) {
                return known;
            }
        }
        throw new AssertionError("nothing is learned of " + way);
    }
}

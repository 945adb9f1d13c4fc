package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an operator does to and asks of a whole installation. */
final class Installation {

    private static final Set<String> ENDED = Set.of("TERMINATED", "FAILED");
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final Api operator;
    private final ControlPlane controlPlane;

    Installation(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
        this.operator = controlPlane.operator();
    }

    Api operator() {
        return operator;
    }

    /**
     * Says how every pool is run.
     *
     * @param keepAliveSeconds how long an idle machine stays hot before it goes to standby
     * @param minReady idle machines always held
     */
    void poolSettings(double keepAliveSeconds, int minReady, int maxInstances, boolean paused)
            throws InterruptedException {
        ObjectNode settings = Json.object()
                .put("policy", "fixed-keep-alive")
                .put("keepAliveSeconds", keepAliveSeconds)
                .put("standbyKeepAliveSeconds", 600)
                .put("minReady", minReady)
                .put("maxInstances", maxInstances)
                .put("mode", paused ? "PAUSED" : "ACTIVE");
        String mode = standbyMode();
        if (!mode.isEmpty()) {
            settings.put("standbyMode", mode);
        }
        operator.put("/v1/pools/default/settings", settings);
    }

    /** The quickest standby that the providers are capable of; empty where there is none. */
    private String standbyMode() throws InterruptedException {
        Set<String> capabilities = new HashSet<>();
        for (JsonNode provider : operator.get("/v1/providers").path("items")) {
            provider.path("capabilities").forEach(capability -> capabilities.add(capability.asText()));
        }
        if (capabilities.contains("SUSPEND")) {
            return "SUSPENDED";
        }
        return capabilities.contains("STOP") ? "STOPPED" : "";
    }

    /** Ids of the instances that the API knows as not ended. */
    Set<String> alive() throws InterruptedException {
        Set<String> alive = new HashSet<>();
        for (JsonNode instance : operator.all("/v1/instances")) {
            if (!ENDED.contains(Json.text(instance, "state"))) {
                alive.add(Json.text(instance, "id"));
            }
        }
        return alive;
    }

    /** Ends every machine, and waits until the API knows them as ended; gives those that are not in time. */
    Set<String> drainAll(double withinSeconds) throws InterruptedException {
        for (String id : alive()) {
            operator.post("/v1/instances/" + Api.segment(id) + "/drain", Json.object());
        }
        long deadline = System.nanoTime() + Math.round(withinSeconds * 1e9);
        Set<String> left = alive();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            left = alive();
        }
        return left;
    }

    /**
     * Processes of instances that the API does not know as alive, at the end of the time that a sweep may take. The
     * kernel is asked, not the control plane.
     */
    List<InstanceProcesses.Owned> orphans(double withinSeconds) throws InterruptedException {
        long deadline = System.nanoTime() + Math.round(withinSeconds * 1e9);
        List<InstanceProcesses.Owned> orphans = strays();
        while (!orphans.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            orphans = strays();
        }
        return orphans;
    }

    private List<InstanceProcesses.Owned> strays() throws InterruptedException {
        // Processes first: one that appears in between belongs to an instance that the API already knew.
        List<InstanceProcesses.Owned> processes = InstanceProcesses.under(controlPlane.instances());
        Set<String> alive = alive();
        List<InstanceProcesses.Owned> strays = new ArrayList<>();
        for (InstanceProcesses.Owned owned : processes) {
            if (!alive.contains(owned.instance()) && owned.process().isAlive()) {
                strays.add(owned);
            }
        }
        return strays;
    }
}

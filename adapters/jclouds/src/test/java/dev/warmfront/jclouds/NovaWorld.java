package dev.warmfront.jclouds;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The project behind the stand-in. True to Nova: creating answers before a host is sought, and a server that finds none
 * stays as ERROR; names may be taken twice; wrong states and servers on their way are conflicts; a quota is refused at once.
 * Not true to it: no networks, volumes, hosts, roles or microversions, one region, and every host has room for a fixed
 * number of each flavor's servers.
 */
final class NovaWorld {

    static final String ZONE = "nova";
    static final String IMAGE = "0b7e6f5a-7d8f-4a53-9d0e-3d1f5f0b9a11";

    /** Flavors by name, with processors and MiB. */
    static final Map<String, int[]> FLAVORS = Map.of(
            "m1.small", new int[] {1, 2_048}, "m1.large", new int[] {4, 8_192}, "g1.large", new int[] {8, 32_768});

    /** A server; what it is on its way to comes when it is due. */
    private static final class Machine {
        private final String id = UUID.randomUUID().toString();
        private final Instant created = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        private final String name;
        private final String flavor;
        private final Map<String, String> metadata;
        private String status = "BUILD";
        private String task = "scheduling";
        private String next = "ACTIVE";
        private Instant due;

        private Machine(String name, String flavor, Map<String, String> metadata, Instant due) {
            this.name = name;
            this.flavor = flavor;
            this.metadata = metadata;
            this.due = due;
        }

        private void go(String doing, String to, Instant when) {
            task = doing;
            next = to;
            due = when;
        }
    }

    /** As it is shown; {@code task} is empty for none. */
    record Shown(
            String id,
            String name,
            String flavor,
            String status,
            String task,
            Instant created,
            Map<String, String> metadata) {}

    private static final String GONE = "GONE";

    private final Duration pace;
    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private final Map<String, Integer> capacity = new HashMap<>();
    private int quota = Integer.MAX_VALUE;

    /**
     * @param pace how long a transition takes
     */
    NovaWorld(Duration pace) {
        this.pace = pace;
    }

    /** How many servers of a flavor the hosts have room for, from now on. */
    synchronized void capacity(String flavor, int most) {
        capacity.put(flavor, most);
    }

    /** How many servers the project may have, failed ones included. */
    synchronized void quota(int most) {
        quota = most;
    }

    /** Every server, in the order of their creation. */
    synchronized List<Shown> servers() {
        settle();
        List<Shown> shown = new ArrayList<>();
        machines.values().forEach(machine -> shown.add(show(machine)));
        return shown;
    }

    synchronized Shown get(String id) {
        return show(find(id));
    }

    synchronized String create(String name, String flavor, String image, String zone, Map<String, String> metadata) {
        settle();
        if (!image.equals(IMAGE)) {
            throw NovaRefusal.bad("Can not find requested image");
        }
        if (!zone.equals(ZONE)) {
            throw NovaRefusal.bad("The requested availability zone is not available");
        }
        if (machines.size() >= quota) {
            throw new NovaRefusal(
                    403,
                    "forbidden",
                    "Quota exceeded for instances: Requested 1, but already used %d of %d instances"
                            .formatted(machines.size(), quota));
        }
        Machine machine = new Machine(name, flavor, metadata, Instant.now().plus(pace));
        long there = machines.values().stream()
                .filter(other -> other.flavor.equals(flavor) && !other.next.equals("ERROR"))
                .count();
        if (there >= capacity.getOrDefault(flavor, Integer.MAX_VALUE)) {
            machine.next = "ERROR";
        }
        machines.put(machine.id, machine);
        return machine.id;
    }

    /** One of os-start, os-stop, suspend and resume. */
    synchronized void act(String id, String verb) {
        Machine machine = find(id);
        if (!machine.task.isEmpty()) {
            throw NovaRefusal.conflict(verb, id, "task_state " + machine.task);
        }
        Instant when = Instant.now().plus(pace);
        switch (verb + " " + machine.status) {
            case "os-stop ACTIVE" -> machine.go("powering-off", "SHUTOFF", when);
            case "os-start SHUTOFF" -> machine.go("powering-on", "ACTIVE", when);
            case "suspend ACTIVE" -> machine.go("suspending", "SUSPENDED", when);
            case "resume SUSPENDED" -> machine.go("resuming", "ACTIVE", when);
            default -> throw NovaRefusal.conflict(verb, id, "vm_state " + machine.status);
        }
    }

    synchronized void delete(String id) {
        find(id).go("deleting", GONE, Instant.now().plus(pace));
    }

    /** It fails while it runs, as when its host dies. */
    synchronized void fail(String id) {
        Machine machine = find(id);
        machine.status = "ERROR";
        machine.task = "";
    }

    private Machine find(String id) {
        settle();
        Machine machine = machines.get(id);
        if (machine == null) {
            throw NovaRefusal.notFound(id);
        }
        return machine;
    }

    private void settle() {
        Instant now = Instant.now();
        machines.values().removeIf(machine -> {
            if (machine.task.isEmpty() || machine.due.isAfter(now)) {
                return false;
            }
            machine.status = machine.next;
            machine.task = "";
            return machine.status.equals(GONE);
        });
    }

    private static Shown show(Machine machine) {
        return new Shown(
                machine.id,
                machine.name,
                machine.flavor,
                machine.status,
                machine.task,
                machine.created,
                machine.metadata);
    }
}

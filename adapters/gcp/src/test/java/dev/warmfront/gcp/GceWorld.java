package dev.warmfront.gcp;

import com.google.cloud.compute.v1.Error;
import com.google.cloud.compute.v1.Errors;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Operation;
import dev.warmfront.cost.ListedPrice;
import dev.warmfront.cost.PriceBook;
import dev.warmfront.domain.ProviderId;
import dev.warmfront.spi.Machinery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Compute Engine project in one region, as far as the adapter can see it: operations that take time and carry errors,
 * request ids that are replayed, the status machine, names that a zone has once, stock-outs and quotas that show only in the
 * operation. It is built of the client's own message classes, so names and types are right by construction. It checks the
 * adapter's wiring, not Google's behaviour: networks, images, permissions, live migration and rate quotas are not there.
 */
final class GceWorld {

    /** The one project, region and two zones that there are. */
    static final String PROJECT = "stand-in";

    static final String REGION = "us-central1";
    static final List<String> ZONES = List.of("us-central1-a", "us-central1-b");

    private static final ProviderId GCP = new ProviderId("gcp");
    private static final int UNLIMITED = Integer.MAX_VALUE;

    /** Something that was asked for and is done when its time has come. */
    private static final class Task {
        private Operation operation;
        private final long doneAtNanos;
        private final Runnable end;
        private boolean done;

        private Task(Operation operation, long doneAtNanos, Runnable end) {
            this.operation = operation;
            this.doneAtNanos = doneAtNanos;
            this.end = end;
        }
    }

    private final Duration pace;
    private final Machinery machinery;
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, String> requests = new HashMap<>();
    private final Map<String, Integer> capacity = new HashMap<>();
    private int cpuQuota = UNLIMITED;
    private long made;

    /**
     * @param pace how long an operation takes
     * @param machinery what its machines run
     */
    GceWorld(Duration pace, Machinery machinery) {
        this.pace = pace;
        this.machinery = machinery;
    }

    synchronized void capacity(String zone, String type, int most) {
        capacity.put(zone + "/" + type, most);
    }

    synchronized void cpuQuota(int most) {
        cpuQuota = most;
    }

    /**
     * Compute Engine wants the capacity of a spot instance back: it says so to the machine, stops it, and deletes it.
     *
     * @param notice half a minute at Compute Engine
     */
    synchronized void preempt(String ref, Duration notice) {
        settle();
        Instance instance = find(ref);
        if (!instance.getScheduling().getProvisioningModel().equals("SPOT")) {
            throw new IllegalArgumentException(ref + " is not a spot instance");
        }
        String name = "systemevent-" + ++made;
        Operation operation = Operation.newBuilder()
                .setName(name)
                .setOperationType("compute.instances.preempted")
                .setZone(instance.getZone())
                .setTargetLink(instance.getZone() + "/instances/" + instance.getName())
                .setStatus(Operation.Status.DONE)
                .build();
        become(ref, "STOPPING");
        machinery.noticed(ref, notice);
        tasks.put(name, new Task(operation, System.nanoTime() + notice.toNanos(), () -> crash(ref)));
    }

    /** The instance ends by itself. */
    synchronized void crash(String ref) {
        if (instances.remove(ref) != null) {
            machinery.down(ref);
        }
    }

    synchronized List<Instance> living() {
        settle();
        return List.copyOf(instances.values());
    }

    static Optional<ListedPrice> type(String name) {
        return PriceBook.bundled().find(GCP, REGION, name);
    }

    synchronized Operation insert(String zone, Instance wanted, String requestId) {
        settle();
        Optional<Operation> before = replay(zone, requestId);
        if (before.isPresent()) {
            return before.get();
        }
        String ref = zone + "/" + wanted.getName();
        String type = last(wanted.getMachineType());
        if (!wanted.getDisks(0).getInitializeParams().getSourceImage().contains("debian")) {
            throw GceError.notFound("The resource '%s' was not found (image)"
                    .formatted(wanted.getDisks(0).getInitializeParams().getSourceImage()));
        }
        ListedPrice listed = type(type)
                .orElseThrow(() -> GceError.invalid("Invalid value for field 'resource.machineType': '" + type + "'."));
        if (instances.containsKey(ref)) {
            throw new GceError(409, "alreadyExists", "The resource '" + ref + "' already exists");
        }
        boolean gpus = !listed.capacity().gpuMillis().isEmpty();
        if (gpus && !wanted.getScheduling().getOnHostMaintenance().equals("TERMINATE")) {
            throw GceError.invalid("Instances with guest accelerators do not support live migration.");
        }
        instances.put(
                ref,
                wanted.toBuilder()
                        .setZone(url(zone))
                        .setStatus("PROVISIONING")
                        .setLastStartTimestamp("start-" + made)
                        .build());
        if (cpus() > cpuQuota) {
            instances.remove(ref);
            return begin(
                    zone,
                    "insert",
                    requestId,
                    () -> {},
                    failure(
                            "QUOTA_EXCEEDED",
                            "Quota 'CPUS' exceeded. Limit: " + cpuQuota + ".0 in region " + REGION + "."));
        }
        if (isOver(zone, type)) {
            instances.remove(ref);
            return begin(zone, "insert", requestId, () -> {}, exhausted(zone, type));
        }
        return begin(zone, "insert", requestId, () -> boot(ref), Optional.empty());
    }

    synchronized Operation act(String zone, String name, String verb, String requestId) {
        settle();
        Optional<Operation> before = replay(zone, requestId);
        if (before.isPresent()) {
            return before.get();
        }
        String ref = zone + "/" + name;
        Instance instance = find(ref);
        String status = instance.getStatus();
        return switch (verb) {
            case "stop" -> away(zone, ref, status, verb, requestId, "STOPPING", "TERMINATED");
            case "suspend" -> {
                if (!type(last(instance.getMachineType()))
                        .orElseThrow()
                        .capacity()
                        .gpuMillis()
                        .isEmpty()) {
                    throw GceError.invalid("Instances with accelerators cannot be suspended.");
                }
                yield away(zone, ref, status, verb, requestId, "SUSPENDING", "SUSPENDED");
            }
            case "start" -> back(zone, ref, status, verb, requestId, "TERMINATED");
            case "resume" -> back(zone, ref, status, verb, requestId, "SUSPENDED");
            case "delete" -> {
                if (status.equals("DEPROVISIONING")) {
                    throw notReady(ref);
                }
                become(ref, "DEPROVISIONING");
                machinery.down(ref);
                yield begin(zone, verb, requestId, () -> instances.remove(ref), Optional.empty());
            }
            default -> throw GceError.notFound("no such method: " + verb);
        };
    }

    private Operation away(
            String zone, String ref, String status, String verb, String requestId, String through, String to) {
        if (Set.of("STOPPING", "SUSPENDING", "DEPROVISIONING", "STAGING", "PROVISIONING")
                .contains(status)) {
            throw notReady(ref);
        }
        if (!status.equals("RUNNING")) {
            throw GceError.invalid("Instance '%s' is %s and not RUNNING.".formatted(ref, status));
        }
        become(ref, through);
        machinery.down(ref);
        return begin(zone, verb, requestId, () -> become(ref, to), Optional.empty());
    }

    private Operation back(String zone, String ref, String status, String verb, String requestId, String from) {
        if (!status.equals(from)) {
            throw GceError.invalid("Instance '%s' is %s and not %s.".formatted(ref, status, from));
        }
        String type = last(find(ref).getMachineType());
        become(ref, "STAGING");
        if (isOver(zone, type)) {
            become(ref, from);
            return begin(zone, verb, requestId, () -> {}, exhausted(zone, type));
        }
        instances.computeIfPresent(ref, (r, instance) -> instance.toBuilder()
                .setLastStartTimestamp("start-" + made)
                .build());
        return begin(zone, verb, requestId, () -> boot(ref), Optional.empty());
    }

    /** Unless it has been sent elsewhere meanwhile. */
    private void boot(String ref) {
        Instance coming = instances.get(ref);
        if (coming == null || !Set.of("PROVISIONING", "STAGING").contains(coming.getStatus())) {
            return;
        }
        become(ref, "RUNNING");
        find(ref).getMetadata().getItemsList().stream()
                .filter(item -> item.getKey().equals("startup-script"))
                .findFirst()
                .ifPresent(item -> machinery.up(ref, item.getValue()));
    }

    private static GceError notReady(String ref) {
        return new GceError(400, "resourceNotReady", "The resource '" + ref + "' is not ready");
    }

    private Instance find(String ref) {
        Instance instance = instances.get(ref);
        if (instance == null) {
            throw GceError.notFound("The resource '" + ref + "' was not found");
        }
        return instance;
    }

    synchronized Instance get(String zone, String name) {
        settle();
        return find(zone + "/" + name);
    }

    synchronized Collection<Operation> operations() {
        settle();
        return tasks.values().stream().map(task -> task.operation).toList();
    }

    private void become(String ref, String status) {
        instances.computeIfPresent(
                ref, (r, instance) -> instance.toBuilder().setStatus(status).build());
    }

    private Optional<Operation> replay(String zone, String requestId) {
        return Optional.ofNullable(requests.get(zone + "/" + requestId)).map(name -> {
            Task task = tasks.get(name);
            if (task == null) {
                throw new IllegalStateException("no operation " + name);
            }
            return task.operation;
        });
    }

    private Operation begin(String zone, String type, String requestId, Runnable end, Optional<Errors> failure) {
        String name = "operation-" + ++made;
        Operation.Builder operation = Operation.newBuilder()
                .setName(name)
                .setOperationType(type)
                .setZone(url(zone))
                .setStatus(Operation.Status.RUNNING);
        failure.ifPresent(error -> operation
                .setError(Error.newBuilder().addErrors(error))
                .setHttpErrorStatusCode(error.getCode().equals("QUOTA_EXCEEDED") ? 403 : 503)
                .setHttpErrorMessage("SERVICE UNAVAILABLE"));
        tasks.put(name, new Task(operation.build(), System.nanoTime() + pace.toNanos(), end));
        requests.put(zone + "/" + requestId, name);
        // Errors are told when it is done.
        return operation
                .clearError()
                .clearHttpErrorStatusCode()
                .clearHttpErrorMessage()
                .build();
    }

    /** Everything happens whose time has come. */
    private void settle() {
        long now = System.nanoTime();
        for (Task task : new ArrayList<>(tasks.values())) {
            if (!task.done && task.doneAtNanos <= now) {
                task.done = true;
                task.operation = task.operation.toBuilder()
                        .setStatus(Operation.Status.DONE)
                        .build();
                task.end.run();
            }
        }
    }

    private boolean isOver(String zone, String type) {
        long used = instances.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(zone + "/"))
                .map(Map.Entry::getValue)
                .filter(instance -> last(instance.getMachineType()).equals(type))
                .filter(instance -> !Set.of("TERMINATED", "SUSPENDED").contains(instance.getStatus()))
                .count();
        return used > capacity.getOrDefault(zone + "/" + type, UNLIMITED);
    }

    private long cpus() {
        return instances.values().stream()
                .mapToLong(instance -> type(last(instance.getMachineType()))
                                .orElseThrow()
                                .capacity()
                                .cpuMillis()
                        / 1000)
                .sum();
    }

    private static Optional<Errors> exhausted(String zone, String type) {
        return failure(
                "ZONE_RESOURCE_POOL_EXHAUSTED",
                "The zone '%s' does not have enough resources available to fulfill the request for a %s."
                        .formatted(zone, type));
    }

    private static Optional<Errors> failure(String code, String message) {
        return Optional.of(Errors.newBuilder().setCode(code).setMessage(message).build());
    }

    /** The name at the end of a URL. */
    static String last(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private static String url(String zone) {
        return "https://www.googleapis.com/compute/v1/projects/" + PROJECT + "/zones/" + zone;
    }
}

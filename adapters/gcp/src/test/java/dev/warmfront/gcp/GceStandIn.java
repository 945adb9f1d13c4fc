package dev.warmfront.gcp;

import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.InstanceAggregatedList;
import com.google.cloud.compute.v1.InstancesScopedList;
import com.google.cloud.compute.v1.MachineType;
import com.google.cloud.compute.v1.MachineTypeList;
import com.google.cloud.compute.v1.OperationList;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.warmfront.spi.Machinery;
import dev.warmfront.spi.StandInServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wire-level stand-in for Compute Engine: HTTP and JSON of the client's own message classes; see {@link GceWorld} for what
 * it is true to and what not. Operators may run {@link #main} to try the adapter's settings without a project: it proves
 * that the control plane and the adapter work together, and nothing about a Google Cloud project.
 */
public final class GceStandIn extends StandInServer {

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer();
    private static final Pattern NAMES = Pattern.compile("name = ([a-z0-9-]+)");
    private static final Pattern LABEL = Pattern.compile("labels\\.([a-z-]+) = ([a-z0-9_-]+)");

    final GceWorld world;
    /**
     * @param port 0 for any
     */
    GceStandIn(GceWorld world, int port) throws IOException {
        super(port);
        this.world = world;
        serve();
    }

    /** Runs until it is killed; the argument is the port, 4567 if missing. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = arguments.length == 0 ? 4567 : Integer.parseInt(arguments[0]);
        try (GceStandIn standIn = new GceStandIn(new GceWorld(Duration.ofSeconds(5), Machinery.NONE), port)) {
            System.out.printf(
                    "Compute Engine stand-in at %s: project %s, region %s, zones %s; its machines run nothing%n",
                    standIn.endpoint(), GceWorld.PROJECT, GceWorld.REGION, GceWorld.ZONES);
            standIn.awaitClose();
        }
    }

    /** A stand-in at some port, whose operations take a moment. */
    public static GceStandIn open(Machinery machinery) throws IOException {
        return new GceStandIn(new GceWorld(Duration.ofMillis(40), machinery), 0);
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "project",
                GceWorld.PROJECT,
                "region",
                GceWorld.REGION,
                "zones",
                String.join(",", GceWorld.ZONES),
                "endpoint",
                endpoint().toString());
    }

    /** The zones that it has. */
    public static List<String> zones() {
        return GceWorld.ZONES;
    }

    /** How many machines of a type a zone has room for, from now on. */
    public void capacity(String zone, String type, int most) {
        world.capacity(zone, type, most);
    }

    /** Instances that are there, by their type. */
    public List<String> livingTypes() {
        return world.living().stream()
                .map(instance -> GceWorld.last(instance.getMachineType()))
                .toList();
    }

    /** Spot instances that are there, as {@code zone/name}. */
    public List<String> livingSpot() {
        return world.living().stream()
                .filter(instance ->
                        instance.getScheduling().getProvisioningModel().equals("SPOT"))
                .map(instance -> GceWorld.last(instance.getZone()) + "/" + instance.getName())
                .toList();
    }

    /** Compute Engine takes a spot instance back after the notice, which is half a minute at Compute Engine. */
    public void interrupt(String ref, Duration notice) {
        world.preempt(ref, notice);
    }

    /** From {@code /compute/v1/projects/P/zones/Z/instances/I/suspend} and the like. */
    @Override
    protected String verb(Request request) {
        List<String> path = path(request);
        if (path.contains("aggregated")) {
            return "aggregated";
        }
        if (path.contains("operations")) {
            return "operations";
        }
        if (path.contains("machineTypes")) {
            return "machineTypes";
        }
        return switch (request.method()) {
            case "DELETE" -> "delete";
            case "GET" -> "get";
            default -> path.getLast().equals("instances") ? "insert" : path.getLast();
        };
    }

    private static List<String> path(Request request) {
        return Arrays.asList(request.path().split("/", -1));
    }

    @Override
    protected Answer act(String verb, Request request) {
        try {
            return Answer.json(200, PRINTER.print(act(verb, path(request), request.query(), request.body())));
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Message act(String verb, List<String> path, Map<String, String> query, String body) {
        int zones = path.indexOf("zones");
        String zone = zones < 0 ? "" : path.get(zones + 1);
        if (zones >= 0 && !GceWorld.ZONES.contains(zone)) {
            throw GceError.notFound(
                    "The resource 'projects/stand-in/zones/" + zone + "' was not found (zone '" + zone + "')");
        }
        String requestId = query.getOrDefault("requestId", "");
        return switch (verb) {
            case "aggregated" -> aggregated(query);
            case "operations" -> operations(zone, query.getOrDefault("filter", ""));
            case "machineTypes" -> types(query.getOrDefault("filter", ""));
            case "insert" -> world.insert(zone, instance(body), requestId);
            case "get" -> world.get(zone, path.get(zones + 3));
            default -> world.act(zone, path.get(zones + 3), verb, requestId);
        };
    }

    private static Instance instance(String body) {
        try {
            Instance.Builder builder = Instance.newBuilder();
            JsonFormat.parser().merge(body, builder);
            return builder.build();
        } catch (InvalidProtocolBufferException malformed) {
            throw GceError.invalid(String.valueOf(malformed.getMessage()));
        }
    }

    private Message aggregated(Map<String, String> query) {
        List<Instance> found = world.living().stream()
                .filter(instance -> matches(instance, query.getOrDefault("filter", "")))
                .toList();
        int from = Integer.parseInt(query.getOrDefault("pageToken", "0"));
        int to = Math.min(found.size(), from + Integer.parseInt(query.getOrDefault("maxResults", "500")));
        InstanceAggregatedList.Builder list = InstanceAggregatedList.newBuilder();
        for (String zone : GceWorld.ZONES) {
            list.putItems(
                    "zones/" + zone,
                    InstancesScopedList.newBuilder()
                            .addAllInstances(found.subList(from, to).stream()
                                    .filter(instance ->
                                            GceWorld.last(instance.getZone()).equals(zone))
                                    .toList())
                            .build());
        }
        if (to < found.size()) {
            list.setNextPageToken(Integer.toString(to));
        }
        return list.build();
    }

    private static boolean matches(Instance instance, String filter) {
        Matcher label = LABEL.matcher(filter);
        return label.find()
                ? instance.getLabelsOrDefault(label.group(1), "").equals(label.group(2))
                : names(filter).contains(instance.getName());
    }

    private static Set<String> names(String filter) {
        Set<String> names = new HashSet<>();
        Matcher matcher = NAMES.matcher(filter);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private Message operations(String zone, String filter) {
        Set<String> names = names(filter);
        boolean preempted = filter.equals("operationType = compute.instances.preempted");
        return OperationList.newBuilder()
                .addAllItems(world.operations().stream()
                        .filter(operation -> preempted
                                ? operation.getOperationType().equals("compute.instances.preempted")
                                : names.contains(operation.getName()))
                        .filter(operation -> GceWorld.last(operation.getZone()).equals(zone))
                        .toList())
                .build();
    }

    private static Message types(String filter) {
        return MachineTypeList.newBuilder()
                .addAllItems(names(filter).stream()
                        .filter(name -> GceWorld.type(name).isPresent())
                        .sorted()
                        .map(name -> MachineType.newBuilder().setName(name).build())
                        .toList())
                .build();
    }
}

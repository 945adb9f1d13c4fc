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
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmfront.spi.Machinery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wire-level stand-in for Compute Engine: HTTP and JSON of the client's own message classes; see {@link GceWorld} for what
 * it is true to and what not. Operators may run {@link #main} to try the adapter's settings without a project: it proves
 * that the control plane and the adapter work together, and nothing about a Google Cloud project.
 */
public final class GceStandIn implements AutoCloseable {

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer();
    private static final Pattern NAMES = Pattern.compile("name = ([a-z0-9-]+)");
    private static final Pattern LABEL = Pattern.compile("labels\\.([a-z-]+) = ([a-z0-9_-]+)");

    final GceWorld world;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> unanswered = new HashMap<>();
    private final Map<String, GceError> refused = new HashMap<>();
    private final Set<String> hanging = new HashSet<>();

    /**
     * @param port 0 for any
     */
    GceStandIn(GceWorld world, int port) throws IOException {
        this.world = world;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            // Whatever happens, nobody waits for an answer that does not come.
            try (exchange) {
                answer(exchange);
            }
        });
        server.start();
    }

    /** Runs until it is killed; the argument is the port, 4567 if missing. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = arguments.length == 0 ? 4567 : Integer.parseInt(arguments[0]);
        try (GceStandIn standIn = new GceStandIn(new GceWorld(Duration.ofSeconds(5), Machinery.NONE), port)) {
            System.out.printf(
                    "Compute Engine stand-in at %s: project %s, region %s, zones %s; its machines run nothing%n",
                    standIn.endpoint(), GceWorld.PROJECT, GceWorld.REGION, GceWorld.ZONES);
            standIn.closing.await();
        }
    }

    /** A stand-in at some port, whose operations take a moment. */
    public static GceStandIn open(Machinery machinery) throws IOException {
        return new GceStandIn(new GceWorld(Duration.ofMillis(40), machinery), 0);
    }

    /** The adapter's settings for it; machine types are for the caller to choose. */
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

    /** How often a verb, such as {@code insert}, was asked for. */
    public int count(String verb) {
        return (int) calls.stream().filter(verb::equals).count();
    }

    /** Instances that are there, by their type. */
    public List<String> livingTypes() {
        return world.living().stream()
                .map(instance -> GceWorld.last(instance.getMachineType()))
                .toList();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Verbs of the calls so far, such as {@code insert} or {@code aggregated}. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** The next calls of the verb are done and not answered: the connection breaks. */
    synchronized void dropAnswers(String verb, int count) {
        unanswered.put(verb, count);
    }

    /** Calls of the verb are answered so from now on. */
    synchronized void refuse(String verb, GceError with) {
        refused.put(verb, with);
    }

    /** Calls of the verb are answered as they should be again. */
    synchronized void relent(String verb) {
        refused.remove(verb);
    }

    /** Calls of the verb are not answered any more. */
    synchronized void hang(String verb) {
        hanging.add(verb);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> query = query(exchange.getRequestURI());
        List<String> path = Arrays.asList(exchange.getRequestURI().getPath().split("/", -1));
        String verb = verb(exchange.getRequestMethod(), path);
        calls.add(verb);
        int status = 200;
        String json;
        try {
            admit(verb);
            json = PRINTER.print(act(verb, path, query, body));
        } catch (GceError error) {
            status = error.status;
            json = error.json();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            exchange.close();
            return;
        }
        if (isUnanswered(verb)) {
            exchange.close();
            return;
        }
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void admit(String verb) throws InterruptedException {
        boolean hangs;
        synchronized (this) {
            hangs = hanging.contains(verb);
            GceError error = refused.get(verb);
            if (error != null) {
                throw error;
            }
        }
        if (hangs) {
            closing.await(1, TimeUnit.MINUTES);
        }
    }

    private synchronized boolean isUnanswered(String verb) {
        int left = unanswered.getOrDefault(verb, 0);
        unanswered.put(verb, Math.max(0, left - 1));
        return left > 0;
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new TreeMap<>();
        String raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    /** From {@code /compute/v1/projects/P/zones/Z/instances/I/suspend} and the like. */
    private static String verb(String method, List<String> path) {
        if (path.contains("aggregated")) {
            return "aggregated";
        }
        if (path.contains("operations")) {
            return "operations";
        }
        if (path.contains("machineTypes")) {
            return "machineTypes";
        }
        return switch (method) {
            case "DELETE" -> "delete";
            case "GET" -> "get";
            default -> path.getLast().equals("instances") ? "insert" : path.getLast();
        };
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
        return OperationList.newBuilder()
                .addAllItems(world.operations().stream()
                        .filter(operation -> names.contains(operation.getName())
                                && GceWorld.last(operation.getZone()).equals(zone))
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

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.close();
    }
}

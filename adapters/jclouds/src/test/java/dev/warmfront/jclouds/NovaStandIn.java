package dev.warmfront.jclouds;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.warmfront.spi.StandInServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A wire-level stand-in for Keystone (version 3) and Nova (2.1): HTTP and JSON; see {@link NovaWorld} for what it is true to
 * and what not. Its answers have the form of those of a Nova of the Zed release, which the adapter was run against too.
 */
public final class NovaStandIn extends StandInServer {

    static final String USER = "warmfront";
    static final String PROJECT = "stand-in";
    static final String PASSWORD = "a-secret";
    static final String REGION = "RegionOne";

    final NovaWorld world;
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();

    /**
     * @param port 0 for any
     */
    NovaStandIn(NovaWorld world, int port) throws IOException {
        super(port);
        this.world = world;
        serve();
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "endpoint",
                endpoint() + "/v3",
                "user",
                USER,
                "password",
                PASSWORD,
                "project",
                PROJECT,
                "image",
                NovaWorld.IMAGE);
    }

    /** Runs until it is killed; the argument is the port, 4568 if missing. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = arguments.length == 0 ? 4568 : Integer.parseInt(arguments[0]);
        try (NovaStandIn standIn = new NovaStandIn(new NovaWorld(Duration.ofSeconds(3)), port)) {
            System.out.printf(
                    "Nova stand-in at %s/v3: user %s, password %s, project %s, image %s, flavors %s; its machines run"
                            + " nothing%n",
                    standIn.endpoint(), USER, PASSWORD, PROJECT, NovaWorld.IMAGE, NovaWorld.FLAVORS.keySet());
            standIn.awaitClose();
        }
    }

    /** Tokens that were given out are not taken any more. */
    void expireTokens() {
        tokens.clear();
    }

    @Override
    protected String verb(Request request) {
        List<String> path = path(request);
        if (request.path().equals("/v3/auth/tokens")) {
            return "token";
        }
        if (path.getLast().equals("action")) {
            return body(request).keySet().iterator().next();
        }
        return switch (request.method() + " " + path.get(1)) {
            case "GET extensions" -> "extensions";
            case "GET flavors" -> "flavors";
            case "GET servers" -> path.getLast().equals("detail") ? "list" : "get";
            case "POST servers" -> "create";
            case "DELETE servers" -> "delete";
            default -> "unknown";
        };
    }

    @Override
    protected Answer act(String verb, Request request) {
        if (verb.equals("token")) {
            return authenticate(body(request));
        }
        if (!tokens.contains(request.headers().getOrDefault("x-auth-token", ""))) {
            throw NovaRefusal.unauthorized();
        }
        List<String> path = path(request);
        return switch (verb) {
            case "extensions" -> Answer.json(200, extensions());
            case "flavors" -> Answer.json(200, flavors().toString());
            case "list" -> Answer.json(200, list(request.query()).toString());
            case "get" ->
                Answer.json(200, under("server", server(world.get(path.get(2)))).toString());
            case "create" -> create(body(request).getAsJsonObject("server"));
            case "delete" -> {
                world.delete(path.get(2));
                yield Answer.json(204, "");
            }
            case "os-start", "os-stop", "suspend", "resume" -> {
                world.act(path.get(2), verb);
                yield Answer.json(202, "");
            }
            default -> throw new NovaRefusal(404, "itemNotFound", "The resource could not be found.");
        };
    }

    /** Without the first, empty part: {@code v2.1, servers, …}. */
    private static List<String> path(Request request) {
        return Arrays.asList(request.path().substring(1).split("/", -1));
    }

    private static JsonObject body(Request request) {
        return JsonParser.parseString(request.body()).getAsJsonObject();
    }

    private Answer authenticate(JsonObject body) {
        JsonObject auth = body.getAsJsonObject("auth");
        JsonObject user =
                auth.getAsJsonObject("identity").getAsJsonObject("password").getAsJsonObject("user");
        JsonObject project = auth.getAsJsonObject("scope").getAsJsonObject("project");
        if (!user.get("name").getAsString().equals(USER)
                || !user.get("password").getAsString().equals(PASSWORD)
                || !user.getAsJsonObject("domain").get("name").getAsString().equals("Default")
                || !project.get("name").getAsString().equals(PROJECT)) {
            throw NovaRefusal.unauthorized();
        }
        String token = UUID.randomUUID().toString();
        tokens.add(token);
        String now = Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
        String later = Instant.now()
                .plus(Duration.ofHours(1))
                .truncatedTo(ChronoUnit.MICROS)
                .toString();
        String json = """
                {"token": {"methods": ["password"], "issued_at": "%s", "expires_at": "%s", "is_domain": false,
                 "audit_ids": ["stand-in"],
                 "user": {"id": "u", "name": "%s", "domain": {"id": "default", "name": "Default"}},
                 "project": {"id": "p", "name": "%s", "domain": {"id": "default", "name": "Default"}},
                 "roles": [{"id": "r", "name": "member"}],
                 "catalog": [{"id": "c", "type": "compute", "name": "nova", "endpoints": [
                   {"id": "e", "interface": "public", "region": "%s", "region_id": "%s", "url": "%s/v2.1"}]}]}}
                """.formatted(now, later, USER, PROJECT, REGION, REGION, endpoint());
        return new Answer(201, "application/json", Map.of("X-Subject-Token", token), json);
    }

    private static String extensions() {
        return """
                {"extensions": [{"alias": "os-admin-actions", "name": "AdminActions", "description": "Admin actions.",
                 "namespace": "http://docs.openstack.org/compute/ext/fake_xml", "updated": "2014-12-03T00:00:00Z",
                 "links": []}]}
                """;
    }

    private static JsonObject flavors() {
        JsonArray flavors = new JsonArray();
        new TreeMap<>(NovaWorld.FLAVORS).forEach((name, shape) -> {
            JsonObject flavor = new JsonObject();
            flavor.addProperty("id", "id-of-" + name);
            flavor.addProperty("name", name);
            flavor.addProperty("vcpus", shape[0]);
            flavor.addProperty("ram", shape[1]);
            flavor.addProperty("disk", 20);
            flavor.addProperty("swap", "");
            flavor.addProperty("rxtx_factor", 1.0);
            flavor.add("links", new JsonArray());
            flavors.add(flavor);
        });
        return under("flavors", flavors);
    }

    private JsonObject list(Map<String, String> query) {
        Pattern name = Pattern.compile(query.getOrDefault("name", ""));
        List<NovaWorld.Shown> found = new ArrayList<>(world.servers().stream()
                .filter(server -> name.matcher(server.name()).find())
                .toList());
        String marker = query.getOrDefault("marker", "");
        int from = 0;
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).id().equals(marker)) {
                from = i + 1;
            }
        }
        int to = Math.min(found.size(), from + Integer.parseInt(query.getOrDefault("limit", "1000")));
        JsonArray servers = new JsonArray();
        found.subList(from, to).forEach(server -> servers.add(server(server)));
        JsonObject page = under("servers", servers);
        if (to < found.size()) {
            JsonObject next = new JsonObject();
            next.addProperty("rel", "next");
            next.addProperty(
                    "href",
                    endpoint() + "/v2.1/servers/detail?marker="
                            + found.get(to - 1).id());
            JsonArray links = new JsonArray();
            links.add(next);
            page.add("servers_links", links);
        }
        return page;
    }

    private Answer create(JsonObject server) {
        Map<String, String> metadata = new TreeMap<>();
        server.getAsJsonObject("metadata").asMap().forEach((key, value) -> metadata.put(key, value.getAsString()));
        String flavor = server.get("flavorRef").getAsString().replace("id-of-", "");
        if (!NovaWorld.FLAVORS.containsKey(flavor)) {
            throw NovaRefusal.bad("Flavor " + flavor + " could not be found.");
        }
        if (server.has("networks")) {
            throw NovaRefusal.bad("Network %s could not be found."
                    .formatted(server.getAsJsonArray("networks")
                            .get(0)
                            .getAsJsonObject()
                            .get("uuid")
                            .getAsString()));
        }
        String id = world.create(
                server.get("name").getAsString(),
                flavor,
                server.get("imageRef").getAsString(),
                server.get("availability_zone").getAsString(),
                metadata);
        JsonObject created = new JsonObject();
        created.addProperty("id", id);
        created.addProperty("OS-DCF:diskConfig", "MANUAL");
        created.addProperty("adminPass", "none");
        created.add("links", new JsonArray());
        return Answer.json(202, under("server", created).toString());
    }

    private static JsonObject server(NovaWorld.Shown shown) {
        JsonObject server = new JsonObject();
        server.addProperty("id", shown.id());
        server.addProperty("name", shown.name());
        server.addProperty("status", shown.status());
        server.addProperty("tenant_id", "p");
        server.addProperty("user_id", "u");
        server.addProperty("created", shown.created().toString());
        server.addProperty("updated", shown.created().toString());
        server.addProperty("hostId", "");
        server.add("addresses", new JsonObject());
        server.add("links", new JsonArray());
        JsonObject metadata = new JsonObject();
        shown.metadata().forEach(metadata::addProperty);
        server.add("metadata", metadata);
        server.add("image", reference(NovaWorld.IMAGE));
        server.add("flavor", reference("id-of-" + shown.flavor()));
        server.add("key_name", JsonNull.INSTANCE);
        if (shown.task().isEmpty()) {
            server.add("OS-EXT-STS:task_state", JsonNull.INSTANCE);
        } else {
            server.addProperty("OS-EXT-STS:task_state", shown.task());
        }
        server.addProperty("OS-EXT-STS:vm_state", shown.status());
        server.addProperty("OS-EXT-STS:power_state", 1);
        return server;
    }

    private static JsonObject reference(String id) {
        JsonObject reference = new JsonObject();
        reference.addProperty("id", id);
        reference.add("links", new JsonArray());
        return reference;
    }

    private static JsonObject under(String name, JsonElement element) {
        JsonObject object = new JsonObject();
        object.add(name, element);
        return object;
    }
}

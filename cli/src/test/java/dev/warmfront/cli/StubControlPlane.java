package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;

/**
 * A control plane by docs/api-contract.md whose machines take no time: a task is over, HOT, one second after the stub's
 * epoch, by the time its submission is answered. It can be told to misbehave.
 */
final class StubControlPlane implements AutoCloseable {

    static final String KEY = "wf_test";
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final int LARGEST_PAGE = 3;

    private final HttpServer server;
    private final Map<String, Map<String, ObjectNode>> tasks = new HashMap<>();
    private final Map<String, String> workflows = new LinkedHashMap<>();
    private final Set<String> tenants = new TreeSet<>();
    private final Set<String> history = new TreeSet<>();
    private final List<String> requests = new ArrayList<>();
    private final List<String> idempotencyKeys = new ArrayList<>();
    private int busyAnswers;
    private int forgets;
    private boolean ignoresParents;
    private String endState = "SUCCEEDED";
    private int serial;
    private ObjectNode settings =
            Json.object().put("version", 7).put("minRetentionSeconds", 30).put("spentNanoUsd", 0);

    StubControlPlane() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next answers are 429. */
    synchronized StubControlPlane busy(int answers) {
        busyAnswers = answers;
        return this;
    }

    /** Acknowledges the next tasks without keeping them: what must never happen. */
    synchronized StubControlPlane forget(int count) {
        forgets = count;
        return this;
    }

    /** Starts children with their parents: what must never happen. */
    synchronized StubControlPlane ignoreParents() {
        ignoresParents = true;
        return this;
    }

    synchronized StubControlPlane endTasks(String state) {
        endState = state;
        return this;
    }

    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    synchronized List<String> idempotencyKeys() {
        return List.copyOf(idempotencyKeys);
    }

    synchronized Set<String> tenants() {
        return Set.copyOf(tenants);
    }

    /** Tasks kept for a tenant. */
    synchronized List<ObjectNode> tasksOf(String tenant) {
        return List.copyOf(tasks.getOrDefault(tenant, Map.of()).values());
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String method = exchange.getRequestMethod();
        URI uri = exchange.getRequestURI();
        requests.add(method + " " + uri);
        if (method.equals("POST")) {
            idempotencyKeys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")));
        }
        if (busyAnswers > 0) {
            busyAnswers--;
            answer(exchange, 429, problem("Too many requests", "slow down"));
        } else if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, problem("Not authenticated", "the key is not known"));
        } else if (uri.getPath().equals("/v1/history")) {
            history(exchange, body);
        } else {
            String tenant = exchange.getRequestHeaders().getFirst("X-Warmfront-Tenant");
            route(exchange, method + " " + uri.getPath(), tenant == null ? "" : tenant, query(uri), body);
        }
    }

    private void route(HttpExchange exchange, String route, String tenant, Map<String, String> query, String body)
            throws IOException {
        JsonNode sent = body.isEmpty() ? Json.object() : Json.parse(body);
        switch (route) {
            case "POST /v1/tenants" -> {
                tenants.add(Json.text(sent, "id"));
                answer(exchange, 201, sent);
            }
            case "GET /v1/tenants" ->
                page(
                        exchange,
                        tenants.stream().map(id -> Json.object().put("id", id)).toList(),
                        query);
            case "GET /v1/providers" -> answer(exchange, 200, providers());
            case "GET /v1/costs/summary" -> answer(exchange, 200, costs());
            case "POST /v1/tasks" -> answer(exchange, 202, add(tenant, "", sent, List.of(), 0));
            case "POST /v1/tasks/batch" -> {
                ArrayNode ids = Json.MAPPER.createArrayNode();
                sent.path("tasks").forEach(task -> ids.add(Json.text(add(tenant, "", task, List.of(), 0), "id")));
                answer(exchange, 202, Json.object().set("ids", ids));
            }
            case "GET /v1/tasks" -> page(exchange, selected(tenant, query), query);
            case "GET /v1/tasks/summary" -> answer(exchange, 200, summary(tenant));
            case "GET /v1/tenant/settings" -> answer(exchange, 200, settings);
            case "PUT /v1/tenant/settings" -> {
                boolean seen = ("\"" + settings.path("version").asInt() + "\"")
                        .equals(exchange.getRequestHeaders().getFirst("If-Match"));
                if (seen) {
                    int version = settings.path("version").asInt() + 1;
                    settings = sent.<ObjectNode>deepCopy().put("version", version);
                    settings.put("month", "2026-01").put("spentNanoUsd", 4_500_000_000L);
                    settings.put("allowance", "OPEN");
                }
                answer(exchange, seen ? 200 : 412, seen ? settings : problem("Changed meanwhile", "look again"));
            }
            case "POST /v1/workflows/import" -> answer(exchange, 202, importWorkflow(tenant, sent));
            default -> routeOne(exchange, route, tenant, query);
        }
    }

    /** Rows are known by their text; one that says bad is refused, and its piece with it. */
    private void history(HttpExchange exchange, String body) throws IOException {
        boolean csv = "text/csv".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
        List<String> lines = body.lines().toList();
        for (int i = csv ? 1 : 0; i < lines.size(); i++) {
            if (lines.get(i).contains("bad")) {
                answer(exchange, 422, problem("A field has an impossible value", "line " + (i + 1) + ": it is bad"));
                return;
            }
        }
        List<String> rows = csv ? lines.subList(1, lines.size()) : lines;
        int before = history.size();
        history.addAll(rows);
        answer(exchange, 200, Json.object().put("rows", rows.size()).put("added", history.size() - before));
    }

    private void routeOne(HttpExchange exchange, String route, String tenant, Map<String, String> query)
            throws IOException {
        String id = route.replaceFirst("^[A-Z]+ /v1/[a-z]+/", "").replaceFirst("/.*", "");
        ObjectNode task = tasks.getOrDefault(tenant, Map.of()).get(id);
        if (task != null && route.endsWith("/logs")) {
            answer(exchange, 200, "stdout".equals(query.get("stream")) ? "hello from " + id + "\n" : "");
        } else if (task != null) {
            answer(exchange, 200, task);
        } else if (workflows.containsKey(id)) {
            answer(exchange, 200, workflow(id, tenant));
        } else {
            answer(exchange, 404, problem("Not found", "There is no such thing."));
        }
    }

    private ObjectNode add(String tenant, String workflow, JsonNode sent, List<String> parents, int level) {
        String id = "t-" + ++serial;
        Instant started = EPOCH.plusSeconds(level);
        ObjectNode task = sent.deepCopy();
        task.put("id", id).put("workflow", workflow).put("state", endState).put("attempt", 1);
        task.put("submittedAt", EPOCH.toString()).put("startedAt", started.toString());
        task.put("finishedAt", started.plusSeconds(1).toString());
        task.put("waitSeconds", 0.25).put("startKind", "HOT").put("exitCode", endState.equals("SUCCEEDED") ? 0 : 3);
        task.set("parents", Json.array(parents));
        if (forgets > 0) {
            forgets--;
        } else {
            tasks.computeIfAbsent(tenant, unused -> new LinkedHashMap<>()).put(id, task);
        }
        return task;
    }

    /** Parents come before their children in the files that tests use. */
    private ObjectNode importWorkflow(String tenant, JsonNode format) {
        String id = "w-" + ++serial;
        workflows.put(id, Json.text(format, "name"));
        Map<String, String> ids = new HashMap<>();
        Map<String, Integer> levels = new HashMap<>();
        for (JsonNode task : format.path("workflow").path("specification").path("tasks")) {
            int level = 0;
            List<String> parents = new ArrayList<>();
            for (JsonNode parent : task.path("parents")) {
                parents.add(String.valueOf(ids.get(parent.asText())));
                level = ignoresParents ? 0 : Math.max(level, levels.getOrDefault(parent.asText(), 0) + 1);
            }
            levels.put(Json.text(task, "id"), level);
            ids.put(Json.text(task, "id"), Json.text(add(tenant, id, Json.object(), parents, level), "id"));
        }
        return workflow(id, tenant);
    }

    private ObjectNode workflow(String id, String tenant) {
        int count = selected(tenant, Map.of("workflow", id)).size();
        ObjectNode view =
                Json.object().put("id", id).put("name", workflows.get(id)).put("tasks", count);
        view.putObject("byState").put(endState, count);
        return view;
    }

    private List<ObjectNode> selected(String tenant, Map<String, String> query) {
        return tasks.getOrDefault(tenant, Map.of()).values().stream()
                .filter(task -> !query.containsKey("workflow")
                        || Json.text(task, "workflow").equals(query.get("workflow")))
                .toList();
    }

    private ObjectNode summary(String tenant) {
        int count = tasks.getOrDefault(tenant, Map.of()).size();
        ObjectNode summary =
                Json.object().put("total", count).put("doubleAttempts", 0).put("lost", 0);
        summary.putObject("byState").put(endState, count);
        return summary;
    }

    private static ObjectNode providers() {
        ObjectNode providers = Json.object();
        ObjectNode provider = providers.putArray("items").addObject().put("id", "local");
        provider.putArray("offerings").addObject().put("cpuMillis", 2000).put("memoryBytes", 1L << 30);
        return providers;
    }

    private static ObjectNode costs() {
        ObjectNode costs = Json.object()
                .put("chargesNanoUsd", 1_500_000_000L)
                .put("unattributedNanoUsd", 500_000_000L)
                .put("instanceCostNanoUsd", 2_000_000_000L);
        costs.putArray("tenants")
                .addObject()
                .put("tenant", "acme")
                .put("totalNanoUsd", 1_500_000_000L)
                .put("activeNanoUsd", 1_000_000_000L);
        return costs;
    }

    /** Pages smaller than anybody asks for, so that readers of lists must follow the cursor. */
    private static void page(HttpExchange exchange, List<ObjectNode> items, Map<String, String> query)
            throws IOException {
        int from = Integer.parseInt(query.getOrDefault("cursor", "0"));
        int to = Math.min(items.size(), from + LARGEST_PAGE);
        ObjectNode page = Json.object();
        page.putArray("items").addAll(items.subList(from, to));
        if (to < items.size()) {
            page.put("next", Integer.toString(to));
        } else {
            page.putNull("next");
        }
        answer(exchange, 200, page);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        if (uri.getQuery() != null) {
            for (String pair : uri.getQuery().split("&", -1)) {
                query.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        return query;
    }

    private static ObjectNode problem(String title, String detail) {
        ObjectNode problem = Json.object().put("title", title).put("detail", detail);
        problem.putArray("errors").addObject().put("field", "weight").put("message", "must be positive");
        return problem;
    }

    private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
        answer(exchange, status, body.toString());
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.warmfront.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** The control plane's side of docs/agent-protocol.md, in memory, with levers for everything that goes wrong. */
final class StubControlPlane implements AutoCloseable {

    static final String REGISTRATION_TOKEN = "registration-secret";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpServer server;
    private final int port;
    private final Map<String, String> desired = new LinkedHashMap<>();
    private final Map<String, String> environments = new LinkedHashMap<>();
    private final List<Json.Obj> reports = new ArrayList<>();
    private final Map<String, ByteArrayOutputStream> logs = new LinkedHashMap<>();
    private final List<Json.Obj> polls = new ArrayList<>();
    private final List<String> registrationTokens = new ArrayList<>();
    private final Map<String, byte[]> pieces = new LinkedHashMap<>();
    private final Map<String, byte[]> blobs = new LinkedHashMap<>();
    private String said = "";
    private int epoch = 7;
    private int version = 1;
    private int registrations;
    private String mode = "work";
    private String instanceToken = "instance-secret-1";
    private long logLimitBytes = 1 << 20;
    private int failure;
    private boolean closed;

    StubControlPlane() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        port = server.getAddress().getPort();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/agent/v1/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    synchronized void logLimitBytes(long bytes) {
        logLimitBytes = bytes;
    }

    /** Every call is answered with this status; 0 = work again. */
    synchronized void failWith(int status) {
        failure = status;
        notifyAll();
    }

    synchronized void changeInstanceToken(String token) {
        instanceToken = token;
    }

    synchronized void newEpoch() {
        epoch++;
        version = 1;
        notifyAll();
    }

    synchronized void mode(String fresh) {
        mode = fresh;
        changed();
    }

    synchronized void run(String task, String... argv) {
        put(task, 1, "run", 60, Map.of(), argv);
    }

    synchronized void put(
            String task, int number, String action, double timeout, Map<String, String> variables, String... argv) {
        put(task, number, action, timeout, variables, "", argv);
    }

    /** Runs it with these devices, as the protocol has them. */
    synchronized void runOn(String gpus, String task, Map<String, String> variables, String... argv) {
        put(task, 1, "run", 60, variables, ",\"gpus\":" + gpus, argv);
    }

    /** Runs it with further members of an attempt, each beginning with a comma. */
    synchronized void runWith(String more, String task, String... argv) {
        put(task, 1, "run", 60, Map.of(), more, argv);
    }

    /** Further members of a poll's answer, each beginning with a comma. */
    synchronized void say(String more) {
        said = more;
        changed();
    }

    /** What agents sent for others, by the number of the piece. */
    synchronized Optional<byte[]> piece(String id) {
        return Optional.ofNullable(pieces.get(id));
    }

    /** Another agent has it. */
    synchronized void lies(String sha256, byte[] content) {
        blobs.put(sha256, content);
    }

    private void put(
            String task,
            int number,
            String action,
            double timeout,
            Map<String, String> variables,
            String more,
            String... argv) {
        Map<String, Json> given = new LinkedHashMap<>();
        variables.forEach((name, value) -> given.put(name, new Json.Text(value)));
        desired.put(
                task + "#" + number,
                "{\"tenant\":\"acme\",\"task\":\"" + task + "\",\"number\":" + number + ",\"action\":\"" + action
                        + "\",\"argv\":" + JsonWriter.write(Report.texts(List.of(argv))) + ",\"variables\":"
                        + JsonWriter.write(new Json.Obj(given)) + ",\"timeoutSeconds\":" + timeout
                        + ",\"limits\":{\"cpuMillis\":500,\"memoryBytes\":134217728}" + more + "}");
        changed();
    }

    synchronized void drop(String task) {
        desired.remove(task + "#1");
        changed();
    }

    synchronized void environment(String key, String... warmUp) {
        environments.put(
                key,
                "{\"key\":\"" + key + "\",\"warmUp\":" + JsonWriter.write(Report.texts(List.of(warmUp)))
                        + ",\"variables\":{\"A\":\"1\"}}");
        changed();
    }

    private void changed() {
        version++;
        notifyAll();
    }

    synchronized int registrations() {
        return registrations;
    }

    synchronized List<String> registrationTokens() {
        return List.copyOf(registrationTokens);
    }

    synchronized List<Json.Obj> reports(String type) {
        return reports.stream()
                .filter(report -> report.text("type").equals(type))
                .toList();
    }

    synchronized List<Json.Obj> reports(String type, String task) {
        return reports(type).stream()
                .filter(report -> report.text("task").equals(task))
                .toList();
    }

    synchronized List<Json.Obj> polls() {
        return List.copyOf(polls);
    }

    synchronized Optional<String> log(String task, String stream) {
        return Optional.ofNullable(logs.get("acme/" + task + "/1/" + stream))
                .map(bytes -> bytes.toString(StandardCharsets.UTF_8));
    }

    Json.Obj awaitFinished(String task) throws InterruptedException {
        await("the end of " + task, () -> !reports("finished", task).isEmpty());
        return reports("finished", task).getFirst();
    }

    Json.Obj awaitStarted(String task) throws InterruptedException {
        await("the start of " + task, () -> !reports("started", task).isEmpty());
        return reports("started", task).getFirst();
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.sleep(2);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            Reply reply = path.endsWith("/register") ? register(token) : work(exchange, path, token, body);
            byte[] bytes = reply.status() == 200 && path.contains("/blobs/")
                    ? blob(exchange, path)
                    : reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
    }

    private record Reply(int status, String body) {}

    private synchronized Reply register(String token) {
        registrationTokens.add(token);
        if (failure != 0) {
            return new Reply(failure, "");
        }
        boolean fresh = token.equals("Bearer " + REGISTRATION_TOKEN);
        if (!fresh && !token.equals("Bearer " + instanceToken)) {
            return new Reply(401, "");
        }
        registrations++;
        return new Reply(
                200,
                "{\"instanceToken\":\"" + instanceToken
                        + "\",\"pollSeconds\":20,\"sampleSeconds\":1,\"logLimitBytes\":" + logLimitBytes
                        + ",\"fromTheFuture\":[{}]}");
    }

    private synchronized Reply work(HttpExchange exchange, String path, String token, byte[] body)
            throws InterruptedException {
        if (failure != 0) {
            return new Reply(failure, "");
        }
        if (!token.equals("Bearer " + instanceToken)) {
            return new Reply(401, "");
        }
        if (path.endsWith("/poll")) {
            return poll((Json.Obj) JsonReader.read(body));
        }
        if (path.endsWith("/report")) {
            ((Json.Obj) JsonReader.read(body)).items("reports").forEach(report -> reports.add((Json.Obj) report));
            notifyAll();
            return new Reply(200, "{}");
        }
        if (path.contains("/pieces/")) {
            pieces.put(path.substring(path.lastIndexOf('/') + 1), body);
            notifyAll();
            return new Reply(204, "");
        }
        if (path.contains("/blobs/")) {
            return new Reply(blobs.containsKey(path.substring(path.lastIndexOf('/') + 1)) ? 200 : 404, "");
        }
        String stream = path.substring("/agent/v1/logs/".length());
        long offset = Long.parseLong(exchange.getRequestURI().getQuery().substring("offset=".length()));
        ByteArrayOutputStream log = logs.computeIfAbsent(stream, key -> new ByteArrayOutputStream());
        if (offset == log.size()) {
            log.writeBytes(body);
        }
        return new Reply(204, "");
    }

    /** At most a megabyte at once. */
    private synchronized byte[] blob(HttpExchange exchange, String path) {
        byte[] content = Objects.requireNonNull(blobs.get(path.substring(path.lastIndexOf('/') + 1)));
        int offset = Integer.parseInt(exchange.getRequestURI().getQuery().substring("offset=".length()));
        return Arrays.copyOfRange(content, offset, Math.min(content.length, offset + (1 << 20)));
    }

    private Reply poll(Json.Obj body) throws InterruptedException {
        polls.add(body);
        String seen = body.text("seen", "");
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (seen.equals(epoch + "-" + version) && failure == 0 && !closed && System.nanoTime() < deadline) {
            wait(1_000);
        }
        if (failure != 0) {
            return new Reply(failure, "");
        }
        return new Reply(
                200,
                "{\"version\":\"" + epoch + "-" + version + "\",\"attempts\":["
                        + String.join(",", desired.values()) + "],\"environments\":["
                        + String.join(",", environments.values()) + "],\"mode\":\"" + mode + "\"" + said + "}");
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
    }
}

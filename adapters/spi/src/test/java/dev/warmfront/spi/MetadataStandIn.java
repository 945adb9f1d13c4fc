package dev.warmfront.spi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The metadata services of EC2 (version 2, which wants a token) and of Compute Engine, as machines see them, as far as they
 * announce that a machine is taken back. One server for all machines: each has a URL of its own.
 */
public final class MetadataStandIn implements AutoCloseable {

    /** What a machine is told. */
    private record Told(String action, String recommendation) {
        static final Told NOTHING = new Told("", "");
    }

    private record Answer(int status, String body) {}

    private static final String TOKEN_HEADER = "X-aws-ec2-metadata-token";

    private final HttpServer server;
    private final Map<String, Told> machines = new HashMap<>();
    private int tokens;
    private int asked;

    /** One that has announced nothing. */
    public MetadataStandIn() throws IOException {
        this(0);
    }

    /**
     * @param port 0 for any
     */
    public MetadataStandIn(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** What a machine's {@code WARMFRONT_METADATA_URL} is. */
    public String url(String ref) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name(ref);
    }

    /** The machine is taken back after the notice. */
    public synchronized void interrupt(String ref, Duration notice) {
        String action = "{\"action\": \"terminate\", \"time\": \"%s\"}".formatted(at(notice));
        machines.merge(name(ref), new Told(action, ""), (before, now) -> new Told(action, before.recommendation()));
    }

    /** EC2 recommends to move elsewhere: the machine may be taken back. */
    public synchronized void recommend(String ref) {
        String advice = "{\"noticeTime\": \"%s\"}".formatted(at(Duration.ZERO));
        machines.merge(name(ref), new Told("", advice), (before, now) -> new Told(before.action(), advice));
    }

    /** Every token that was given out is refused from now on. */
    public synchronized void expireTokens() {
        tokens++;
    }

    /** How many questions were asked; tokens do not count. */
    public synchronized int asked() {
        return asked;
    }

    private static String at(Duration from) {
        return Instant.now().plus(from).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String name(String ref) {
        return ref.replace('/', '.');
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(1);
            int slash = path.indexOf('/');
            Answer answer =
                    slash < 0 ? new Answer(404, "") : answer(exchange, path.substring(0, slash), path.substring(slash));
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Answer answer(HttpExchange exchange, String machine, String path) {
        Told told = machines.getOrDefault(machine, Told.NOTHING);
        if (path.equals("/latest/api/token")) {
            boolean put = exchange.getRequestMethod().equals("PUT")
                    && header(exchange, TOKEN_HEADER + "-ttl-seconds") != null;
            return put ? new Answer(200, "token-" + tokens) : new Answer(400, "");
        }
        asked++;
        if (path.startsWith("/latest/")) {
            if (!("token-" + tokens).equals(header(exchange, TOKEN_HEADER))) {
                return new Answer(401, "");
            }
            return switch (path) {
                case "/latest/meta-data/spot/instance-action" -> orMissing(told.action());
                case "/latest/meta-data/events/recommendations/rebalance" -> orMissing(told.recommendation());
                default -> new Answer(404, "");
            };
        }
        if (path.equals("/computeMetadata/v1/instance/preempted")) {
            return "Google".equals(header(exchange, "Metadata-Flavor"))
                    ? new Answer(200, told.action().isEmpty() ? "FALSE" : "TRUE")
                    : new Answer(403, "");
        }
        return new Answer(404, "");
    }

    private static @Nullable String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    private static Answer orMissing(String body) {
        return body.isEmpty() ? new Answer(404, "") : new Answer(200, body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

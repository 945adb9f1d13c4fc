package dev.warmfront.spi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP frame of a cloud's stand-in: calls by verb, remembered, and on demand refused, left hanging, or done without an
 * answer. What the verbs do is the stand-in's.
 */
public abstract class StandInServer implements AutoCloseable {

    /**
     * A request.
     *
     * @param method of HTTP
     * @param path without the query
     * @param query decoded; of several values the last
     * @param headers the first of each, names in lower case
     * @param body as text
     */
    public record Request(
            String method, String path, Map<String, String> query, Map<String, String> headers, String body) {}

    /**
     * What goes back.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param headers beside that
     */
    public record Answer(int status, String contentType, Map<String, String> headers, String body) {

        /** With JSON. */
        public static Answer json(int status, String body) {
            return new Answer(status, "application/json; charset=UTF-8", Map.of(), body);
        }

        /** With XML. */
        public static Answer xml(int status, String body) {
            return new Answer(status, "text/xml;charset=UTF-8", Map.of(), body);
        }
    }

    /** The adapter's settings for it; machine types are for the caller to choose. */
    public abstract Map<String, String> settings();

    /** An error as the cloud words it. */
    public abstract static class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        protected Refusal(String message) {
            super(message);
        }

        /** As it goes over the wire. */
        protected abstract Answer answer();
    }

    private record Call(String verb, Request request) {}

    /** A refusal that is due, as often as that. */
    private record Due(Refusal refusal, int calls) {}

    private static final String EVERY = "*";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> unanswered = new HashMap<>();
    private final Map<String, Due> refused = new HashMap<>();
    private final Set<String> hanging = new HashSet<>();

    /**
     * Binds the port; {@link #serve} begins to answer.
     *
     * @param port 0 for any
     */
    protected StandInServer(int port) throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
    }

    /** Begins to answer: what the verbs act on must be there. */
    protected final void serve() {
        server.createContext("/", exchange -> {
            // Whatever happens, nobody waits for an answer that does not come.
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
    }

    /** The cloud's name of what is asked for. */
    protected abstract String verb(Request request);

    /**
     * Does it.
     *
     * @throws Refusal what the cloud would answer instead
     */
    protected abstract Answer act(String verb, Request request);

    /** Where it listens. */
    public final URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Verbs of the calls so far, in their order. */
    public final List<String> calls() {
        return calls.stream().map(Call::verb).toList();
    }

    /** How often a verb was asked for. */
    public final int count(String verb) {
        return received(verb).size();
    }

    /** Calls of a verb so far, in their order. */
    protected final List<Request> received(String verb) {
        return calls.stream()
                .filter(call -> call.verb().equals(verb))
                .map(Call::request)
                .toList();
    }

    /** The next calls of the verb are done and not answered: the connection breaks. */
    public final synchronized void dropAnswers(String verb, int count) {
        unanswered.put(verb, count);
    }

    /** Calls of the verb are answered so from now on, until it {@link #relent}s. */
    public final void refuse(String verb, Refusal with) {
        refuse(verb, with, Integer.MAX_VALUE);
    }

    /** The next calls of the verb are answered so. */
    public final synchronized void refuse(String verb, Refusal with, int count) {
        refused.put(verb, new Due(with, count));
    }

    /** Every call is answered so from now on. */
    public final void refuseEverything(Refusal with) {
        refuse(EVERY, with);
    }

    /** Calls of the verb are answered as they should be again. */
    public final synchronized void relent(String verb) {
        refused.remove(verb);
    }

    /** Calls of the verb are not answered any more. */
    public final synchronized void hang(String verb) {
        hanging.add(verb);
    }

    /** Blocks until it is closed. */
    protected final void awaitClose() throws InterruptedException {
        closing.await();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Request request = read(exchange);
        String verb = verb(request);
        calls.add(new Call(verb, request));
        Answer answer;
        try {
            admit(verb);
            answer = act(verb, request);
        } catch (Refusal refusal) {
            answer = refusal.answer();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return;
        }
        if (isUnanswered(verb)) {
            return;
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Request read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        String raw = exchange.getRequestURI().getRawQuery();
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                raw == null ? Map.of() : form(raw),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** Names and values as forms and queries have them; of several values the last. */
    public static Map<String, String> form(String text) {
        Map<String, String> values = new TreeMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    private void admit(String verb) throws InterruptedException {
        boolean hangs;
        synchronized (this) {
            hangs = hanging.contains(verb);
            for (String key : List.of(EVERY, verb)) {
                Due due = refused.get(key);
                if (due != null) {
                    refused.put(key, new Due(due.refusal(), due.calls() - 1));
                    if (due.calls() <= 1) {
                        refused.remove(key);
                    }
                    throw due.refusal();
                }
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

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.close();
    }
}

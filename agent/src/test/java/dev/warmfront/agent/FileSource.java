package dev.warmfront.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Where datasets are fetched from: knows ranges, breaks off when told to, counts what it sent. */
final class FileSource implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final AtomicInteger breaks = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();

    FileSource() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String put(String name, byte[] content) {
        files.put("/" + name, content);
        return url(name);
    }

    String url(String name) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
    }

    /** The next answers end in the middle of what they should send. */
    void breakOff(int answers) {
        breaks.set(answers);
    }

    /** Bytes of all answers. */
    long sent() {
        return sent.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] content = files.get(exchange.getRequestURI().getPath());
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            int length = content.length - from;
            exchange.sendResponseHeaders(range == null ? 200 : 206, length);
            int sending = breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? length / 2 : length;
            exchange.getResponseBody().write(content, from, sending);
            sent.addAndGet(sending);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

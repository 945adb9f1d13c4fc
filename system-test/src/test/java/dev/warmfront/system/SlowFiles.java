package dev.warmfront.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Files on the web, as fast as a busy network: some 40 MB a second. */
final class SlowFiles implements AutoCloseable {

    private static final int PIECE = 1 << 20;
    private static final long PAUSE_NANOS = 25_000_000;

    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();

    SlowFiles() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String put(String name, byte[] content) {
        files.put("/" + name, content);
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
    }

    /** Bytes of all answers until now. */
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
            exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int at = from; at < content.length; at += PIECE) {
                    int length = Math.min(PIECE, content.length - at);
                    out.write(content, at, length);
                    sent.addAndGet(length);
                    // The network's pace, waited for by nobody.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.warmfront.spi;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Endpoints with which adapters cannot get on, for their tests of trouble. */
public final class TroubledEndpoints implements AutoCloseable {

    private final ServerSocket server;

    private TroubledEndpoints(ServerSocket server) {
        this.server = server;
    }

    /** One on which nobody listens. */
    public static URI nobody() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + taken.getLocalPort());
        }
    }

    /** One that answers in plain text whatever it is told. */
    public static TroubledEndpoints withoutTls() throws IOException {
        TroubledEndpoints endpoints = new TroubledEndpoints(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(endpoints::answer);
        return endpoints;
    }

    /** Where it would be if it spoke TLS. */
    public URI https() {
        return URI.create("https://127.0.0.1:" + server.getLocalPort());
    }

    private void answer() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    OutputStream output = socket.getOutputStream()) {
                output.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

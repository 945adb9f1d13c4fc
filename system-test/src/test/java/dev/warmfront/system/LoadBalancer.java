package dev.warmfront.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What stands before replicas in production: one address that leads to the first of them that answers. */
final class LoadBalancer implements AutoCloseable {

    private final ServerSocket listener;
    private final List<URI> backends;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    LoadBalancer(URI... backends) throws IOException {
        this.backends = List.of(backends);
        this.listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        for (URI backend : backends) {
            Socket server = new Socket();
            try {
                server.connect(new InetSocketAddress(backend.getHost(), backend.getPort()), 500);
                threads.execute(() -> copy(client, server));
                copy(server, client);
                return;
            } catch (IOException notThere) {
                closeQuietly(server);
            }
        }
        closeQuietly(client);
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // Either side went away; both are closed now, which is all that a load balancer would do.
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // It is closed either way.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}

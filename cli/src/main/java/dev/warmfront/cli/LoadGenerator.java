package dev.warmfront.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Sends the same POST over many kept-alive connections, each as soon as its last is answered, and measures every answer. It
 * shares the machine with what it measures, so it does as little as HTTP/1.1 permits: one write and one short parse per
 * request, blocking sockets on virtual threads.
 */
final class LoadGenerator {

    private static final int ACCEPTED = 202;
    private static final int PIECE = 16_384;

    /**
     * What came of it.
     *
     * @param accepted requests that were answered with 202
     * @param refused requests that were answered with anything else
     * @param seconds from the first request to the last answer
     * @param latencySeconds of accepted requests
     */
    record Result(long accepted, long refused, double seconds, Percentiles latencySeconds) {

        double acceptedPerSecond() {
            return accepted / seconds;
        }
    }

    private record OfConnection(DoubleStream latencySeconds, long refused) {}

    private final URI url;
    private final byte[] request;

    /** @param body JSON */
    LoadGenerator(URI url, String path, String key, String body) {
        this.url = url;
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        byte[] head = List.of(
                        "POST " + path + " HTTP/1.1",
                        "Host: " + url.getAuthority(),
                        "Authorization: Bearer " + key,
                        "Content-Type: application/json",
                        "Content-Length: " + content.length,
                        "",
                        "")
                .stream()
                .collect(Collectors.joining("\r\n"))
                .getBytes(StandardCharsets.US_ASCII);
        this.request = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, request, head.length, content.length);
    }

    /** Sends for this long over this many connections. */
    Result run(int connections, double seconds) throws InterruptedException {
        long began = System.nanoTime();
        long end = began + Math.round(seconds * 1e9);
        List<Future<OfConnection>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                running.add(threads.submit(() -> connection(end)));
            }
            long refused = 0;
            List<DoubleStream> latencies = new ArrayList<>();
            for (Future<OfConnection> connection : running) {
                OfConnection result = connection.get();
                refused += result.refused();
                latencies.add(result.latencySeconds());
            }
            double took = (System.nanoTime() - began) / 1e9;
            double[] all = latencies.stream().flatMapToDouble(of -> of).toArray();
            return new Result(all.length, refused, took, new Percentiles(all));
        } catch (ExecutionException e) {
            throw CliException.failed("the load generator's connection broke: " + e.getCause());
        }
    }

    private OfConnection connection(long end) {
        double[] latencies = new double[1024];
        int count = 0;
        long refused = 0;
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream(), PIECE);
            byte[] line = new byte[PIECE];
            for (long now = System.nanoTime(); now < end; ) {
                out.write(request);
                int status = answer(in, line);
                long then = System.nanoTime();
                if (status == ACCEPTED) {
                    if (count == latencies.length) {
                        latencies = Arrays.copyOf(latencies, count * 2);
                    }
                    latencies[count++] = (then - now) / 1e9;
                } else {
                    refused++;
                }
                now = then;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new OfConnection(Arrays.stream(latencies, 0, count), refused);
    }

    /** Reads one answer to its last byte; gives its status. */
    private static int answer(InputStream in, byte[] line) throws IOException {
        String statusLine = line(in, line);
        int status = Integer.parseInt(statusLine.substring(9, 12));
        long length = 0;
        boolean chunked = false;
        for (String header = line(in, line); !header.isEmpty(); header = line(in, line)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.endsWith("chunked");
            }
        }
        if (!chunked) {
            in.skipNBytes(length);
            return status;
        }
        for (long size = chunk(in, line); size > 0; size = chunk(in, line)) {
            in.skipNBytes(size + 2);
        }
        line(in, line);
        return status;
    }

    private static long chunk(InputStream in, byte[] line) throws IOException {
        String size = line(in, line);
        int extension = size.indexOf(';');
        return Long.parseLong(extension < 0 ? size : size.substring(0, extension), 16);
    }

    private static String line(InputStream in, byte[] line) throws IOException {
        int length = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (next != '\r') {
                line[length++] = (byte) next;
            }
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }
}

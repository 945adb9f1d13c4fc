package dev.warmfront.agent;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one file here, from where it is registered or, where it has no address, from another agent by way of the control plane.
 * What came before a connection broke is kept and gone on from.
 */
final class Fetcher {

    /** It cannot be had. Its message is the end of a sentence for the tenant. */
    static final class FetchException extends Exception {

        private static final long serialVersionUID = 1L;

        FetchException(String message) {
            super(message);
        }
    }

    /** Nobody wants it any more. */
    static final class UnwantedException extends Exception {

        private static final long serialVersionUID = 1L;
    }

    /** What to bring. */
    record Order(DataCache.Key key, long bytes, @Nullable String url) {}

    /** In a row without a byte; the pauses between them grow. */
    private static final int TRIES = 5;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

    /** Shorter ones tell of latency, not of bandwidth. */
    private static final long TELLING_BYTES = 1 << 20;

    private final Uplink uplink;
    private volatile double bytesPerSecond;

    Fetcher(Uplink uplink) {
        this.uplink = uplink;
    }

    /** Of the latest files of some size, the last one counts half; 0 where there was none. */
    long bytesPerSecond() {
        return Math.round(bytesPerSecond);
    }

    /**
     * Fills the part and checks it.
     *
     * @param part perhaps with a beginning
     * @param unwanted asked now and then
     */
    void fetch(Order order, Path part, BooleanSupplier unwanted)
            throws FetchException, UnwantedException, IOException, InterruptedException {
        boolean resumed = Files.exists(part) && Files.size(part) > 0;
        String sum = gather(order, part, unwanted);
        if (!sum.equals(order.key().sha256()) && resumed) {
            // The beginning may be what is wrong.
            Files.delete(part);
            sum = gather(order, part, unwanted);
        }
        if (!sum.equals(order.key().sha256())) {
            Files.delete(part);
            throw new FetchException("is not what was registered: its SHA-256 is " + sum + " and not "
                    + order.key().sha256());
        }
    }

    private String gather(Order order, Path part, BooleanSupplier unwanted)
            throws FetchException, UnwantedException, IOException, InterruptedException {
        if (Files.exists(part) && Files.size(part) > order.bytes()) {
            Files.delete(part);
        }
        Sink sink = new Sink(part, order.bytes(), unwanted);
        int failures = 0;
        while (sink.size < order.bytes()) {
            long before = sink.size;
            String failure = piece(order, sink);
            failures = sink.size > before ? 0 : failures + 1;
            if (failures >= TRIES) {
                throw new FetchException("could not be fetched: " + (failure == null ? "it is too short" : failure));
            }
            if (failures > 0) {
                Thread.sleep(Duration.ofMillis(100L << failures));
            }
        }
        return Checksum.hex(sink.digest);
    }

    /** Some of it, or all of it; gives the reason where it broke off. */
    private @Nullable String piece(Order order, Sink sink) throws FetchException, UnwantedException, IOException {
        long began = System.nanoTime();
        long before = sink.size;
        try {
            if (order.url() == null) {
                return fromAgents(order, sink);
            }
            return order.url().startsWith("file:") ? fromFile(order.url(), sink) : fromWeb(order.url(), sink);
        } catch (SinkException full) {
            throw new IOException("no room on the disk", full);
        } catch (IOException broken) {
            return String.valueOf(broken.getMessage());
        } finally {
            measure(sink.size - before, System.nanoTime() - began);
        }
    }

    private void measure(long bytes, long nanos) {
        if (bytes >= TELLING_BYTES && nanos > 0) {
            double rate = bytes * 1e9 / nanos;
            bytesPerSecond = bytesPerSecond == 0 ? rate : (bytesPerSecond + rate) / 2;
        }
    }

    private @Nullable String fromAgents(Order order, Sink sink) throws IOException, FetchException, UnwantedException {
        String path = "/agent/v1/blobs/" + AttemptKey.encoded(order.key().tenant()) + "/"
                + order.key().sha256() + "?offset=" + sink.size;
        ControlPlane.Piece piece = uplink.get(path, READ_TIMEOUT);
        if (piece.status() == 200) {
            sink.write(piece.bytes().array());
            return null;
        }
        if (piece.status() == 403) {
            throw new FetchException("could not be fetched: it is not for this machine");
        }
        return piece.status() == 404
                ? "it lies on no machine that can be reached"
                : "the control plane said HTTP " + piece.status();
    }

    private static @Nullable String fromFile(String url, Sink sink)
            throws IOException, FetchException, UnwantedException {
        Path path;
        try {
            path = Path.of(new URI(url));
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            throw new FetchException("has an address that is no file: " + url);
        }
        try (InputStream in = Files.newInputStream(path)) {
            in.skipNBytes(sink.size);
            sink.writeAll(in);
            return null;
        } catch (NoSuchFileException | FileNotFoundException none) {
            throw new FetchException("could not be fetched: there is no file " + path + " on this machine");
        }
    }

    private static @Nullable String fromWeb(String url, Sink sink)
            throws IOException, FetchException, UnwantedException {
        HttpURLConnection connection;
        try {
            connection = (HttpURLConnection) new URI(url).toURL().openConnection();
        } catch (URISyntaxException | IllegalArgumentException | ClassCastException malformed) {
            throw new FetchException("has an address that is no URL: " + url);
        }
        try {
            connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
            connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
            connection.setUseCaches(false);
            if (sink.size > 0) {
                connection.setRequestProperty("Range", "bytes=" + sink.size + "-");
            }
            int status = connection.getResponseCode();
            boolean passing = status >= 500 || status == 408 || status == 425 || status == 429;
            if (status == 416) {
                sink.restart(); // what is there is not the beginning of this
            }
            if (passing || status == 416) {
                return "HTTP " + status + " from " + url;
            }
            if (status != 200 && status != 206) {
                throw new FetchException("could not be fetched: HTTP " + status + " from " + url);
            }
            if (status == 200 && sink.size > 0) {
                sink.restart(); // it does not know ranges
            }
            try (InputStream in = connection.getInputStream()) {
                sink.writeAll(in);
            }
            return null;
        } catch (SinkException full) {
            throw full;
        } catch (IOException broken) {
            return "%s: %s".formatted(url, broken.getMessage());
        } finally {
            connection.disconnect();
        }
    }

    /** Writing failed: that is this machine's trouble and not the source's. */
    private static final class SinkException extends IOException {

        private static final long serialVersionUID = 1L;

        SinkException(IOException cause) {
            super(cause);
        }
    }

    /** The part, with the digest of what is in it. */
    private static final class Sink {
        private final Path part;
        private final long limit;
        private final BooleanSupplier unwanted;
        private MessageDigest digest;
        private long size;

        Sink(Path part, long limit, BooleanSupplier unwanted) throws IOException {
            this.part = part;
            this.limit = limit;
            this.unwanted = unwanted;
            boolean begun = Files.exists(part);
            this.digest = begun ? Checksum.over(part) : Checksum.fresh();
            this.size = begun ? Files.size(part) : 0;
            if (!begun) {
                Files.createFile(part);
            }
        }

        void restart() throws IOException {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            digest = Checksum.fresh();
            size = 0;
        }

        void write(byte[] bytes) throws FetchException, UnwantedException, SinkException {
            try (OutputStream out = open()) {
                append(out, bytes, bytes.length);
            } catch (SinkException full) {
                throw full;
            } catch (IOException full) {
                throw new SinkException(full);
            }
        }

        void writeAll(InputStream in) throws IOException, FetchException, UnwantedException {
            byte[] buffer = new byte[Checksum.BUFFER_BYTES];
            try (OutputStream out = open()) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    append(out, buffer, read);
                }
            }
        }

        private OutputStream open() throws SinkException {
            try {
                return Channels.newOutputStream(
                        FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
            } catch (IOException full) {
                throw new SinkException(full);
            }
        }

        private void append(OutputStream out, byte[] bytes, int length)
                throws FetchException, UnwantedException, SinkException {
            if (unwanted.getAsBoolean()) {
                throw new UnwantedException();
            }
            if (size + length > limit) {
                throw new FetchException("is longer than the " + limit + " bytes that were registered");
            }
            try {
                out.write(bytes, 0, length);
            } catch (IOException full) {
                throw new SinkException(full);
            }
            digest.update(bytes, 0, length);
            size += length;
        }
    }
}

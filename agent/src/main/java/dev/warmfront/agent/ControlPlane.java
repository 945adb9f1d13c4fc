package dev.warmfront.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The calls of docs/agent-protocol.md. {@link HttpURLConnection} and not java.net.http: its first call takes 20 ms and not
 * 150, and the agent's memory is 26 MB smaller (measured; agent/README.md).
 */
final class ControlPlane {

    /** What came back; transport failures are an answer too, because every caller has to go on after them. */
    sealed interface Answer {
        /** 2xx. */
        record Ok(Json.Obj body) implements Answer {}

        /** 401. */
        record Unauthorized() implements Answer {}

        /** 410: this instance has no future. */
        record Gone() implements Answer {}

        /** Another 4xx: repeating the same will not help. */
        record Rejected(String why) implements Answer {}

        /**
         * No connection, 5xx, 429 or an answer that is not the protocol's: try again.
         *
         * @param retryAfter what the control plane asked for, else zero
         */
        record Unavailable(String why, Duration retryAfter) implements Answer {}
    }

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BODY_BYTES = 16 << 20;
    private static final long MAX_RETRY_AFTER_SECONDS = 60;

    private final String url;
    private final Set<HttpURLConnection> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicLong hangUps = new AtomicLong();

    ControlPlane(String url) {
        this.url = url;
    }

    Answer post(String path, String token, Json body, Duration timeout) {
        byte[] bytes = JsonWriter.bytes(body);
        return call("POST", path, token, "application/json", bytes, bytes.length, timeout);
    }

    /** Sends the first {@code length} bytes. */
    Answer put(String path, String token, byte[] bytes, int length, Duration timeout) {
        return call("PUT", path, token, "application/octet-stream", bytes, length, timeout);
    }

    /** What a GET brought; no body unless the status is 200. */
    record Piece(int status, ByteBuffer bytes) {}

    /** Fetches bytes, at most as many as an answer may have. */
    Piece get(String path, String token, Duration timeout) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        underWay.add(connection);
        try {
            connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setInstanceFollowRedirects(false); // as in call
            connection.setUseCaches(false);
            connection.setRequestProperty("Authorization", "Bearer " + token);
            int status = connection.getResponseCode();
            byte[] bytes = body(connection, status);
            return new Piece(status, ByteBuffer.wrap(status == 200 ? bytes : new byte[0]));
        } finally {
            underWay.remove(connection);
        }
    }

    private Answer call(
            String method, String path, String token, String type, byte[] bytes, int length, Duration timeout) {
        @Nullable HttpURLConnection connection = null;
        long before = hangUps.get();
        try {
            connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            underWay.add(connection);
            connection.setRequestMethod(method);
            connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setInstanceFollowRedirects(false); // the token goes to the configured place only
            connection.setUseCaches(false);
            connection.setRequestProperty("Authorization", "Bearer " + token);
            connection.setRequestProperty("Content-Type", type);
            connection.setRequestProperty("Accept", "application/json");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(bytes, 0, length);
            }
            return answer(connection);
        } catch (IOException | JsonException away) {
            return new Answer.Unavailable(String.valueOf(away.getMessage()), Duration.ZERO);
        } catch (RuntimeException broken) {
            // The JDK's client is not made to be disconnected by another thread: what it trips over then is no bug of
            // ours.
            if (hangUps.get() == before) {
                throw broken;
            }
            return new Answer.Unavailable("hung up", Duration.ZERO);
        } finally {
            if (connection != null) {
                underWay.remove(connection);
            }
        }
    }

    /**
     * Ends every call that waits for an answer, as unavailable. For when the other side may be gone without a word, as it is
     * after this machine was hibernated: nothing would come until the call's time is over.
     */
    void hangUp() {
        hangUps.incrementAndGet();
        underWay.forEach(HttpURLConnection::disconnect);
    }

    private static Answer answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        byte[] body = body(connection, status);
        if (status >= 200 && status < 300) {
            if (body.length == 0) {
                return new Answer.Ok(new Json.Obj(Map.of()));
            }
            return JsonReader.read(body) instanceof Json.Obj object
                    ? new Answer.Ok(object)
                    : new Answer.Unavailable("the answer is not an object", Duration.ZERO);
        }
        String why = "HTTP " + status;
        return switch (status) {
            case 401 -> new Answer.Unauthorized();
            case 410 -> new Answer.Gone();
            case 408, 425, 429 -> new Answer.Unavailable(why, retryAfter(connection.getHeaderField("Retry-After")));
            default ->
                status >= 400 && status < 500
                        ? new Answer.Rejected(why)
                        : new Answer.Unavailable(why, retryAfter(connection.getHeaderField("Retry-After")));
        };
    }

    /** Reads to the end, which is what lets the connection be used again. */
    private static byte[] body(HttpURLConnection connection, int status) throws IOException {
        try (@Nullable InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            if (in == null) {
                return new byte[0];
            }
            byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
            if (body.length > MAX_BODY_BYTES) {
                throw new IOException("the answer is longer than " + MAX_BODY_BYTES + " bytes");
            }
            return body;
        }
    }

    private static Duration retryAfter(@Nullable String header) {
        if (header == null || !header.matches("[0-9]{1,9}")) {
            return Duration.ZERO; // a date is allowed too; the growing pauses then do
        }
        return Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_SECONDS, Long.parseLong(header)));
    }
}

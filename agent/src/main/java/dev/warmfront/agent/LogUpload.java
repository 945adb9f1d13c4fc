package dev.warmfront.agent;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Uploads one stream of one attempt, piece by piece. A piece is named by its offset, so repeating it changes nothing. Of a
 * stream longer than the limit the beginning is sent, and a last line that says how much is missing; together they stay
 * within the limit.
 */
final class LogUpload {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_PIECE_BYTES = 256 << 10;

    /** Room for the last line. */
    private static final int RESERVED_BYTES = 128;

    private final Uplink uplink;
    private final Path file;
    private final String path;
    private long sentBytes;
    private boolean over;

    LogUpload(Uplink uplink, AttemptKey key, String stream, Path file) {
        this.uplink = uplink;
        this.file = file;
        this.path = "/agent/v1/logs/" + key.urlPath() + "/" + stream + "?offset=";
    }

    /** Sends what the stream has grown; one try, the next second repeats it. */
    synchronized void ship() {
        long room = uplink.session().logLimitBytes() - RESERVED_BYTES;
        while (!over && sentBytes < Math.min(file.toFile().length(), room)) {
            if (!accepted(send(Math.min(file.toFile().length(), room)))) {
                return;
            }
        }
    }

    /** Sends all that is left, and tries until it is taken, refused, or the agent has no future. */
    void finish() throws InterruptedException {
        Backoff backoff = new Backoff();
        ControlPlane.Answer answer = finishOnce();
        while (!accepted(answer)) {
            backoff.pause(answer);
            answer = finishOnce();
        }
    }

    private synchronized ControlPlane.Answer finishOnce() {
        long size = file.toFile().length();
        long limit = uplink.session().logLimitBytes();
        long end = size <= limit ? size : Math.max(0, limit - RESERVED_BYTES);
        ControlPlane.Answer answer = new ControlPlane.Answer.Ok(new Json.Obj(java.util.Map.of()));
        while (!over && sentBytes < end && accepted(answer)) {
            answer = send(end);
        }
        if (!over && accepted(answer) && end < size && limit > RESERVED_BYTES) {
            byte[] line = ("\n[warmfront: " + (size - end) + " more bytes of this stream stay on the instance]\n")
                    .getBytes(StandardCharsets.US_ASCII);
            answer = put(line, line.length);
        }
        return answer;
    }

    private ControlPlane.Answer send(long end) {
        byte[] bytes = new byte[(int) Math.min(MAX_PIECE_BYTES, end - sentBytes)];
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(sentBytes);
            in.readFully(bytes);
        } catch (IOException unreadable) {
            // A task may delete or truncate its own log: what is gone cannot be sent, and must not hold up the report.
            over = true;
            return new ControlPlane.Answer.Rejected("the stream cannot be read");
        }
        return put(bytes, bytes.length);
    }

    private ControlPlane.Answer put(byte[] bytes, int length) {
        ControlPlane.Answer answer = uplink.put(path + sentBytes, bytes, length, TIMEOUT);
        switch (answer) {
            case ControlPlane.Answer.Ok ok -> sentBytes += length;
            case ControlPlane.Answer.Rejected refused -> over = true;
            case ControlPlane.Answer.Gone gone -> over = true;
            case ControlPlane.Answer.Unauthorized again -> {}
            case ControlPlane.Answer.Unavailable again -> {}
        }
        return answer;
    }

    /** Taken, or never to be taken: either way there is nothing to repeat. */
    private static boolean accepted(ControlPlane.Answer answer) {
        return switch (answer) {
            case ControlPlane.Answer.Ok ok -> true;
            case ControlPlane.Answer.Rejected refused -> true;
            case ControlPlane.Answer.Gone gone -> true;
            case ControlPlane.Answer.Unauthorized again -> false;
            case ControlPlane.Answer.Unavailable again -> false;
        };
    }
}

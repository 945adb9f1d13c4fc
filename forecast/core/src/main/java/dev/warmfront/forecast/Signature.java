package dev.warmfront.forecast;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * What makes two tasks alike: the SHA-256 over the code's hash, the input's kind and doubling size bucket, and the runtime
 * variables that matter. Each part is written with its length, so that no two different tasks run together.
 *
 * @param hex 64 hexadecimal digits
 * @param sizeBucket {@link #sizeBucket} of the input
 */
public record Signature(String hex, int sizeBucket) {

    /** The bucket of an input of which the size is not known. */
    public static final int SIZE_UNKNOWN = -1;

    /**
     * Signs a task.
     *
     * @param codeHash hash of the image or of the command
     * @param inputKind what the input is, or empty
     * @param inputBytes its size, or negative when unknown
     * @param variables runtime variables that matter, by name
     */
    public static Signature of(
            String codeHash, String inputKind, long inputBytes, SortedMap<String, String> variables) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        int bucket = sizeBucket(inputBytes);
        part(digest, codeHash);
        part(digest, inputKind);
        part(digest, Integer.toString(bucket));
        variables.forEach((name, value) -> {
            part(digest, name);
            part(digest, value);
        });
        return new Signature(HexFormat.of().formatHex(digest.digest()), bucket);
    }

    private static void part(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }

    /** The power of two that a size reaches: 0 for nothing, 1 for 1 byte, 2 for 2–3, 3 for 4–7, …; −1 when unknown. */
    public static int sizeBucket(long bytes) {
        return bytes < 0 ? SIZE_UNKNOWN : 64 - Long.numberOfLeadingZeros(bytes);
    }
}

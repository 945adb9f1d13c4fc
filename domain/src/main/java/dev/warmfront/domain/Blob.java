package dev.warmfront.domain;

/**
 * Bytes, named by their content: what has the same name is the same, wherever it lies.
 *
 * @param sha256 64 hexadecimal digits, lower case
 * @param bytes how many, ≥ 0
 */
public record Blob(String sha256, long bytes) implements Comparable<Blob> {

    private static final int DIGITS = 64;

    public Blob {
        if (sha256.length() != DIGITS) {
            throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits, lower case");
        }
        for (int i = 0; i < DIGITS; i++) {
            char c = sha256.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits, lower case");
            }
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("a number of bytes is 0 or more, not " + bytes);
        }
    }

    @Override
    public int compareTo(Blob other) {
        int byName = sha256.compareTo(other.sha256);
        return byName != 0 ? byName : Long.compare(bytes, other.bytes);
    }
}

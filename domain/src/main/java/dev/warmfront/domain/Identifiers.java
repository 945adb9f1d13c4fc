package dev.warmfront.domain;

/** The one rule for identifiers: short, printable, safe in a URL path, a tag, a file name and a log line. */
final class Identifiers {

    static final int MAX_LENGTH = 128;

    private Identifiers() {}

    static void check(String what, String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(what + " must have 1 to " + MAX_LENGTH + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || "-_.:/@".indexOf(c) < 0)) {
                throw new IllegalArgumentException(
                        what + " may hold letters, digits and - _ . : / @, and starts with a letter or digit");
            }
        }
    }
}
